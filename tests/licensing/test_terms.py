"""How long a license lasts."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.licensing.domain.terms import TermRule, months_after, term_from
from tests.licensing.dog import RULES

ROLLING = TermRule(months=12)


@pytest.mark.parametrize(
    ("granted", "expires", "why"),
    [
        (date(2026, 2, 1), date(2027, 1, 31), "first day of the licensing year"),
        (date(2026, 3, 2), date(2027, 1, 31), "within it"),
        (date(2026, 12, 2), date(2027, 1, 31), "61 days before its end: still this year's"),
        (date(2026, 12, 3), date(2028, 1, 31), "60 days before its end: the coming year's, and it holds at once"),
        (date(2027, 1, 31), date(2028, 1, 31), "last day of the year"),
    ],
)
def test_a_dog_license_ends_with_the_licensing_year(granted: date, expires: date, why: str) -> None:
    term = term_from(RULES.term, granted)
    assert (term.starts_on, term.expires_on) == (granted, expires), why


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)))
def test_a_dog_license_never_ends_after_june_30_nor_lasts_beyond_14_months(granted: date) -> None:
    """N.J.S.A. 4:19-15.3: it expires no later than June 30."""
    term = term_from(RULES.term, granted)
    assert (term.expires_on.month, term.expires_on.day) <= (6, 30)
    assert granted <= term.expires_on <= months_after(granted, 14)


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)))
def test_a_rolling_term_is_a_year_less_a_day(granted: date) -> None:
    term = term_from(ROLLING, granted)
    assert timedelta(days=364) <= term.expires_on - granted <= timedelta(days=365)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 3, 31), -7, date(2025, 8, 31)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
    ],
)
def test_months_are_counted_by_the_calendar(day: date, months: int, expected: date) -> None:
    assert months_after(day, months) == expected
