"""Ids sort by the time they were made; an account number proves itself when a person reads it aloud."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.ids import NumberMistyped, check_number, new_id, number_from

SERIALS = st.integers(0, 10**9 - 1)


def test_ids_are_version_seven_and_sort_by_the_time_they_were_made() -> None:
    made = [new_id() for _ in range(1_000)]
    assert {one.version for one in made} == {7}
    assert made == sorted(made)
    assert len(set(made)) == len(made)


@given(SERIALS)
def test_a_number_that_was_given_out_is_taken(serial: int) -> None:
    number = number_from(serial)
    assert len(number) == 10
    assert check_number(number) == number
    assert check_number(f"{number[:3]}-{number[3:6]} {number[6:]}") == number


@given(SERIALS, st.integers(0, 9), st.integers(1, 9))
def test_any_one_wrong_digit_is_caught(serial: int, place: int, by: int) -> None:
    number = number_from(serial)
    wrong = number[:place] + str((int(number[place]) + by) % 10) + number[place + 1 :]
    with pytest.raises(NumberMistyped):
        check_number(wrong)


@given(SERIALS, st.integers(0, 8))
def test_any_exchange_of_neighbors_is_caught(serial: int, place: int) -> None:
    number = number_from(serial)
    exchanged = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if exchanged == number:
        return
    with pytest.raises(NumberMistyped):
        check_number(exchanged)


@pytest.mark.parametrize("typed", ["", "0", "000000000", "00000000000", "000000000x", "\u0660" * 10, "\x00" * 10])
def test_what_is_not_ten_digits_is_no_number(typed: str) -> None:
    with pytest.raises(NumberMistyped) as refused:
        check_number(typed, field="payment.account_number")
    assert refused.value.field == "payment.account_number"
    assert refused.value.slug == "number-mistyped"
    assert "ten digits" in refused.value.remedy


def test_serial_numbers_give_different_numbers() -> None:
    assert len({number_from(serial) for serial in range(10_000)}) == 10_000
