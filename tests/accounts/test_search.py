"""What people type to find an account, and how it is understood."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.accounts.domain.premises import address_key
from services.accounts.domain.search import NothingToFind, Question, document, folded, understood
from shared.ids import number_from


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("12 Oak Street", "12 OAK ST."),
        ("12 North Oak Avenue, Apartment 3", "12 n oak ave apt 3"),
        ("12 Oak St #3", "12 Oak Street Unit 3"),
        ("  7  Saint-Denis   Place ", "7 saint denis pl"),
        ("5 Peña Blvd", "5 pena boulevard"),
        ("9 O'Neil Court", "9 ONeil Ct"),
    ],
)
def test_two_spellings_of_one_address_are_one_premise(one: str, other: str) -> None:
    assert address_key(one) == address_key(other)


@pytest.mark.parametrize(("one", "other"), [("12 Oak St", "21 Oak St"), ("12 Oak St Apt 3", "12 Oak St Apt 4")])
def test_two_addresses_are_two_premises(one: str, other: str) -> None:
    assert address_key(one) != address_key(other)


@given(st.text(max_size=80))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert folded(folded(text)) == folded(text)


def test_a_number_that_proves_itself_is_a_number_and_one_mistyped_is_words() -> None:
    number = number_from(100000001)
    assert understood(f"{number[:4]} {number[4:]}").number == number
    mistyped = number[:-1] + str((int(number[-1]) + 1) % 10)
    assert understood(mistyped) == Question(words=mistyped)


@pytest.mark.parametrize(
    ("typed", "parcel"),
    [
        ("block 101 lot 4", ("101", "4", None)),
        ("Block 101.02, Lot 4.01 Qual C0003", ("101.02", "4.01", "C0003")),
        ("101/4", ("101", "4", None)),
        ("101 / 4 / C0003", ("101", "4", "C0003")),
        ("b 7 l 3", ("7", "3", None)),
    ],
)
def test_a_block_and_lot_is_understood(typed: str, parcel: tuple[str, str, str | None]) -> None:
    question = understood(typed)
    assert (question.block, question.lot, question.qualifier) == parcel


@pytest.mark.parametrize("typed", ["", "   ", "?!", "#"])
def test_a_search_for_nothing_is_refused(typed: str) -> None:
    with pytest.raises(NothingToFind):
        understood(typed)


def test_an_account_is_found_by_all_that_is_known_of_it() -> None:
    words = document(["1000000018", "José Álvarez", None, "12 Oak Street", "block 7 lot 3", "M-88123"])
    assert words == "1000000018 jose alvarez 12 oak st block 7 lot 3 m 88123"
