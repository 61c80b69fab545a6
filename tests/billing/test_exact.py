"""Exact decimals: as written, and with nothing lost before the cent."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.billing.domain.exact import Exact, cents, exact, less, minus, times

exacts = st.builds(Exact, st.integers(-(10**12), 10**12), st.integers(0, 9))


def decimal(value: Exact) -> Decimal:
    return Decimal(value.digits).scaleb(-value.places)


@pytest.mark.parametrize("written", ["3.39", "0.0446", "-0.017192", "12", "0.00", "100.050"])
def test_it_is_written_as_it_was_read(written: str) -> None:
    assert str(exact(written)) == written


@pytest.mark.parametrize("written", ["", "3,39", "1e5", "NaN", "Infinity", ".5", "5.", "+1", " 1", "1.0000000000", "٣"])
def test_what_is_not_a_plain_decimal_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="decimal"):
        exact(written)


@pytest.mark.parametrize(("value", "plain"), [(Exact(1000, 2), "10"), (Exact(100), "100"), (Exact(3390, 3), "3.39")])
def test_people_do_not_see_zeros_that_say_nothing(value: Exact, plain: str) -> None:
    assert value.plain == plain


@given(exacts, exacts)
def test_it_agrees_with_decimals(left: Exact, right: Exact) -> None:
    assert decimal(times(left, right)) == decimal(left) * decimal(right)
    assert decimal(minus(left, right)) == decimal(left) - decimal(right)
    assert less(left, right) == (decimal(left) < decimal(right))
    in_cents = (decimal(left) * decimal(right) * 100).quantize(Decimal(1), ROUND_HALF_UP)
    assert cents(left, right) == int(in_cents)
