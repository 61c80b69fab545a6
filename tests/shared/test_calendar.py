"""When the city is open, and when a promise falls due: named holidays, half days, the two Sundays of the clock."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import holidays as oracle
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.calendar import (
    BusinessCalendar,
    CalendarNeverOpens,
    NeverDue,
    OpeningHoursOverlap,
    business_time_between,
    due,
    new_jersey,
)
from shared.new_jersey import NewJerseyHolidays, holidays_of

NEWARK = ZoneInfo("America/New_York")
NINE_TO_FIVE = ((time(9), time(17)),)
WITH_LUNCH = ((time(9), time(12)), (time(13), time(17)))
DESK = BusinessCalendar(NEWARK, dict.fromkeys(range(5), NINE_TO_FIVE))
LUNCHING = BusinessCalendar(NEWARK, dict.fromkeys(range(5), WITH_LUNCH))
ALWAYS = BusinessCalendar(NEWARK, dict.fromkeys(range(7), ((time(0), time(0)),)), holidays=frozenset())
CHRISTMAS_EVE = date(2026, 12, 24)
TOWN = BusinessCalendar(
    NEWARK,
    dict.fromkeys(range(5), WITH_LUNCH),
    days={CHRISTMAS_EVE: ((time(9), time(12)),), date(2026, 8, 14): (), date(2026, 11, 11): NINE_TO_FIVE},
)


def at(text: str) -> datetime:
    """A moment on the town hall's clock: "2026-11-25 16:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=NEWARK)


def shown(moment: datetime) -> str:
    return moment.astimezone(NEWARK).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("calendar", "start", "hours", "falls_due", "why"),
    [
        (DESK, "2026-03-02 09:00", 1, "2026-03-02 10:00", "an hour on a plain Monday"),
        (DESK, "2026-03-02 09:00", 8, "2026-03-02 17:00", "a whole day ends at closing, not on the next morning"),
        (DESK, "2026-03-02 16:30", 1, "2026-03-03 09:30", "the rest goes on the next morning"),
        (DESK, "2026-03-02 20:00", 1, "2026-03-03 10:00", "asked in the evening counts from the morning"),
        (DESK, "2026-03-06 16:00", 2, "2026-03-09 10:00", "over a weekend"),
        (DESK, "2026-03-07 11:00", 8, "2026-03-09 17:00", "asked on a Saturday"),
        (LUNCHING, "2026-03-02 11:30", 1, "2026-03-02 13:30", "nobody is there at lunch"),
        (LUNCHING, "2026-03-02 12:15", 1, "2026-03-02 14:00", "asked at lunch"),
        (DESK, "2026-11-25 16:00", 2, "2026-11-27 10:00", "over Thanksgiving"),
        (DESK, "2026-04-02 16:00", 2, "2026-04-06 10:00", "over Good Friday and its weekend"),
        (DESK, "2026-06-18 16:00", 2, "2026-06-22 10:00", "over Juneteenth, the third Friday of June"),
        (DESK, "2026-07-02 16:00", 2, "2026-07-06 10:00", "Independence Day on a Saturday is kept on Friday"),
        (DESK, "2027-07-02 16:00", 2, "2027-07-06 10:00", "Independence Day on a Sunday is kept on Monday"),
        (DESK, "2027-11-01 16:00", 2, "2027-11-03 10:00", "a general election in an odd year"),
        (DESK, "2027-12-30 16:00", 2, "2028-01-03 10:00", "New Year's Day on a Saturday is kept in the old year"),
        (TOWN, "2026-12-24 11:00", 2, "2026-12-28 10:00", "half of Christmas Eve, Christmas, a weekend"),
        (TOWN, "2026-08-13 16:30", 1, "2026-08-17 09:30", "the town's own closed day"),
        (TOWN, "2026-11-11 16:00", 1, "2026-11-11 17:00", "this town works on Veterans Day"),
        (DESK, "2026-03-06 16:00", 8, "2026-03-09 16:00", "spring's short weekend takes no office hour"),
        (DESK, "2026-10-30 16:00", 8, "2026-11-02 16:00", "nor does autumn's long one give any"),
        (ALWAYS, "2026-03-08 00:00", 23, "2026-03-09 00:00", "the day of spring has 23 hours"),
        (ALWAYS, "2026-03-08 01:00", 2, "2026-03-08 04:00", "from two to three there is no hour"),
        (ALWAYS, "2026-11-01 00:00", 25, "2026-11-02 00:00", "the day of autumn has 25 hours"),
        (ALWAYS, "2026-11-01 00:30", 3, "2026-11-01 02:30", "from one to two there are two hours"),
    ],
)
def test_due(calendar: BusinessCalendar, start: str, hours: float, falls_due: str, why: str) -> None:
    assert shown(due(at(start), timedelta(hours=hours), calendar)) == falls_due, why


