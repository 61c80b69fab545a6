"""The four ways out for a reading that stands out: accept it, correct it, estimate it, or have the meter read again.

Source: rulebook 2. What a person decides is a new state of the reading, or another one in its place; never a change of
what the dials were said to show.
"""

from datetime import datetime
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from services.billing.domain.dials import turned_units
from services.billing.domain.policies import ReadingPolicy
from services.billing.domain.reading_refusals import (
    LaterReadingTaken,
    ReadingAlreadyBilled,
    ReadingNotFlagged,
    ReadingNotInForce,
    ReadingOfFieldWork,
    RereadAlreadyAsked,
    ValueMissing,
)
from services.billing.domain.readings import Came, Metered, Reading, estimate, judge, lies_between
from shared.ids import ReadingId

Way = Literal["accept", "correct", "estimate", "reread"]


class Wanted(NamedTuple):
    """What a person wants done about a reading, and why. `value` is what the dials really showed.

    A reading that takes its place has the id `successor_id`.
    """

    reading_id: ReadingId
    way: Way
    value: int | None
    why: str
    successor_id: ReadingId


class Kept(NamedTuple):
    """A reading on record, with its meter's serial, when a crew was asked to read that again, and if it ends a bill."""

    reading: Reading
    serial: str
    reread_asked_at: datetime | None
    is_billed: bool


class Terms(NamedTuple):
    """By which clock and which numbers it is judged."""

    now: datetime
    zone: ZoneInfo
    policy: ReadingPolicy


class Outcome(NamedTuple):
    """What became of a reading: it stands accepted, another stands in its place, or it waits for a crew."""

    way: Way
    old: Reading
    stands: Reading
    serial: str
    why: str


def resolve(wanted: Wanted, kept: Kept, meter: Metered, terms: Terms) -> Outcome:
    """What becomes of a reading; `meter` is what it finds there now. Raises what its way does not allow."""
    old = kept.reading
    if wanted.way == "accept":
        stands = _accept(old, meter, terms.policy)
    elif wanted.way == "reread":
        stands = _ask_again(kept)
    else:
        _check_replaceable(kept)
        stands = _replace(wanted, kept, meter._replace(same=None), terms)
    return Outcome(wanted.way, old, stands, kept.serial, wanted.why)


def _accept(old: Reading, meter: Metered, policy: ReadingPolicy) -> Reading:
    """It is measured anew: its neighbors may be others than when it came. An exchanged meter keeps where it began."""
    if old.state != "flagged":
        raise ReadingNotFlagged(field="reading_id", state=old.state)
    before, turned = meter.before, old.turned_units
    if before is not None and old.source != "exchange":
        turned = turned_units(old.value, old.read_on, (meter.actual or before, meter.after), meter, policy)
    endless = old.value + turned
    if meter.after is not None and not lies_between(endless, meter):
        raise LaterReadingTaken(field="reading_id", later_reading_id=meter.after.reading_id)
    if before is None:
        return old._replace(state="accepted")
    return old._replace(
        state="accepted", turned_units=turned, used_units=endless - before.endless,
        rolled_over_units=0 if old.source == "exchange" else turned - before.turned_units,
        days_count=(old.read_on - before.read_on).days, previous_reading_id=before.reading_id,
    )  # fmt: skip


def _ask_again(kept: Kept) -> Reading:
    old = kept.reading
    if old.state != "flagged":
        raise ReadingNotFlagged(field="reading_id", state=old.state)
    if kept.reread_asked_at is not None:
        raise RereadAlreadyAsked(field="reading_id", asked_at=kept.reread_asked_at)
    return old


def _check_replaceable(kept: Kept) -> None:
    old = kept.reading
    if old.state == "superseded":
        raise ReadingNotInForce(field="reading_id", reading_id=old.reading_id)
    if old.source in ("start", "stop", "exchange"):
        raise ReadingOfFieldWork(field="reading_id", source=old.source)
    if kept.is_billed:
        raise ReadingAlreadyBilled(field="reading_id", reading_id=old.reading_id)


def _replace(wanted: Wanted, kept: Kept, meter: Metered, terms: Terms) -> Reading:
    old, value, quality = kept.reading, wanted.value, kept.reading.quality
    if wanted.way == "estimate":
        value, quality = estimate(meter, old.read_at, terms.zone), "estimated"
    if value is None:
        raise ValueMissing(field="value", reading_id=old.reading_id)
    came = Came(wanted.successor_id, kept.serial, value, old.read_at, quality, "staff")
    return judge(came, meter, *terms)
