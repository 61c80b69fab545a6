"""Use a day beside the same time last year: the nearest period that ended about a year ago, and by how much."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.billing.domain.exact import exact
from services.billing.domain.periods import Period, change_percent, last_year, per_day

NOW = date(2026, 3, 2)


def period(end_on: date, quantity: str = "10", days: int = 30) -> Period:
    """A period that ended then."""
    return Period(end_on - timedelta(days=days), end_on, exact(quantity), days, estimated=False, total_cents=0)


@pytest.mark.parametrize(
    ("quantity", "days", "thousandths"),
    [("10", 30, 333), ("10.5", 30, 350), ("0", 30, 0), ("748", 31, 24_129), ("10", 0, 10_000), ("-3", 30, -100)],
)
def test_use_a_day_is_rounded_half_up(quantity: str, days: int, thousandths: int) -> None:
    assert per_day(period(NOW, quantity, days)) == thousandths


def test_the_nearest_period_of_last_year_is_compared() -> None:
    ends = [NOW - timedelta(days=365 + aside) for aside in (-40, -12, 9, 21)]
    found = last_year([period(end) for end in ends], period(NOW))
    assert found is not None
    assert found.end_on == ends[2]


def test_what_ended_weeks_off_is_not_the_same_time() -> None:
    assert last_year([period(NOW - timedelta(days=365 + 21)), period(NOW - timedelta(days=344))], period(NOW)) is None
    assert last_year([], period(NOW)) is None


@pytest.mark.parametrize(
    ("then", "now", "percent"), [("10", "15", 50), ("10", "5", -50), ("10", "10", 0), ("0", "5", None)]
)
def test_a_change_is_in_percent_of_what_was(then: str, now: str, percent: int | None) -> None:
    assert change_percent(period(NOW, then), period(NOW, now)) == percent


@given(st.integers(1, 10**6), st.integers(1, 400))
def test_twice_the_days_at_the_same_use_is_the_same_a_day(quantity: int, days: int) -> None:
    one, two = period(NOW, str(quantity), days), period(NOW, str(quantity * 2), days * 2)
    assert per_day(one) == per_day(two)
    assert change_percent(one, two) in (0, None)
