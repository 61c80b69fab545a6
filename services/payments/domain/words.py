"""The legal line of a check, read: "One hundred twenty-three and 45/100 dollars" is 12345 cents."""

import re

from shared.errors import Conflict, Invalid

_ONES = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_TEENS = ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_VALUES: dict[str, int] = {
    **{word: value for value, word in enumerate(_ONES, start=1)},
    **{word: value for value, word in enumerate(_TEENS, start=10)},
    **dict(zip(_TENS, range(20, 100, 10), strict=True)),
}
_SCALES = {"thousand": 1_000, "million": 1_000_000}
_FILLERS = frozenset({"and", "dollar", "dollars", "only", "even", "exactly", "us"})
_FRACTION = re.compile(r"\b(\d{1,2}|no|xx|zero)\s*/\s*100\b")


class AmountInWordsUnreadable(Invalid):
    """The amount in words must be readable as dollars and cents."""

    remedy = 'Type it as it stands on the check, such as "one hundred five and 20/100", or leave it out.'


class WordsAndFiguresDiffer(Conflict):
    """The amount in words and the amount in figures must be the same."""

    remedy = "Ask for a new check, or take it for the amount in words: the bank pays that one (N.J.S.A. 12A:3-114)."


def cents_from_words(line: str) -> int:
    """The cents that a check's line of words says. Raises AmountInWordsUnreadable."""
    text = line.casefold()
    fraction = _FRACTION.search(text)
    if fraction:
        rest = text[: fraction.start()] + " " + text[fraction.end() :]
        return _whole(_words(rest), line) * 100 + (int(fraction[1]) if fraction[1].isdigit() else 0)
    dollars, _, coins = text.rpartition("dollar")
    coin_words = _words(coins.removeprefix("s"))
    if len(coin_words) > 1 and coin_words[-1] in ("cent", "cents"):
        cents = _whole(coin_words[:-1], line)
        if cents < 100:
            return _whole(_words(dollars), line) * 100 + cents
    elif whole := _words(dollars if not coin_words else text):
        return _whole(whole, line) * 100
    raise AmountInWordsUnreadable(field="amount_in_words", given=line[:80])


def check_words(line: str | None, amount_cents: int) -> None:
    """Where the words were typed, they must say the figures. Raises AmountInWordsUnreadable, WordsAndFiguresDiffer.

    Source: N.J.S.A. 12A:3-114 (UCC 3-114): words prevail over numbers, so a difference is settled before it is taken.
    """
    if line is not None and (in_words := cents_from_words(line)) != amount_cents:
        raise WordsAndFiguresDiffer(field="amount_in_words", words_cents=in_words, figures_cents=amount_cents)


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"[\s,.*~_$-]+", text) if word and word not in _FILLERS]


def _whole(words: list[str], line: str) -> int:
    if not words or words in (["zero"], ["no"]):
        return 0
    total, group, smallest_scale = 0, 0, 10**9
    for word in words:
        if word in _SCALES and group > 0 and _SCALES[word] < smallest_scale:
            smallest_scale = _SCALES[word]
            total, group = total + group * smallest_scale, 0
        elif word == "hundred" and 0 < group < 100:
            group *= 100
        elif word in _VALUES and _fits(group, _VALUES[word]):
            group += _VALUES[word]
        else:
            raise AmountInWordsUnreadable(field="amount_in_words", given=line[:80])
    return total + group


def _fits(group: int, value: int) -> bool:
    """Whether a word may follow: "twenty five" and "hundred twelve" may, "five ten" and "ten five" may not."""
    return group % 100 == 0 or (value < 10 and group % 10 == 0 and group % 100 >= 20)
