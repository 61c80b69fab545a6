"""Exact decimals as scaled integers: a rate or a quantity is digits and places, and nothing is lost before the cent."""

import re
from dataclasses import dataclass
from math import prod

from shared.money import half_up

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


def less(left: Exact, right: Exact) -> bool:
    """Whether the left one is the smaller."""
    places = max(left.places, right.places)
    return _at(left, places) < _at(right, places)


def cents(*factors: Exact) -> int:
    """The product of the factors as dollars, in whole cents, HALF_UP: the only rounding there is."""
    places = sum(factor.places for factor in factors)
    return half_up(prod(factor.digits for factor in factors) * 100, 10**places)


def _at(value: Exact, places: int) -> int:
    return value.digits * 10 ** (places - value.places)
