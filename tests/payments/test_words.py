"""The legal line of a check says what the figures say, however it is written."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.payments.domain.words import (
    AmountInWordsUnreadable,
    WordsAndFiguresDiffer,
    cents_from_words,
    check_words,
)

ONES = ["", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
ONES += ["thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
TENS = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def in_words(number: int) -> str:
    """A whole number as an American writes it on a check."""
    if number >= 1_000_000:
        return f"{in_words(number // 1_000_000)} million {in_words(number % 1_000_000)}".strip()
    if number >= 1_000:
        return f"{in_words(number // 1_000)} thousand {in_words(number % 1_000)}".strip()
    if number >= 100:
        return f"{ONES[number // 100]} hundred {in_words(number % 100)}".strip()
    if number >= 20:
        return f"{TENS[number // 10]}-{ONES[number % 10]}".strip("-")
    return ONES[number]


@pytest.mark.parametrize(
    ("line", "cents"),
    [
        ("One hundred twenty-three and 45/100", 123_45),
        ("ONE HUNDRED TWENTY THREE AND 45/100 DOLLARS", 123_45),
        ("Five and no/100 dollars", 5_00),
        ("Five and xx/100 ----------", 5_00),
        ("Eighty dollars only", 80_00),
        ("Eighty dollars and five cents", 80_05),
        ("Eighty-one dollars and forty-five cents", 81_45),
        ("Twelve hundred and 00/100", 1_200_00),
        ("One thousand two hundred thirty-four and 5 / 100", 1_234_05),
        ("*** Two million, one hundred thousand *** and 10/100", 2_100_000_10),
        ("Zero and 99/100", 99),
        ("and 99/100", 99),
    ],
)
def test_a_line_as_it_is_found_on_checks(line: str, cents: int) -> None:
    assert cents_from_words(line) == cents


@pytest.mark.parametrize(
    "line",
    ["five ten", "ten five", "twenty eleven", "hundred", "two two", "thousand five", "one million million",
     "one thousand one thousand", "fivve", "forty-five cents forty", "cents", "", "--", "dollars", "five dollars ten",
     "five hundred hundred"],
)  # fmt: skip
def test_what_cannot_be_read_is_not_guessed(line: str) -> None:
    with pytest.raises(AmountInWordsUnreadable):
        cents_from_words(line)


@given(dollars=st.integers(1, 99_999_999), cents=st.integers(0, 99))
def test_every_amount_is_read_back(dollars: int, cents: int) -> None:
    assert cents_from_words(f"{in_words(dollars).capitalize()} and {cents:02d}/100 dollars") == dollars * 100 + cents


@given(line=st.text(max_size=60))
def test_any_line_is_read_or_refused(line: str) -> None:
    with suppress(AmountInWordsUnreadable):
        assert cents_from_words(line) >= 0


def test_mrs_okafor_writes_fifteen_and_prints_fifty() -> None:
    check_words("Fifteen and 00/100", 15_00)
    check_words(None, 50_00)
    with pytest.raises(WordsAndFiguresDiffer) as told:
        check_words("Fifteen and 00/100", 50_00)
    assert told.value.facts == {"words_cents": 15_00, "figures_cents": 50_00}
