"""Minimum charges: at least so much a day or a bill, whatever was used."""

from collections.abc import Iterator
from typing import Literal, Self

from pydantic import Field, model_validator

from services.billing.domain.exact import Exact
from services.billing.domain.lines import Line
from services.billing.domain.tariffs.component import Charge
from services.billing.domain.tariffs.pricing import Priced, Pricing
from services.billing.domain.tariffs.written import Name, Part, Sized


class Minimum(Part):
    """At least this much a day, or a bill; by meter size where the ordinance says so."""

    per_day: Sized | None = None
    per_bill: Sized | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if (self.per_day is None) == (self.per_bill is None):
            raise ValueError("a minimum is either per_day or per_bill")
        return self

    def reckon(self, pricing: Pricing) -> tuple[Priced, Exact, int]:
        """The days or the bill that it is for, its price, and what it comes to for the days that are priced."""
        size = pricing.bill.meter_size
        if self.per_day is not None:
            days, price = Exact(pricing.days_count), self.per_day.of(size)
            return Priced(days, "day"), price, pricing.cents(days, price)
        assert self.per_bill is not None
        bill, price = pricing.share(Priced(Exact(1), "bill")), self.per_bill.of(size)
        return bill, price, pricing.cents(bill.quantity, price)


class MinimumCharge(Charge):
    """What is missing where other components come to less than a minimum (all above, where none is named)."""

    kind: Literal["minimum"]
    per_day: Sized | None = None
    per_bill: Sized | None = None
    of: list[Name] | None = Field(default=None, min_length=1, max_length=20)

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        self._least()
        return self

    @property
    def takes(self) -> list[str]:
        """What it looks at."""
        return self.of or []

    def lines(self, pricing: Pricing) -> Iterator[Line]:
        """One line for what is missing, nothing where nothing is."""
        span, price, least = self._least().reckon(pricing)
        base, said = pricing.base(self.of)
        if base < least:
            told = span.then(span.quantity, said)
            yield self.named.line(pricing, "top_up", told, (price, least - base), base_cents=base, other_cents=least)

    def _least(self) -> Minimum:
        return Minimum(per_day=self.per_day, per_bill=self.per_bill)
