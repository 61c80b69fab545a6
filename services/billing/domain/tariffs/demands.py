"""Demand: the most power that was taken at once, and the reactive power that comes with it."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from services.billing.domain.circumstances import Demand
from services.billing.domain.exact import ZERO, Exact, less, minus, most, times
from services.billing.domain.lines import Line, step
from services.billing.domain.tariffs.component import Charge
from services.billing.domain.tariffs.pricing import Priced, Pricing
from services.billing.domain.tariffs.written import Rate
from services.billing.domain.unbillable import DemandNotKnown

PERCENT = Exact(1, 2)


def _demand(pricing: Pricing) -> Demand:
    if pricing.bill.demand is None:
        raise DemandNotKnown(field="demand", period_end_on=pricing.bill.period.end_on)
    return pricing.bill.demand


class DemandCharge(Charge):
    """So much a kilowatt of billed demand: what was measured, or the ratchet, a part of the highest of before."""

    kind: Literal["demand"]
    rate: Rate
    ratchet_percent: Rate | None = Field(default=None, description="At least so much of the highest in 11 months.")
    least_kw: Rate | None = None
    included_kw: Rate | None = None

    def lines(self, pricing: Pricing) -> Iterator[Line]:
        """One line, of kilowatts or kilovars. Raises DemandNotKnown."""
        demand = _demand(pricing)
        used = Priced(demand.kw, "kw", (step("measured", kw=demand.kw),))
        if self.ratchet_percent is not None:
            ratchet = times(times(demand.highest_kw, self.ratchet_percent), PERCENT)
            if less(used.quantity, ratchet):
                done = step("ratchet", percent=self.ratchet_percent, highest=demand.highest_kw, kw=ratchet)
                used = used.then(ratchet, done)
        if self.least_kw is not None and less(used.quantity, self.least_kw):
            used = used.then(self.least_kw, step("least_kw", kw=self.least_kw))
        if self.included_kw is not None:
            rest = most(minus(used.quantity, self.included_kw), ZERO)
            used = used.then(rest, step("allowance", free=self.included_kw, of=used.quantity))
        used = pricing.share(used)
        yield self.named.line(pricing, "demand", used, (self.rate, pricing.cents(used.quantity, self.rate)))


class ReactiveCharge(Charge):
    """So much a kilovar above what is allowed for the kilowatts that were measured."""

    kind: Literal["reactive"]
    rate: Rate
    allowed_percent: Rate

    def lines(self, pricing: Pricing) -> Iterator[Line]:
        """One line, of kilowatts or kilovars. Raises DemandNotKnown."""
        demand = _demand(pricing)
        allowed = times(times(demand.kw, self.allowed_percent), PERCENT)
        above = most(minus(demand.kvar, allowed), ZERO)
        done = step("kvar_allowed", kvar=demand.kvar, kw=demand.kw, percent=self.allowed_percent, allowed=allowed)
        used = pricing.share(Priced(above, "kvar", (done,)))
        yield self.named.line(pricing, "reactive", used, (self.rate, pricing.cents(used.quantity, self.rate)))
