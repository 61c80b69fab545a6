"""The days on which New Jersey's public offices are closed, each by the rule that names it.

Written out, and not taken from the `holidays` library: that costs 45 MB and 0.7 s a process, and for New Jersey it
knows neither Juneteenth's Friday nor the general election of odd years (docs/decisions). It is the tests' oracle.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

MONDAY, TUESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = 0, 1, 3, 4, 5, 6


class NewJerseyHolidays:
    """The set of all holidays, of any year."""

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and day in holidays_of(day.year)

    def __repr__(self) -> str:
        return "NewJerseyHolidays()"


@cache
def holidays_of(year: int) -> dict[date, str]:
    """The holidays that are kept in a year, with their names.

    One on a Sunday is kept on Monday, one on a Saturday on Friday; so New Year's Day may be kept on 31 December.
    Source: N.J.S.A. 36:1-1 and 36:1-1.2; N.J.S.A. 11A:6-24.1 (which leaves out Lincoln's Birthday).
    """
    days = dict(_named(year))
    if year < date.max.year:
        days[date(year + 1, 1, 1)] = "New Year's Day"
    kept = {_kept_on(day): name for day, name in days.items()}
    return {day: kept[day] for day in sorted(kept) if day.year == year}


def _named(year: int) -> Iterator[tuple[date, str]]:
    yield date(year, 1, 1), "New Year's Day"
    yield _nth(3, MONDAY, year, 1), "Martin Luther King's Birthday"
    yield _nth(3, MONDAY, year, 2), "Presidents Day"
    yield _easter(year) - timedelta(days=2), "Good Friday"
    yield _nth(1, MONDAY, year, 6) - timedelta(days=7), "Memorial Day"
    yield _nth(3, FRIDAY, year, 6), "Juneteenth Day"
    yield date(year, 7, 4), "Independence Day"
    yield _nth(1, MONDAY, year, 9), "Labor Day"
    yield _nth(2, MONDAY, year, 10), "Columbus Day"
    yield _nth(1, MONDAY, year, 11) + timedelta(days=1), "General Election Day"
    yield date(year, 11, 11), "Veterans Day"
    yield _nth(4, THURSDAY, year, 11), "Thanksgiving Day"
    yield date(year, 12, 25), "Christmas Day"


def _kept_on(day: date) -> date:
    return day + timedelta(days={SATURDAY: -1, SUNDAY: 1}.get(day.weekday(), 0))


def _nth(nth: int, weekday: int, year: int, month: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))


def _easter(year: int) -> date:
    """Easter Sunday. Source: the anonymous Gregorian computus, Nature 13, 1876, page 487."""
    golden = year % 19
    century, of_century = divmod(year, 100)
    leap_centuries, century_rest = divmod(century, 4)
    correction = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leap_centuries - correction + 15) % 30
    leap_years, year_rest = divmod(of_century, 4)
    to_sunday = (32 + 2 * century_rest + 2 * leap_years - epact - year_rest) % 7
    late = (golden + 11 * epact + 22 * to_sunday) // 451
    month, day = divmod(epact + to_sunday - 7 * late + 114, 31)
    return date(year, month, day + 1)
