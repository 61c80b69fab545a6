"""Money is integer cents: rounding is half away from zero, and no cent is made or lost on the way to text and back."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.money import CENTS_MAX, cents_from, dollars, half_up

AMOUNTS = st.integers(1 - CENTS_MAX, CENTS_MAX - 1)


@pytest.mark.parametrize(
    ("numerator", "denominator", "rounded"),
    [(5, 10, 1), (4, 10, 0), (15, 10, 2), (-5, 10, -1), (-4, 10, 0), (25, 10, 3), (0, 7, 0), (10, 3, 3), (11, 3, 4)],
)
def test_half_a_cent_goes_away_from_zero(numerator: int, denominator: int, rounded: int) -> None:
    assert half_up(numerator, denominator) == rounded


@given(st.integers(-(10**24), 10**24), st.integers(1, 10**9))
def test_rounding_is_that_of_exact_decimals(numerator: int, denominator: int) -> None:
    whole, rest = divmod(abs(numerator), denominator)
    exact = Decimal(whole) + (Decimal("0.5") if 2 * rest >= denominator else Decimal(0))
    rounded = int(exact.quantize(Decimal(1), ROUND_HALF_UP))
    assert half_up(numerator, denominator) == (rounded if numerator >= 0 else -rounded)


@given(st.integers(-(10**12), 10**12), st.integers(1, 10**6))
def test_rounding_is_never_off_by_more_than_half_a_cent(numerator: int, denominator: int) -> None:
    assert abs(half_up(numerator, denominator) * denominator - numerator) * 2 <= denominator


@pytest.mark.parametrize(
    ("cents", "read_as"),
    [(123_456, "$1,234.56"), (-5, "-$0.05"), (0, "$0.00"), (100, "$1.00"), (-123_456_789, "-$1,234,567.89")],
)
def test_cents_as_people_read_them(cents: int, read_as: str) -> None:
    assert dollars(cents) == read_as


@given(AMOUNTS)
def test_no_cent_is_lost_on_the_way_to_text_and_back(cents: int) -> None:
    assert cents_from(dollars(cents).replace("$", "").replace(",", "")) == cents


@pytest.mark.parametrize(
    "text",
    ["1.005", "NaN", "Infinity", "0.001", "1e-3", "1e999999", "", "ten", "$5", "1,000.00", "1 000", "1_000", "\u0661"],
)
def test_what_is_no_whole_number_of_cents_is_no_money(text: str) -> None:
    with pytest.raises(ValueError, match="whole cents"):
        cents_from(text)