@pytest.mark.parametrize(
    ("pauses", "falls_due", "why"),
    [
        ([("2026-03-02 10:00", "2026-03-02 12:00")], "2026-03-02 15:00", "while she waits for the customer"),
        (
            [("2026-03-02 12:00", "2026-03-03 10:00")],
            "2026-03-03 11:00",
            "over night, only business time is given back",
        ),
        ([("2026-03-02 18:00", "2026-03-03 08:00")], "2026-03-02 13:00", "a pause while closed changes nothing"),
        (
            [("2026-03-02 11:00", "2026-03-02 12:00"), ("2026-03-02 10:00", "2026-03-02 11:30")],
            "2026-03-02 15:00",
            "two",
        ),
        ([("2026-03-01 10:00", "2026-03-02 10:00")], "2026-03-02 14:00", "begun before the clock was"),
        ([("2026-03-02 12:00", "2026-03-02 10:00")], "2026-03-02 13:00", "a pause that ends before it begins is none"),
    ],
)
def test_due_does_not_count_pauses(pauses: list[tuple[str, str]], falls_due: str, why: str) -> None:
    spans = [(at(begins), at(ends)) for begins, ends in pauses]
    assert shown(due(at("2026-03-02 09:00"), timedelta(hours=4), DESK, spans)) == falls_due, why


@pytest.mark.parametrize(
    ("day", "rolls_to"),
    [
        (date(2026, 3, 2), date(2026, 3, 2)),
        (date(2026, 3, 7), date(2026, 3, 9)),
        (date(2026, 11, 26), date(2026, 11, 27)),
        (date(2026, 4, 3), date(2026, 4, 6)),
        (date(2026, 12, 25), date(2026, 12, 28)),
        (date(2027, 12, 31), date(2028, 1, 3)),
    ],
)
def test_a_due_date_on_a_closed_day_rolls_to_the_next_business_day(day: date, rolls_to: date) -> None:
    assert DESK.next_business_day(day) == rolls_to


def test_half_a_day_is_a_business_day() -> None:
    assert TOWN.is_business_day(CHRISTMAS_EVE)
    assert not TOWN.is_business_day(date(2026, 12, 25))


def test_a_calendar_that_never_opens_is_refused() -> None:
    with pytest.raises(CalendarNeverOpens):
        BusinessCalendar(NEWARK, {0: ()})


def test_a_calendar_closed_by_its_holidays_for_ever_promises_nothing() -> None:
    class EveryDay:
        def __contains__(self, day: object) -> bool:
            return True

    closed = BusinessCalendar(NEWARK, {0: NINE_TO_FIVE}, holidays=EveryDay())
    with pytest.raises(NeverDue):
        due(at("2026-03-02 09:00"), timedelta(hours=1), closed)
    with pytest.raises(CalendarNeverOpens):
        closed.next_business_day(date(2026, 3, 2))


@pytest.mark.parametrize(
    "hours",
    [
        ((time(9), time(9)),),
        ((time(17), time(9)),),
        ((time(9), time(13)), (time(12), time(17))),
        ((time(13), time(17)), (time(9), time(12))),
        ((time(9), time(0)), (time(9), time(17))),
    ],
)
def test_opening_hours_that_overlap_are_refused(hours: tuple[tuple[time, time], ...]) -> None:
    with pytest.raises(OpeningHoursOverlap):
        BusinessCalendar(NEWARK, {0: hours})


def test_a_town_hall_in_new_jersey_is_closed_on_thanksgiving() -> None:
    hall = new_jersey()
    assert not hall.is_business_day(date(2026, 11, 26))
    assert shown(due(at("2026-11-25 16:00"), timedelta(hours=1), hall)) == "2026-11-27 09:00"


