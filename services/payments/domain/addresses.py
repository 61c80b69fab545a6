"""The street on a check beside the street of the account: the same place, however it is abbreviated."""

import re

from shared.errors import Conflict

_SHORT = {
    "avenue": "ave", "av": "ave", "boulevard": "blvd", "circle": "cir", "court": "ct", "drive": "dr",
    "highway": "hwy", "lane": "ln", "parkway": "pkwy", "place": "pl", "road": "rd", "square": "sq",
    "street": "st", "terrace": "ter", "turnpike": "tpke", "apartment": "apt", "unit": "apt", "suite": "apt",
    "north": "n", "south": "s", "east": "e", "west": "w",
}  # fmt: skip


class StreetDoesNotMatch(Conflict):
    """The street address on the instrument must be that of the account it is to pay."""

    remedy = "Ask which account is meant; if it is this one, post it without the street address."


def same_street(given: str, of_account: str) -> bool:
    """Whether the address, as far as it was typed, is the beginning of the account's.

    Source: USPS Publication 28, appendix C1 (street suffixes) and C2 (units).
    """
    typed, known = _words(given), _words(of_account)
    return bool(typed) and known[: len(typed)] == typed


def check_street(given: str | None, of_account: str) -> None:
    """Where a street was typed, it must be the account's. Raises StreetDoesNotMatch."""
    if given is not None and not same_street(given, of_account):
        raise StreetDoesNotMatch(field="street_address", given=given[:80])


def _words(address: str) -> list[str]:
    words = re.sub(r"[^a-z0-9]+", " ", address.casefold().replace("'", "")).split()
    return [_SHORT.get(word, word) for word in words]
