"""Use a day in one period beside others: what the chart on a bill shows, and what a customer compares.

Source: rulebook 3 ("the bill beside the same period last year, per day").
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from services.billing.domain.exact import Exact
from shared.money import half_up

LAST_YEAR_DAYS = 365
LAST_YEAR_GIVE_DAYS = 20
"""The same period last year ended at most so many days earlier or later; meters are not read on the day."""


@dataclass(frozen=True, slots=True)
class Period:
    """What one bill was for. `estimated` where it rests on a reading that nobody took."""

    start_on: date
    end_on: date
    quantity: Exact
    days_count: int
    estimated: bool
    total_cents: int


def per_day(period: Period) -> int:
    """Thousandths of a unit a day, HALF_UP; a period of no days is taken as one."""
    used = period.quantity
    return half_up(used.digits * 1000, 10**used.places * max(period.days_count, 1))


def last_year(periods: Sequence[Period], now: Period) -> Period | None:
    """The period that ended nearest to a year before this one, if one did within some weeks."""
    aside = {one: abs((now.end_on - one.end_on).days - LAST_YEAR_DAYS) for one in periods}
    near = [one for one in periods if aside[one] <= LAST_YEAR_GIVE_DAYS]
    return min(near, key=lambda one: aside[one], default=None)


def change_percent(then: Period, now: Period) -> int | None:
    """By how many percent the use a day changed, HALF_UP; None from nothing."""
    before = per_day(then)
    return half_up((per_day(now) - before) * 100, before) if before > 0 else None
