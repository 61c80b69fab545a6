"""Receipt numbers: a series for each drawer or lane, counting 1, 2, 3 without gaps (rulebook 6)."""

from collections import Counter
from collections.abc import Mapping, Sequence

from shared.events.payments import Tender

SERIAL_DIGITS = 8


def number(series: str, serial: int) -> str:
    """The number as it stands on the receipt: FRONT-00000017."""
    return f"{series}-{serial:0{SERIAL_DIGITS}d}"


def numbers(series_in_order: Sequence[str], last_serials: Mapping[str, int]) -> list[str]:
    """A number for each, in order; `last_serials` are the series' last numbers after these are given out."""
    following = {series: last_serials[series] - count for series, count in Counter(series_in_order).items()}
    given: list[str] = []
    for series in series_in_order:
        following[series] += 1
        given.append(number(series, following[series]))
    return given


def lane(tender: Tender) -> str:
    """The series of money that did not come over a counter: one for each way in."""
    return tender.value.upper().replace("_", "-")
