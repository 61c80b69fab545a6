"""Exact decimals as scaled integers: a rate or a quantity is digits and places, and nothing is lost before the cent."""

import re
from dataclasses import dataclass
from math import prod
from typing import Literal

from shared.money import half_up

Rounding = Literal["half_up", "half_even", "up", "down"]
Whole = Literal["exact", "up", "down"]
SHARE_PLACES = 6
"""How finely a quantity is divided over days, as utilities print it: 600 kWh x 20/29 is 413.793103."""

_WRITTEN = re.compile(r"(-?)([0-9]{1,15})(?:\.([0-9]{1,9}))?")


@dataclass(frozen=True, slots=True)
class Exact:
    """digits / 10^places: "3.39" is 339 with 2 places."""

    digits: int
    places: int = 0

    def __str__(self) -> str:
        sign, digits = "-" if self.digits < 0 else "", f"{abs(self.digits):0{self.places + 1}d}"
        return f"{sign}{digits}" if not self.places else f"{sign}{digits[: -self.places]}.{digits[-self.places :]}"

    @property
    def plain(self) -> str:
        """As people write it, without zeros that say nothing: 10.00 is "10", 3.390 is "3.39"."""
        return str(self).rstrip("0").rstrip(".") if self.places else str(self)


ZERO = Exact(0)


def exact(text: str) -> Exact:
    """The exact value of a decimal as it is written: no exponent, no NaN, no comma. Raises ValueError."""
    match = _WRITTEN.fullmatch(text)
    if match is None:
        raise ValueError('write a decimal as text, in quotes, with digits and at most one point, such as "3.39"')
    sign, whole, fraction = match.groups(default="")
    return Exact(int(f"{sign}{whole}{fraction}"), len(fraction))


def times(left: Exact, right: Exact) -> Exact:
    """The product, exact."""
    return Exact(left.digits * right.digits, left.places + right.places)


def minus(left: Exact, right: Exact) -> Exact:
    """The difference, exact."""
    places = max(left.places, right.places)
    return Exact(_at(left, places) - _at(right, places), places)


def plus(left: Exact, right: Exact) -> Exact:
    """The sum, exact."""
    return minus(left, Exact(-right.digits, right.places))


def less(left: Exact, right: Exact) -> bool:
    """Whether the left one is the smaller."""
    places = max(left.places, right.places)
    return _at(left, places) < _at(right, places)


def most(*values: Exact) -> Exact:
    """The largest of them."""
    largest = values[0]
    for value in values[1:]:
        largest = value if less(largest, value) else largest
    return largest


def part(value: Exact, numerator: int, denominator: int) -> Exact:
    """So many parts of it: itself where that is all, else to the sixth place."""
    if numerator == denominator:
        return value
    scaled = value.digits * numerator * 10**SHARE_PLACES
    return Exact(half_up(scaled, denominator * 10**value.places), SHARE_PLACES)


def whole(value: Exact, step: Exact, how: Whole) -> Exact:
    """The quantity in whole steps: "per 1,000 gallons or part thereof" counts a part up. Never less than nothing."""
    if how == "exact":
        return value
    places = max(value.places, step.places)
    digits, size = _at(value, places), _at(step, places)
    count = -(-digits // size) if how == "up" else digits // size
    return times(Exact(max(count, 0)), step)


def cents(*factors: Exact, over: int = 1, rounding: Rounding = "half_up") -> int:
    """The product of the factors as dollars, over a divisor, in whole cents: the only rounding of money there is."""
    numerator = prod(factor.digits for factor in factors) * 100
    denominator = over * 10 ** sum(factor.places for factor in factors)
    if rounding == "half_up":
        return half_up(numerator, denominator)
    least, rest = divmod(abs(numerator), denominator)
    if rounding == "half_even":
        least += 2 * rest > denominator or (2 * rest == denominator and least % 2)
    elif rounding == "up":
        least += rest > 0
    return least if numerator >= 0 else -least


def _at(value: Exact, places: int) -> int:
    return value.digits * 10 ** (places - value.places)