CALENDARS = st.sampled_from([DESK, LUNCHING, TOWN, ALWAYS])
MOMENTS = st.timedeltas(timedelta(), timedelta(days=1461)).map(lambda passed: datetime(2025, 1, 1, tzinfo=UTC) + passed)
TARGETS = st.timedeltas(timedelta(), timedelta(hours=200))
SECONDS = st.timedeltas(timedelta(), timedelta(days=3))
PAUSES = st.lists(st.tuples(MOMENTS, SECONDS).map(lambda pause: (pause[0], pause[0] + pause[1])), max_size=4)


@given(CALENDARS, MOMENTS, SECONDS, TARGETS, PAUSES)
def test_asked_later_is_due_no_earlier(
    calendar: BusinessCalendar,
    start: datetime,
    later: timedelta,
    target: timedelta,
    pauses: list[tuple[datetime, datetime]],
) -> None:
    assert due(start, target, calendar, pauses) <= due(start + later, target, calendar, pauses)


@given(CALENDARS, MOMENTS, TARGETS, TARGETS, PAUSES)
def test_what_takes_longer_is_due_later_and_two_promises_make_one(
    calendar: BusinessCalendar,
    start: datetime,
    first: timedelta,
    second: timedelta,
    pauses: list[tuple[datetime, datetime]],
) -> None:
    halfway = due(start, first, calendar, pauses)
    whole = due(start, first + second, calendar, pauses)
    assert start <= halfway <= whole
    assert due(halfway, second, calendar, pauses) == whole


@given(CALENDARS, MOMENTS, TARGETS, PAUSES)
def test_what_passed_until_it_is_due_is_what_was_promised(
    calendar: BusinessCalendar, start: datetime, target: timedelta, pauses: list[tuple[datetime, datetime]]
) -> None:
    assert business_time_between(start, due(start, target, calendar, pauses), calendar, pauses) == target


@given(CALENDARS, MOMENTS, SECONDS, SECONDS)
def test_business_time_adds_up(
    calendar: BusinessCalendar, start: datetime, first: timedelta, second: timedelta
) -> None:
    middle, end = start + first, start + first + second
    whole = business_time_between(start, end, calendar)
    assert whole == business_time_between(start, middle, calendar) + business_time_between(middle, end, calendar)
    assert timedelta() <= whole <= end - start
    assert business_time_between(end, start, calendar) == (timedelta() if first or second else whole)


@given(MOMENTS, SECONDS)
def test_where_the_door_never_closes_business_time_is_time(start: datetime, passed: timedelta) -> None:
    assert business_time_between(start, start + passed, ALWAYS) == passed


@given(
    st.dictionaries(st.integers(0, 6), st.lists(st.times(), max_size=6, unique=True).map(sorted), min_size=1),
    MOMENTS,
    TARGETS,
)
def test_hours_at_any_time_of_day_hold_over_the_change_of_the_clock(
    edges: dict[int, list[time]], start: datetime, target: timedelta
) -> None:
    hours = {day: tuple(zip(times[::2], times[1::2], strict=False)) for day, times in edges.items()}
    if not any(hours.values()):
        return
    calendar = BusinessCalendar(NEWARK, hours, holidays=frozenset())
    week = business_time_between(start, start + timedelta(days=14), calendar)
    if week < target:
        return
    assert business_time_between(start, due(start, target, calendar), calendar) == target


@pytest.mark.parametrize("year", range(2008, 2100))
def test_the_holidays_are_those_of_the_library_but_for_three_that_the_statute_names(year: int) -> None:
    """Juneteenth is the third Friday of June, offices open on Lincoln's Birthday, and November votes every year."""
    theirs = {
        day
        for day, name in oracle.country_holidays("US", subdiv="NJ", years=(year, year + 1)).items()
        if day.year == year and not name.startswith(("Lincoln", "Juneteenth", "Election"))
    }
    ours = holidays_of(year)
    differing = {day: name for day, name in ours.items() if name in {"Juneteenth Day", "General Election Day"}}
    assert {day for day in ours if day not in differing} == {day for day in theirs if day.weekday() < 5}
    assert sorted(day.weekday() for day in differing) == [1, 4]
    assert all(day in NewJerseyHolidays() for day in ours)
