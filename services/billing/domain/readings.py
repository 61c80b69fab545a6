"""Readings as they come: which ones cannot be true, how far the dials turned, and which ones a person must look at.

Source: rulebook 2. A reading is never deleted: a later one takes its place. They come by the hundred thousand, which
is why they are named tuples: one is made in half the time of a frozen dataclass.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from services.billing.domain.flags import Use, flags_of, turned
from services.billing.domain.policies import ReadingPolicy, Unit
from shared.clock import local_date
from shared.errors import Conflict, Invalid, NotFound, Refusal
from shared.ids import AccountId, AgreementId, MeterId, ReadingId

Quality = Literal["actual", "estimated", "customer"]
Source = Literal["head_end", "staff", "start", "stop"]
State = Literal["accepted", "flagged", "superseded"]


class MeterUnknown(NotFound):
    """A reading is of a meter at which an account takes service."""

    remedy = "Check the serial number; if the meter was installed today, send the reading again in a while."


class ReadingInFuture(Invalid):
    """A reading was taken before it is sent."""

    remedy = "Set the clock of what reads the meter, and send the reading with the time at which it was read."


class ReadingBeforeLast(Conflict):
    """A reading is later than the last one of its meter."""

    remedy = "Send the readings of a meter in the order in which they were taken; to change the last one, correct it."


class ReadingAlreadyTaken(Conflict):
    """A reading is taken once."""

    remedy = "Nothing is to be done: this reading is on record."


class ReadingBeyondDials(Invalid):
    """A reading has no more digits than the meter has dials."""

    remedy = "Check the value and the serial number; a use with its multiplier is not a reading."


class ReadingUnknown(NotFound):
    """A reading is known by its id."""

    remedy = "List the readings of the account, and choose from there."


class ReadingNotFlagged(Conflict):
    """Only a reading that stands out is accepted by a person."""

    remedy = "Read it again; it was accepted or corrected meanwhile."


class ReadingNotInForce(Conflict):
    """Only a reading that stands is corrected."""

    remedy = "Correct the reading that took its place."


class ReadingOfFieldWork(Conflict):
    """The reading with which a service started or stopped belongs to the order in the field."""

    remedy = "Have accounts correct the order; billing hears of it."


class ReadingAlreadyBilled(Conflict):
    """A reading that was billed is not corrected under its bill."""

    remedy = "Cancel the bill, correct the reading, and bill anew."


class LaterReadingTaken(Conflict):
    """A reading is accepted or corrected before the next one of its meter is taken."""

    remedy = "The use was measured on to the next reading; look at that one instead."


class Came(NamedTuple):
    """A reading as it was sent: what the dials show."""

    reading_id: ReadingId
    meter_serial: str
    value: int
    read_at: datetime
    quality: Quality
    source: Source


class Mark(NamedTuple):
    """An earlier reading of a meter, as far as the next one is measured against it."""

    reading_id: ReadingId
    value: int
    read_at: datetime
    read_on: date


class Metered(NamedTuple):
    """An agreement with its meter and what was read of it before: the last of all, the last accepted, the usual use."""

    agreement_id: AgreementId
    account_id: AccountId
    meter_id: MeterId
    dials: int
    multiplier: int
    unit: Unit
    last: Mark | None
    accepted: Mark | None
    usual: tuple[Use, ...]


class Reading(NamedTuple):
    """A reading that is on record. `used_units` counts dial units since the last accepted one."""

    reading_id: ReadingId
    agreement_id: AgreementId
    account_id: AccountId
    meter_id: MeterId
    value: int
    read_at: datetime
    read_on: date
    quality: Quality
    source: Source
    state: State
    flags: tuple[str, ...]
    rolled_over_units: int
    used_units: int
    days_count: int
    previous_reading_id: ReadingId | None

    @property
    def mark(self) -> Mark:
        """What the next reading is measured against."""
        return Mark(self.reading_id, self.value, self.read_at, self.read_on)


def take(
    came: Sequence[Came], meters: Mapping[str, Metered], now: datetime, zone: ZoneInfo, policy: ReadingPolicy
) -> tuple[list[Reading], list[tuple[int, Refusal]]]:
    """Judge readings in the order they came, several of one meter in a row too.

    Answers those that are taken, and the places and reasons of those that are refused.
    """
    current = dict(meters)
    latest: dict[str, Reading] = {}
    taken: list[Reading] = []
    refused: list[tuple[int, Refusal]] = []
    for place, one in enumerate(came):
        serial = one.meter_serial
        if serial in latest:
            current[serial] = _after(current[serial], latest.pop(serial))
        try:
            latest[serial] = reading = judge(one, current.get(serial), now, zone, policy)
        except Refusal as why:
            refused.append((place, why))
        else:
            taken.append(reading)
    return taken, refused


def judge(came: Came, meter: Metered | None, now: datetime, zone: ZoneInfo, policy: ReadingPolicy) -> Reading:
    """The reading with its use and its flags, if it can be true.

    Raises MeterUnknown, ReadingInFuture, ReadingBeyondDials, ReadingAlreadyTaken, ReadingBeforeLast.
    """
    if meter is None:
        raise MeterUnknown(field="meter_serial", meter_serial=came.meter_serial)
    if came.read_at > now + timedelta(minutes=policy.clock_skew_minutes):
        raise ReadingInFuture(field="read_at", read_at=came.read_at, now=now)
    if came.value >= 10**meter.dials:
        raise ReadingBeyondDials(field="value", value=came.value, dials=meter.dials)
    _check_after(came, meter.last)
    return follow(came, meter, zone, policy)


def follow(came: Came, meter: Metered, zone: ZoneInfo, policy: ReadingPolicy) -> Reading:
    """The reading after those before it: days and use since the last accepted one, and why it stands out."""
    read_on, before = local_date(came.read_at, zone), meter.accepted
    days = 0 if before is None else (read_on - before.read_on).days
    rolled, used = (0, 0) if before is None else turned(before.value, came.value, days, meter, policy)
    use = Use(used * meter.multiplier, days)
    flags = () if before is None else flags_of(use, meter.usual, meter.unit, policy)
    return Reading(
        came.reading_id, meter.agreement_id, meter.account_id, meter.meter_id, came.value, came.read_at, read_on,
        came.quality, came.source, "flagged" if flags else "accepted", flags, rolled, used, days,
        None if before is None else before.reading_id,
    )  # fmt: skip


def _check_after(came: Came, last: Mark | None) -> None:
    if last is None or came.read_at > last.read_at:
        return
    if came.read_at == last.read_at and came.value == last.value:
        raise ReadingAlreadyTaken(field="read_at", read_at=came.read_at, reading_id=last.reading_id)
    raise ReadingBeforeLast(field="read_at", read_at=came.read_at, last_read_at=last.read_at)


def _after(meter: Metered, reading: Reading) -> Metered:
    accepted = reading.mark if reading.state == "accepted" else meter.accepted
    return Metered(
        meter.agreement_id, meter.account_id, meter.meter_id, meter.dials, meter.multiplier, meter.unit,
        reading.mark, accepted, meter.usual,
    )  # fmt: skip


def serials(came: Collection[Came]) -> list[str]:
    """The meters that are named, each once, in order."""
    return sorted({one.meter_serial for one in came})
