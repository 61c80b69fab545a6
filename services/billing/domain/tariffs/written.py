"""How numbers and names are written in a tariff: exact decimals as text, never a float."""

import re
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, WithJsonSchema
from pydantic.functional_validators import BeforeValidator

from services.billing.domain.exact import Exact, exact
from services.billing.domain.unbillable import MeterSizeNotPriced

Service = Literal["water", "sewer", "electric", "other"]
RATE_DIGITS_MAX = 10**12
SIZES_MAX = 40
OTHER_SIZES = "other"
_SIZE = re.compile(r"[^\x00-\x1f\x7f]{1,80}")


class Misplaced(ValueError):
    """Something does not stand where it can: what is said of it, and the way to it from where it was found."""

    def __init__(self, said: str, *place: int | str) -> None:
        super().__init__(said)
        self.place = place


def _written(value: object) -> Exact:
    if isinstance(value, Exact):
        return value
    return exact(value if isinstance(value, str) else "")


def _never_negative(value: Exact) -> Exact:
    if value.digits < 0:
        raise ValueError('a rate is never negative; what gives money back is an "adjustment", a "credit", a "discount"')
    if value.digits > RATE_DIGITS_MAX:
        raise ValueError("a rate of more than twelve digits is a mistake, not a rate")
    return value


def _rate(value: object) -> Exact:
    return _never_negative(_written(value))


_RATE_SCHEMA = {"type": "string", "pattern": r"^[0-9]{1,6}(\.[0-9]{1,6})?$", "examples": ["3.81"]}

Decimals = Annotated[
    Exact,
    BeforeValidator(_written),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^-?[0-9]{1,15}(\.[0-9]{1,9})?$", "examples": ["-0.017192"]}),
]
"""An exact decimal, written as text."""
Rate = Annotated[
    Exact, BeforeValidator(_rate), PlainSerializer(str, return_type=str), WithJsonSchema(_RATE_SCHEMA)
]  # fmt: skip
"""An exact decimal that is never negative."""
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Words = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
Class = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:-]*$")]
Month = Annotated[int, Field(ge=1, le=12)]


@dataclass(frozen=True, slots=True)
class Prices:
    """One price, or one for each size of meter; "other" is the price of the sizes that are not named."""

    by_size: tuple[tuple[str, Exact], ...]

    def of(self, size: str | None) -> Exact:
        """The price for a meter of this size. Raises MeterSizeNotPriced."""
        prices = dict(self.by_size)
        price = prices.get(size or OTHER_SIZES, prices.get(OTHER_SIZES))
        if price is None:
            raise MeterSizeNotPriced(field="meter_size", size=size, priced=", ".join(prices))
        return price

    @property
    def is_one(self) -> bool:
        """Whether every meter pays the same."""
        return [size for size, _ in self.by_size] == [OTHER_SIZES]


def _prices(value: object) -> Prices:
    if isinstance(value, Prices):
        return value
    if not isinstance(value, dict):
        return Prices(((OTHER_SIZES, _rate(value)),))
    if not 1 <= len(value) <= SIZES_MAX:
        raise ValueError(f"prices by meter size name between one and {SIZES_MAX} sizes")
    unread = [size for size in value if not _SIZE.fullmatch(str(size))]
    if unread:
        raise ValueError(f'a meter size is written as on the meter, such as "5/8" or "1", or "{OTHER_SIZES}"')
    return Prices(tuple((str(size), _rate(price)) for size, price in value.items()))


def _prices_written(prices: Prices) -> Any:
    if prices.is_one:
        return str(prices.by_size[0][1])
    return {size: str(price) for size, price in prices.by_size}


Sized = Annotated[
    Prices,
    BeforeValidator(_prices),
    PlainSerializer(_prices_written),
    WithJsonSchema({"anyOf": [_RATE_SCHEMA, {"type": "object", "additionalProperties": _RATE_SCHEMA}]}),
]
"""A price, or a table of prices by meter size."""


class Part(BaseModel):
    """A piece of a tariff: it has what it names, and nothing else."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)
