"""A meter goes and another comes: use ends at what the old one showed, and begins at what the new one shows.

Source: rulebook 2: an exchange is declared, and never guessed from a reading. The two readings stand a millisecond
apart; the turned units of the second make up for the difference of the dials, so that nothing is used between them.
"""

from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from services.billing.domain.policies import ReadingPolicy, Unit
from services.billing.domain.reading_refusals import MeterCountsOtherwise
from services.billing.domain.readings import Came, Metered, Reading, follow
from shared.ids import AgreementId, MeterId, ReadingId

APART = timedelta(milliseconds=1)


class NewMeter(NamedTuple):
    """The meter that was hung, and what it showed."""

    meter_id: MeterId
    serial: str
    dials: int
    multiplier: int
    unit: Unit
    size: str | None
    reading: int


class Exchange(NamedTuple):
    """What a crew declared: the last reading of the old meter, the first of the new one, and the ids of both."""

    agreement_id: AgreementId
    exchanged_at: datetime
    old_reading: int
    new: NewMeter
    reading_ids: tuple[ReadingId, ReadingId]


def exchange(declared: Exchange, meter: Metered, zone: ZoneInfo, policy: ReadingPolicy) -> tuple[Reading, Reading]:
    """The reading that goes out and the one that comes in. Where the first stands out, both wait for a person.

    Raises MeterCountsOtherwise: a bill multiplies the dial units of its period by one multiplier, in one unit.
    """
    new = declared.new
    if (new.unit, new.multiplier) != (meter.unit, meter.multiplier):
        raise MeterCountsOtherwise(field="new_meter", meter_serial=new.serial, unit=new.unit, multiplier=new.multiplier)
    last_at = declared.exchanged_at - APART
    last = Came(declared.reading_ids[0], "", declared.old_reading, last_at, "actual", "exchange")
    out = follow(last, meter, zone, policy)
    into = out._replace(
        reading_id=declared.reading_ids[1], meter_id=new.meter_id, value=new.reading, read_at=declared.exchanged_at,
        turned_units=out.value + out.turned_units - new.reading, used_units=0, days_count=0, rolled_over_units=0,
        previous_reading_id=out.reading_id,
    )  # fmt: skip
    return out, into
