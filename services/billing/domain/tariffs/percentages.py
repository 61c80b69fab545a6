"""Parts of other components, each of them already rounded to the cent: percentages, taxes, surcharges, discounts."""

from collections.abc import Iterator
from typing import Literal, Self

from pydantic import Field, model_validator

from services.billing.domain.exact import Exact
from services.billing.domain.lines import Line, step
from services.billing.domain.tariffs.component import Charge
from services.billing.domain.tariffs.pricing import Priced, Pricing
from services.billing.domain.tariffs.written import Name, Rate

PERCENT = Exact(1, 2)


def _base(pricing: Pricing, of: list[str] | None) -> tuple[Priced, int]:
    base, said = pricing.base(of)
    return Priced(Exact(base, 2), "dollar", (said,)), base


class Percentage(Charge):
    """A part of what other components come to (sewer is 159 % of water)."""

    kind: Literal["percentage"]
    percent: Rate
    of: list[Name] = Field(min_length=1, max_length=20)

    @property
    def takes(self) -> list[str]:
        """What it is a part of."""
        return self.of

    def lines(self, pricing: Pricing) -> Iterator[Line]:
        """One line."""
        base, base_cents = _base(pricing, self.of)
        amount = pricing.cents(base.quantity, self.percent, PERCENT)
        yield self.named.line(pricing, "percentage", base, (self.percent, amount), base_cents=base_cents)


class Levy(Charge):
    """A tax or a surcharge: a part of the components that are named, or of all above."""

    kind: Literal["tax", "surcharge"]
    percent: Rate
    of: list[Name] | None = Field(default=None, min_length=1, max_length=20)

    @property
    def takes(self) -> list[str]:
        """What it is a part of."""
        return self.of or []

    def lines(self, pricing: Pricing) -> Iterator[Line]:
        """One line."""
        base, base_cents = _base(pricing, self.of)
        amount = pricing.cents(base.quantity, self.percent, PERCENT)
        yield self.named.line(pricing, self.kind, base, (self.percent, amount), base_cents=base_cents)


class Discount(Charge):
    """Off the components that are named, or off all above: a percentage, or an amount of at most all of them.

    `only_for: [senior, veteran]` are granted; `only_for: [prompt]` is who owes nothing overdue when billed.
    """

    kind: Literal["discount"]
    percent: Rate | None = None
    amount: Rate | None = None
    of: list[Name] | None = Field(default=None, min_length=1, max_length=20)

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if (self.percent is None) == (self.amount is None):
            raise ValueError("a discount is either a percent or an amount")
        if self.percent is not None and self.percent.digits > 100 * 10**self.percent.places:
            raise ValueError("a discount is at most 100 percent")
        return self

    @property
    def takes(self) -> list[str]:
        """What it is taken off."""
        return self.of or []

    def lines(self, pricing: Pricing) -> Iterator[Line]:
        """One line of less than nothing, where there is something to take it off."""
        base, base_cents = _base(pricing, self.of)
        if base_cents <= 0:
            return
        if self.percent is not None:
            off = pricing.cents(base.quantity, self.percent, PERCENT)
            yield self.named.line(pricing, "discount", base, (self.percent, -off), base_cents=base_cents)
            return
        assert self.amount is not None
        bill = pricing.share(Priced(Exact(1), "bill", (*base.steps, step("off"))))
        off = min(pricing.cents(bill.quantity, self.amount), base_cents)
        yield self.named.line(pricing, "discount", bill, (self.amount, -off), base_cents=base_cents)
