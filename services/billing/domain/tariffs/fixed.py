"""Fixed charges: the same whatever was used; by meter size, for each household, and by days where it is prorated."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from services.billing.domain.exact import Exact
from services.billing.domain.lines import Line, step
from services.billing.domain.tariffs.component import Charge
from services.billing.domain.tariffs.pricing import Priced, Pricing
from services.billing.domain.tariffs.written import Sized

MONTHS_OF_A_YEAR, DAYS_OF_A_YEAR = 12, 365


class Fixed(Charge):
    """So much a bill, or for each dwelling unit. How a shorter period is charged is the tariff's `proration`.

    Source: Otter Tail Power, how to read my bill ($9.75 a month x 29 days / (365/12) = $9.30).
    """

    kind: Literal["fixed"]
    amount: Sized
    per: Literal["bill", "dwelling_unit"] = "bill"
    months: int = Field(default=1, ge=1, le=12, description="The amount is for so many months.")

    def lines(self, pricing: Pricing) -> Iterator[Line]:
        """One line."""
        price = self.amount.of(pricing.bill.meter_size)
        used = self._counted(pricing)
        days = pricing.days_count
        numerator, denominator = 1, 1
        if pricing.proration == "months":
            numerator, denominator = days * MONTHS_OF_A_YEAR, DAYS_OF_A_YEAR * self.months
            used = used.then(used.quantity, step("by_months", part=days, months=self.months))
        elif pricing.proration == "period" and pricing.bill.is_partial:
            denominator = pricing.days_in_period or pricing.bill.period.days_count or 1
            numerator = min(days, denominator)
        elif days != pricing.bill.period.days_count:
            numerator, denominator = days, pricing.bill.period.days_count
        if pricing.proration != "months" and numerator != denominator:
            used = used.then(used.quantity, step("by_days", part=numerator, whole=denominator))
        amount = pricing.cents(used.quantity, price, Exact(numerator), over=denominator)
        yield self.named.line(pricing, "fixed", used, (price, amount))

    def _counted(self, pricing: Pricing) -> Priced:
        used = Priced(Exact(1), "bill")
        if self.per == "dwelling_unit":
            units = Exact(pricing.bill.dwelling_units)
            used = Priced(units, "dwelling unit", (step("dwelling_units", count=units),))
        if not self.amount.is_one:
            used = used.then(used.quantity, step("meter_size", size=pricing.bill.meter_size or "?"))
        return used
