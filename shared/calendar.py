"""When the city is open, and when a promise falls due: pure functions of a calendar, never of a clock."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from shared.errors import Invalid
from shared.new_jersey import NewJerseyHolidays

Interval = tuple[time, time]
"""From when to when a door is open, in the town's time; midnight as the end means the end of that day."""

Span = tuple[datetime, datetime]
"""From one moment to another."""

MIDNIGHT = time(0)
CLOSED_DAYS_MAX = 366
DUE_DAYS_MAX = 20 * 366


class CalendarNeverOpens(Invalid):
    """A business calendar opens at least once a year."""

    remedy = "Give the calendar hours on at least one day of the week."


class OpeningHoursOverlap(Invalid):
    """Opening hours of a day follow each other: each ends after it begins, and before the next one."""

    remedy = "Write the hours of each day in order; midnight may only end the last of them."


class NeverDue(Invalid):
    """A promise falls due within twenty years."""

    remedy = "Shorten the target, end the pause, or give the calendar more hours."


@dataclass(frozen=True)
class BusinessCalendar:
    """The days and hours in which the city works.

    `hours` by weekday (Monday is 0), several intervals a day where a lunch hour is kept. `days` has the days that
    differ: a half day has other intervals, a closed day none; they count before `holidays`.
    """

    zone: ZoneInfo
    hours: Mapping[int, tuple[Interval, ...]]
    holidays: Container[date] = field(default_factory=NewJerseyHolidays)
    days: Mapping[date, tuple[Interval, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for intervals in (*self.hours.values(), *self.days.values()):
            _check(intervals)
        if not any(self.hours.values()):
            raise CalendarNeverOpens(field="hours")

    def intervals(self, day: date) -> tuple[Interval, ...]:
        """When the city is open on a day, in the town's time."""
        special = self.days.get(day)
        if special is not None:
            return special
        return () if day in self.holidays else self.hours.get(day.weekday(), ())

    def is_business_day(self, day: date) -> bool:
        """Whether the city is open at all on that day; a half day is a business day."""
        return bool(self.intervals(day))

    def next_business_day(self, day: date) -> date:
        """The day itself if the city is open, else the first one after on which it is: how a due date rolls.

        Raises CalendarNeverOpens.
        """
        for days_count in range(CLOSED_DAYS_MAX):
            candidate = day + timedelta(days=days_count)
            if self.is_business_day(candidate):
                return candidate
        raise CalendarNeverOpens(field="days")

    def spans(self, day: date) -> Iterator[Span]:
        """When the city is open on a day, in UTC: the hour that spring skips is not there, autumn's comes twice."""
        done = datetime.min.replace(tzinfo=UTC)
        for opens, closes in self.intervals(day):
            closing_day = day + timedelta(days=1) if closes == MIDNIGHT else day
            start = max(done, datetime.combine(day, opens, self.zone).astimezone(UTC))
            end = datetime.combine(closing_day, closes, self.zone).astimezone(UTC)
            if start < end:
                yield start, end
                done = end


def due(start: datetime, target: timedelta, calendar: BusinessCalendar, pauses: Sequence[Span] = ()) -> datetime:
    """The first moment at which `target` of business time has passed since `start`, pauses not counted.

    What is due after nothing is due at once; what ends with the day is due at closing, not on the next morning.
    **Source**: rulebook 8 (clocks): a pure function of start, target, calendar and pauses. Answers in UTC.
    Raises NeverDue where the city does not open often enough.
    """
    if target <= timedelta():
        return start.astimezone(UTC)
    left = target
    for opens, closes in _open_between(start, start + timedelta(days=DUE_DAYS_MAX), calendar, pauses):
        if left <= closes - opens:
            return opens + left
        left -= closes - opens
    raise NeverDue(field="target")


def business_time_between(
    start: datetime, end: datetime, calendar: BusinessCalendar, pauses: Sequence[Span] = ()
) -> timedelta:
    """How much business time lies between two moments, pauses not counted; none if the end is not after the start."""
    spans = _open_between(start, end, calendar, pauses)
    return sum((closes - opens for opens, closes in spans), timedelta())


def new_jersey(zone: ZoneInfo | None = None) -> BusinessCalendar:
    """A town hall in New Jersey: Monday to Friday from 8:30 to 16:30, closed on the state's holidays (practice)."""
    office_hours = ((time(8, 30), time(16, 30)),)
    return BusinessCalendar(zone or ZoneInfo("America/New_York"), dict.fromkeys(range(5), office_hours))


def _check(intervals: tuple[Interval, ...]) -> None:
    edges = [edge for interval in intervals for edge in interval]
    if edges[-1:] == [MIDNIGHT]:
        edges.pop()
    if edges != sorted(set(edges)):
        raise OpeningHoursOverlap(field="hours", hours=", ".join(f"{opens}-{closes}" for opens, closes in intervals))


def _open_between(start: datetime, end: datetime, calendar: BusinessCalendar, pauses: Sequence[Span]) -> Iterator[Span]:
    """The spans of business time between two moments, in order, without the pauses."""
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    paused = _merged(pauses)
    day = start.astimezone(calendar.zone).date()
    last_day = end.astimezone(calendar.zone).date()
    while day <= last_day:
        for opens, closes in calendar.spans(day):
            yield from _without((max(opens, start), min(closes, end)), paused)
        day += timedelta(days=1)


def _merged(pauses: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for begins, ends in sorted(
        (begins.astimezone(UTC), ends.astimezone(UTC)) for begins, ends in pauses if begins < ends
    ):
        if merged and begins <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], ends))
        else:
            merged.append((begins, ends))
    return merged


def _without(span: Span, paused: Iterable[Span]) -> Iterator[Span]:
    """What is left of a span when the pauses, which are in order and apart, are cut out."""
    opens, closes = span
    for begins, ends in paused:
        if opens < min(begins, closes):
            yield opens, min(begins, closes)
        opens = max(opens, ends)
    if opens < closes:
        yield opens, closes
