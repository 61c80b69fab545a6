"""Charges by use: so much a unit, an adjustment clause, a credit; and how the use becomes what is priced."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from services.billing.domain.exact import ZERO, Exact, Whole, exact, less, minus, most, times, whole
from services.billing.domain.lines import Line, step
from services.billing.domain.tariffs.component import Charge
from services.billing.domain.tariffs.minimums import Minimum
from services.billing.domain.tariffs.pricing import Priced, Pricing
from services.billing.domain.tariffs.winter import WinterAverage
from services.billing.domain.tariffs.written import Decimals, Part, Rate, Words

Scale = Literal["dwelling_unit", "day"]


class Conversion(Part):
    """Priced in another unit than the tariff's: the quantity times the factor that the ordinance prints."""

    to: Words
    factor: Rate


class Allowance(Part):
    """So much is included, and not priced here."""

    quantity: Rate
    per: Literal["bill", "dwelling_unit", "day"] = "bill"


def scaled(value: Exact, scales: list[Scale], pricing: Pricing) -> Exact:
    """A bound or an allowance that is given for each dwelling unit or for each day, for this bill."""
    factors = {"dwelling_unit": max(pricing.bill.dwelling_units, 1), "day": pricing.bill.period.days_count}
    for scale in scales:
        value = times(value, Exact(factors[scale]))
    return value


class UseCharge(Charge):
    """A charge that is reckoned from use. The steps are taken in this order, and each is said on the bill."""

    is_metered: ClassVar[bool] = True

    winter_average: WinterAverage | None = None
    conversion: Conversion | None = None
    allowance: Allowance | None = None
    per: Literal["1", "10", "100", "1000", "10000"] = Field(default="1", description="The rate is for so many units.")
    parts: Whole = Field(
        default="exact", description='A part of "per" units: "up" counts it as a whole, "down" drops it.'
    )

    def used(self, pricing: Pricing) -> Priced:
        """What is priced, of the whole period."""
        used = pricing.use
        if self.winter_average is not None:
            used = self.winter_average.instead_of(used, pricing.bill)
        if self.conversion is not None:
            converted = times(used.quantity, self.conversion.factor)
            done = step("converted", quantity=used.quantity, unit=used.unit, factor=self.conversion.factor)
            used = used.then(converted, done, self.conversion.to)
        if self.allowance is not None:
            scales: list[Scale] = [] if self.allowance.per == "bill" else [self.allowance.per]
            free = scaled(self.allowance.quantity, scales, pricing)
            rest = most(minus(used.quantity, free), ZERO)
            used = used.then(rest, step("allowance", free=free, of=used.quantity))
        counted = whole(used.quantity, exact(self.per), self.parts)
        if less(counted, used.quantity) or less(used.quantity, counted):
            used = used.then(counted, step(f"parts_{self.parts}", of=used.quantity, per=self.per))
        return used

    def of_rate(self, used: Priced) -> Priced:
        """The quantity in the units that the rate is for: 4,900 gal by the thousand are 4.9."""
        if self.per == "1":
            return used
        quantity = times(used.quantity, Exact(1, len(self.per) - 1))
        return Priced(quantity, f"{int(self.per):,} {used.unit}", used.steps)


class PerUnit(UseCharge):
    """Quantity times rate, or the minimum where that is more (NYC Water Board, Rate Schedule, part II)."""

    kind: Literal["per_unit"]
    rate: Rate
    minimum: Minimum | None = None

    def lines(self, pricing: Pricing) -> Iterator[Line]:
        """One line."""
        used = self.of_rate(pricing.share(self.used(pricing)))
        by_use = pricing.cents(used.quantity, self.rate)
        if self.minimum is None:
            yield self.named.line(pricing, "per_unit", used, (self.rate, by_use))
            return
        span, price, least = self.minimum.reckon(pricing)
        if least > by_use:
            yield self.named.line(pricing, "minimum", span, (price, least), other_cents=by_use)
        else:
            yield self.named.line(pricing, "per_unit", used, (self.rate, by_use), other_cents=least)


class Adjustment(UseCharge):
    """A rate a unit that may give back as well as take (an adjustment clause)."""

    kind: Literal["adjustment"]
    rate: Decimals

    def lines(self, pricing: Pricing) -> Iterator[Line]:
        """One line."""
        used = self.of_rate(pricing.share(self.used(pricing)))
        yield self.named.line(pricing, "adjustment", used, (self.rate, pricing.cents(used.quantity, self.rate)))


class Credit(UseCharge):
    """So much back for each unit, through a most."""

    kind: Literal["credit"]
    rate: Rate
    through: Rate | None = Field(default=None, description="Of at most so many units.")

    def lines(self, pricing: Pricing) -> Iterator[Line]:
        """One line, of less than nothing."""
        used = self.used(pricing)
        if self.through is not None and less(self.through, used.quantity):
            used = used.then(self.through, step("at_most", through=self.through))
        used = self.of_rate(pricing.share(used))
        back = Exact(-self.rate.digits, self.rate.places)
        yield self.named.line(pricing, "credit", used, (back, pricing.cents(used.quantity, back)))
