"""How people look for an account: what they typed, and the words an account is found by."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from shared.errors import Invalid
from shared.ids import AccountNumber, NumberMistyped, check_number

_WORD = re.compile(r"[a-z0-9]+(?:\.[0-9]+)?")
_APARTMENT = re.compile(r"#(?=\s*\w)")
_PARCEL = re.compile(
    r"(?:block|blk|b)\W*(?P<block>[\w.]+)\W+(?:lot|l)\W*(?P<lot>[\w.]+)(?:\W+(?:qualifier|qual|q)\W*(?P<qualifier>[\w.]+))?",
    re.ASCII | re.IGNORECASE,
)
_SLASHED = re.compile(r"(?P<block>[0-9.]+)\s*/\s*(?P<lot>[0-9.]+)(?:\s*/\s*(?P<qualifier>[\w.]+))?", re.ASCII)

SHORT = {
    "alley": "aly", "apartment": "apt", "avenue": "ave", "boulevard": "blvd", "building": "bldg", "circle": "cir",
    "court": "ct", "drive": "dr", "east": "e", "expressway": "expy", "floor": "fl", "highway": "hwy", "lane": "ln",
    "north": "n", "parkway": "pkwy", "place": "pl", "plaza": "plz", "road": "rd", "route": "rte", "south": "s",
    "square": "sq", "street": "st", "suite": "ste", "terrace": "ter", "turnpike": "tpke", "unit": "apt", "west": "w",
}  # fmt: skip
"""The short form of a word in an address. **Source**: USPS Publication 28, appendices C1 and C2."""


class NothingToFind(Invalid):
    """A search needs at least one letter or digit."""

    remedy = "Type an account number, a name, an address, a block and lot, a phone or a meter's serial."


@dataclass(frozen=True, slots=True)
class Question:
    """What a person typed, understood: a number that proves itself, a block and lot, or words."""

    words: str
    number: AccountNumber | None = None
    block: str | None = None
    lot: str | None = None
    qualifier: str | None = None


def folded(text: str) -> str:
    """Words as they are compared: no accents, no case, no punctuation, address words in their short form."""
    plain = unicodedata.normalize("NFKD", _APARTMENT.sub(" apt ", text.replace("'", "").replace("’", "")))
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(SHORT.get(word, word) for word in _WORD.findall(bare.casefold()))


def document(texts: Iterable[str | None]) -> str:
    """All that an account is found by, in one text."""
    return " ".join(filter(None, (folded(text) for text in texts if text)))


def digits(phone: str | None) -> str | None:
    """A phone number as some people type it: nothing but digits."""
    return re.sub(r"[^0-9]", "", phone) if phone else None


def parcel_words(block: str | None, lot: str | None, qualifier: str | None) -> str | None:
    """A parcel in the words people type: "block 101 lot 4"."""
    if block is None or lot is None:
        return None
    return f"block {block} lot {lot}" + (f" qual {qualifier}" if qualifier else "")


def understood(typed: str) -> Question:
    """What somebody looks for: an account number if its check digit proves it, a parcel, or else words.

    Raises NothingToFind.
    """
    words = folded(typed)
    if not words:
        raise NothingToFind(field="q", given=typed[:40])
    parcel = _PARCEL.fullmatch(typed.strip()) or _SLASHED.fullmatch(typed.strip())
    if parcel:
        return Question(words, block=parcel["block"], lot=parcel["lot"], qualifier=parcel["qualifier"])
    try:
        return Question(words, number=AccountNumber(check_number(typed)))
    except NumberMistyped:
        return Question(words)
