"""Readings as they come: which ones cannot be true, how far the dials turned, and which ones a person must look at.

Source: rulebook 2. A reading is never deleted: a later one takes its place. They come by the hundred thousand, which
is why they are named tuples: one is made in half the time of a frozen dataclass.
"""

from collections.abc import Callable, Hashable, Iterable
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from services.billing.domain.dials import Mark, turned_units
from services.billing.domain.flags import Estimated, Flag, estimation_flags, use_flags
from services.billing.domain.policies import ReadingPolicy, Unit
from services.billing.domain.reading_refusals import (
    MeterUnknown,
    NothingToEstimateFrom,
    ReadingAlreadyTaken,
    ReadingAtSameMoment,
    ReadingBeforeStart,
    ReadingBeyondDials,
    ReadingInFuture,
    ReadingInOtherUnit,
)
from services.billing.domain.references import History, Reference, Use, expected, reference_of
from shared.clock import local_date
from shared.ids import AccountId, AgreementId, MeterId, ReadingId

Quality = Literal["actual", "estimated", "customer"]
Source = Literal["head_end", "staff", "start", "stop", "field", "exchange"]
State = Literal["accepted", "flagged", "superseded"]
_T = TypeVar("_T")


class Came(NamedTuple):
    """A reading as it was sent: what the dials show."""

    reading_id: ReadingId
    meter_serial: str
    value: int
    read_at: datetime
    quality: Quality
    source: Source
    unit: Unit | None = None


class Point(NamedTuple):
    """What endless dials would show on a day."""

    endless: int
    read_on: date


class Metered(NamedTuple):
    """An agreement with its meter, as one reading of it finds it: what stands before and after that moment.

    `same` was read at that very moment, `before` and `after` are the accepted neighbors, `actual` is the last one that
    somebody read, `base` the last actual one a week or more ago. Of a reading that waits, `still` says that it is the
    last one and found that nothing had moved. `estimates` counts the guesses since somebody read the meter.
    """

    agreement_id: AgreementId
    account_id: AccountId
    meter_id: MeterId
    dials: int
    multiplier: int
    unit: Unit
    same: Mark | None
    before: Mark | None
    actual: Mark | None
    after: Mark | None
    base: Point | None
    history: History
    still: bool
    estimates: int


class Reading(NamedTuple):
    """A reading that is on record. `used_units` counts dial units since the accepted one before it.

    `compared` is the use beside the reference: since the last actual reading a week or more ago.
    """

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
    turned_units: int
    rolled_over_units: int
    used_units: int
    days_count: int
    previous_reading_id: ReadingId | None
    reference: Reference | None
    compared: Use | None


class _Measured(NamedTuple):
    """A reading beside those before it."""

    read_on: date
    turned_units: int
    reference: Reference | None
    compared: Use | None


def judge(came: Came, meter: Metered | None, now: datetime, zone: ZoneInfo, policy: ReadingPolicy) -> Reading:
    """The reading with its use and its flags, if it can be true. One that comes late splits its neighbors' use.

    Raises MeterUnknown, ReadingInFuture, ReadingBeyondDials, ReadingInOtherUnit, ReadingAlreadyTaken,
    ReadingAtSameMoment, ReadingBeforeStart.
    """
    if meter is None:
        raise MeterUnknown(field="meter_serial", meter_serial=came.meter_serial)
    if came.read_at > now + timedelta(minutes=policy.clock_skew_minutes):
        raise ReadingInFuture(field="read_at", read_at=came.read_at, now=now)
    if came.value >= 10**meter.dials:
        raise ReadingBeyondDials(field="value", value=came.value, dials=meter.dials)
    if came.unit is not None and came.unit != meter.unit:
        raise ReadingInOtherUnit(field="unit", given=came.unit, meter_counts=meter.unit)
    if meter.same is not None:
        twice = ReadingAlreadyTaken if meter.same.value == came.value else ReadingAtSameMoment
        raise twice(field="read_at", read_at=came.read_at, reading_id=meter.same.reading_id)
    if meter.before is None and meter.after is not None:
        raise ReadingBeforeStart(field="read_at", read_at=came.read_at, started_at=meter.after.read_at)
    return follow(came, meter, zone, policy)


