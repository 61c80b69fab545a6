"""A tariff: what a rate code costs, from its first day until another version takes over."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from services.billing.domain.exact import Rounding, Whole
from services.billing.domain.policies import Unit
from services.billing.domain.tariffs.demands import DemandCharge, ReactiveCharge
from services.billing.domain.tariffs.fixed import Fixed
from services.billing.domain.tariffs.minimums import MinimumCharge
from services.billing.domain.tariffs.percentages import Discount, Levy, Percentage
from services.billing.domain.tariffs.tiers import Blocks, Tiers
from services.billing.domain.tariffs.uses import Adjustment, Credit, PerUnit
from services.billing.domain.tariffs.written import Misplaced, Part, Rate, Words

Component = Annotated[
    PerUnit
    | Tiers
    | Blocks
    | Adjustment
    | Credit
    | Percentage
    | Levy
    | Discount
    | Fixed
    | MinimumCharge
    | DemandCharge
    | ReactiveCharge,
    Field(discriminator="kind"),
]


class QuantityRounding(Part):
    """How the metered quantity is counted before anything is priced: exactly, or in whole steps."""

    how: Whole
    step: Rate

    @model_validator(mode="after")
    def _has_a_step(self) -> Self:
        if self.step.digits == 0:
            raise ValueError('a quantity is rounded in steps of more than nothing, such as "1000"')
        return self


class Tariff(Part):
    """What a rate code costs. Money is rounded a line (`rounding`), use by `quantity_rounding`; they are two things.

    `gallons_per_ccf` is the factor where the meter counts cubic feet and gallons are priced, or the other way round:
    748 as towns print it, 748.052 exactly. `proration` says what of a fixed charge a period costs: the whole on every
    bill (`per_bill`), its days / (365/12) for a price a month (`months`), or, on a first and a final bill, its days /
    `days_in_period` (`period`). Where a version takes over within a period, each has its days of every charge.
    """

    title: Words
    unit: Unit
    rounding: Rounding = "half_up"
    quantity_rounding: QuantityRounding | None = None
    gallons_per_ccf: Rate | None = None
    proration: Literal["per_bill", "months", "period"] = "per_bill"
    days_in_period: int | None = Field(default=None, ge=1, le=366)
    components: list[Component] = Field(min_length=1, max_length=40)

    @model_validator(mode="after")
    def _has_its_numbers(self) -> Self:
        if (self.proration == "period") != (self.days_in_period is not None):
            raise ValueError('proration by "period" says how many days a whole one has, in days_in_period, and only it')
        if self.gallons_per_ccf is not None and self.gallons_per_ccf.digits == 0:
            raise ValueError("gallons_per_ccf is 748 as towns print it, or 748.052 exactly")
        return self

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        takes = {component.name: component.takes for component in self.components}
        above: set[str] = set()
        for number, component in enumerate(self.components):
            if component.name in above:
                raise Misplaced(f'two components are named "{component.name}"', "components", number)
            below = sorted(set(component.takes) - above)
            if below:
                said = _circle(component.name, takes)
                said = said or f'"{component.name}" takes a percentage of {below}, which must stand above it'
                raise Misplaced(said, "components", number)
            above.add(component.name)
        return self

    @cached_property
    def is_metered(self) -> bool:
        """Whether a bill by this tariff needs a quantity."""
        return any(component.is_metered for component in self.components)

    @cached_property
    def needs_winter(self) -> bool:
        """Whether a bill by this tariff looks at what was used before."""
        return any(getattr(component, "winter_average", None) is not None for component in self.components)

    @cached_property
    def needs_demand(self) -> bool:
        """Whether a bill by this tariff needs what the demand register showed."""
        return any(component.kind in ("demand", "reactive") for component in self.components)


def _circle(start: str, takes: Mapping[str, Sequence[str]]) -> str | None:
    """How a component is, by way of others, a percentage of itself; None where it is not."""
    ways: list[list[str]] = [[start]]
    while ways:
        way = ways.pop()
        for name in takes.get(way[-1], []):
            if name == start:
                return f"percentages go in a circle: {' of '.join([*way, start])}; each must stand above it"
            if name not in way:
                ways.append([*way, name])
    return None


def body_of(tariff: Tariff) -> dict[str, Any]:
    """The document that a tariff is kept as: what was written, and nothing that was not."""
    return tariff.model_dump(mode="json", exclude_unset=True)
