"""A tariff: effective-dated data made of components, which a clerk can read and the engine can price."""

from collections.abc import Iterable
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, ValidationError, WithJsonSchema, model_validator
from pydantic.functional_validators import BeforeValidator

from services.billing.domain.exact import Exact, exact, less
from services.billing.domain.policies import Unit
from shared.errors import Conflict, Invalid, NotFound

Service = Literal["water", "sewer", "electric", "other"]
RATE_DIGITS_MAX = 10**12


class TariffAlreadyInForce(Conflict):
    """A rate code has one tariff that begins on a day."""

    remedy = "Give the new version a later first day; what was billed keeps the tariff it was billed by."


class TariffUnknown(NotFound):
    """A tariff is known by its id."""


class TariffUnsound(Invalid):
    """A tariff names a component once, has no hole between tiers, and takes percentages of what stands above."""

    remedy = "Correct the component that is named, as the page on tariffs shows it, and load the tariff again."


def _written(value: object) -> Exact:
    if isinstance(value, Exact):
        return value
    return exact(value if isinstance(value, str) else "")


def _never_negative(value: Exact) -> Exact:
    if value.digits < 0:
        raise ValueError('a rate is never negative; what gives money back is a component of kind "adjustment"')
    if value.digits > RATE_DIGITS_MAX:
        raise ValueError("a rate of more than twelve digits is a mistake, not a rate")
    return value


Decimals = Annotated[
    Exact,
    BeforeValidator(_written),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^-?[0-9]{1,15}(\.[0-9]{1,9})?$", "examples": ["-0.017192"]}),
]
"""An exact decimal, written as text."""
Rate = Annotated[
    Exact,
    BeforeValidator(lambda value: _never_negative(_written(value))),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^[0-9]{1,6}(\.[0-9]{1,6})?$", "examples": ["3.81"]}),
]
"""An exact decimal that is never negative."""
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Words = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class Conversion(_Part):
    """Priced in another unit than the tariff's: the quantity times the factor that the ordinance prints."""

    to: Words
    factor: Rate


class Minimum(_Part):
    """At least this much a day, whatever was used."""

    per_day: Rate


class _Component(_Part):
    name: Name
    label: Words
    service: Service
    rule: Words = Field(description="The ordinance or schedule that sets it, as it is cited on the bill.")


class PerUnit(_Component):
    """Quantity times rate, or the daily minimum where that is more."""

    kind: Literal["per_unit"]
    rate: Rate
    minimum: Minimum | None = None
    conversion: Conversion | None = None


class Tier(_Part):
    """The price of the units above the tier below, through this bound; the bound belongs to this tier."""

    through: Rate | None
    rate: Rate


class Tiers(_Component):
    """Each unit at the price of the tier it falls in (marginal tiers by absolute bounds)."""

    kind: Literal["tiers"]
    tiers: list[Tier] = Field(min_length=1, max_length=20)
    conversion: Conversion | None = None

    @model_validator(mode="after")
    def _without_holes(self) -> Self:
        bounds = [tier.through for tier in self.tiers]
        if bounds[-1] is not None or None in bounds[:-1]:
            raise ValueError('the last tier, and only the last, has "through": null, so that every unit has a price')
        floor = Exact(0)
        for bound in bounds[:-1]:
            if bound is None or not less(floor, bound):
                raise ValueError("each tier ends above the one below it")
            floor = bound
        return self


class Adjustment(_Component):
    """A rate a unit that may give back as well as take (an adjustment clause)."""

    kind: Literal["adjustment"]
    rate: Decimals


class Percentage(_Component):
    """A part of what other components come to, each already rounded to the cent."""

    kind: Literal["percentage"]
    percent: Rate
    of: list[Name] = Field(min_length=1, max_length=20)


class Fixed(_Component):
    """The same on every bill."""

    kind: Literal["fixed"]
    amount: Rate


Component = Annotated[PerUnit | Tiers | Adjustment | Percentage | Fixed, Field(discriminator="kind")]


class Tariff(_Part):
    """What a rate code costs, from its first day until another version takes over. Money rounds HALF_UP per line."""

    title: Words
    unit: Unit
    rounding: Literal["half_up"] = "half_up"
    components: list[Component] = Field(min_length=1, max_length=40)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        above: set[str] = set()
        for component in self.components:
            if component.name in above:
                raise ValueError(f'two components are named "{component.name}"')
            below = sorted(_taken_of(component) - above)
            if below:
                raise ValueError(f'"{component.name}" takes a percentage of {below}, which must stand above it')
            above.add(component.name)
        return self

    @property
    def is_metered(self) -> bool:
        """Whether a bill by this tariff needs a quantity."""
        return any(component.kind in ("per_unit", "tiers", "adjustment") for component in self.components)


def _taken_of(component: Any) -> set[str]:
    return set(component.of) if isinstance(component, Percentage) else set()


def tariff_from(body: dict[str, Any]) -> Tariff:
    """The tariff in a document. Raises TariffUnsound naming the first thing that is wrong, and where."""
    try:
        return Tariff.model_validate(body)
    except ValidationError as wrong:
        first = wrong.errors(include_url=False, include_context=False, include_input=False)[0]
        raise TariffUnsound(field=_where(first["loc"]), found=first["msg"].removeprefix("Value error, ")) from None


def _where(location: Iterable[int | str]) -> str:
    return ".".join(["body", *map(str, location)])