def follow(came: Came, meter: Metered, zone: ZoneInfo, policy: ReadingPolicy) -> Reading:
    """The reading between its neighbors: days and use since the one before it, and why it stands out."""
    read_on, before = local_date(came.read_at, zone), meter.before
    if before is None:
        return _placed(came, meter, _Measured(read_on, 0, None, None), ())
    turned = turned_units(came.value, read_on, (meter.actual or before, meter.after), meter, policy)
    compared = None
    if meter.base is not None:
        used = (came.value + turned - meter.base.endless) * meter.multiplier
        compared = Use(used, (read_on - meter.base.read_on).days)
    measured = _Measured(read_on, turned, reference_of(meter.history), compared)
    return _placed(came, meter, measured, tuple(_flags(came, meter, measured, policy)))


def estimate(meter: Metered, read_at: datetime, zone: ZoneInfo) -> int:
    """What the dials will show at a moment: the last reading and round(reference ADU × days).

    It begins at the last reading that stands, a guess or not, and the next actual reading corrects it: its use is
    counted from this value, and may so be less than nothing. A demand register is no meter of this kind and is never
    estimated. Raises NothingToEstimateFrom.
    """
    reference = reference_of(meter.history)
    if meter.before is None or reference is None:
        raise NothingToEstimateFrom(field="meter_serial", agreement_id=meter.agreement_id)
    days = (local_date(read_at, zone) - meter.before.read_on).days
    units = expected(Use(max(reference.use.used, 0), reference.use.days_count * meter.multiplier), days)
    value = meter.before.value + units
    if meter.after is not None:
        value = min(value, meter.before.value + max(meter.after.endless - meter.before.endless, 0))
    return int(value % 10**meter.dials)


def lies_between(endless: int, meter: Metered) -> bool:
    """Whether the dials run forwards, from the reading before to this one and on to the next."""
    from_before = meter.before is None or meter.before.endless <= endless
    return from_before and (meter.after is None or endless <= meter.after.endless)


def rounds(items: Iterable[_T], key: Callable[[_T], Hashable]) -> list[list[_T]]:
    """Sets in which each meter is named once: where it comes again, it is judged after what came before is on record.

    A head-end names each meter once in a set, so there is one round.
    """
    made: list[list[_T]] = []
    seen: dict[Hashable, int] = {}
    for item in items:
        turn = seen[key(item)] = seen.get(key(item), -1) + 1
        if turn == len(made):
            made.append([])
        made[turn].append(item)
    return made


def _flags(came: Came, meter: Metered, measured: _Measured, policy: ReadingPolicy) -> list[Flag]:
    """A guess before this reading does not make it run backwards: only what somebody read does."""
    endless = came.value + measured.turned_units
    actual = meter.actual or meter.before
    if (actual is not None and endless < actual.endless) or (meter.after is not None and endless > meter.after.endless):
        return ["negative"]
    flags: list[Flag] = []
    if measured.compared is not None:
        periods = meter.history.periods
        stood = meter.still or bool(periods and periods[0].used == 0)
        flags += use_flags(measured.compared, measured.reference, meter.unit, policy, stood=stood)
    if came.quality != "actual" and actual is not None:
        in_a_row = meter.estimates + 1 if came.quality == "estimated" else 0
        since = meter.base or actual
        flags += estimation_flags(Estimated(in_a_row, (measured.read_on - since.read_on).days), policy)
    return flags


def _placed(came: Came, meter: Metered, measured: _Measured, flags: tuple[str, ...]) -> Reading:
    before, (read_on, turned, reference, compared) = meter.before, measured
    return Reading(
        came.reading_id, meter.agreement_id, meter.account_id, meter.meter_id, came.value, came.read_at, read_on,
        came.quality, came.source, "flagged" if flags else "accepted", flags, turned,
        0 if before is None else turned - before.turned_units,
        0 if before is None else came.value + turned - before.endless,
        0 if before is None else (read_on - before.read_on).days,
        None if before is None else before.reading_id, reference, compared if flags else None,
    )  # fmt: skip
