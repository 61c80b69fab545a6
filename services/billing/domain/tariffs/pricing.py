"""What every component is given to price, and how it writes its lines."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from services.billing.domain.circumstances import Circumstances
from services.billing.domain.exact import Exact, Rounding, cents, part
from services.billing.domain.lines import Basis, Line, Step, step


@dataclass(frozen=True, slots=True)
class Priced:
    """A quantity with its unit, and the steps by which it was got."""

    quantity: Exact
    unit: str
    steps: tuple[Step, ...] = ()

    def then(self, quantity: Exact, done: Step, unit: str | None = None) -> "Priced":
        """The quantity after one step more."""
        return Priced(quantity, unit or self.unit, (*self.steps, done))


@dataclass(frozen=True, slots=True)
class Pricing:
    """A bill that is being priced by one tariff: its use, its days, and what the components above came to."""

    bill: Circumstances
    use: Priced
    since_on: date
    rounding: Rounding
    proration: str
    days_in_period: int | None
    days_count: int
    totals: Mapping[str, int]
    labels: Mapping[str, "Named"]

    def share(self, used: Priced) -> Priced:
        """What of a quantity falls on the days that are priced: use is split by days (rulebook 3)."""
        whole = self.bill.period.days_count
        if self.days_count == whole:
            return used
        quantity = part(used.quantity, self.days_count, whole)
        days = {"part": self.days_count, "whole": whole}
        if used.unit == "bill":
            return used.then(quantity, step("by_days", **days))
        return used.then(quantity, step("share", of=used.quantity, **days))

    def cents(self, *factors: Exact, over: int = 1) -> int:
        """Dollars in whole cents, as this tariff rounds them."""
        return cents(*factors, over=over, rounding=self.rounding)

    def base(self, of: list[str] | None) -> tuple[int, Step]:
        """What the components named came to (all above where none is), and what they are called."""
        above = [name for name in (self.totals if of is None else of) if name in self.totals]
        labels = {"labels": ", ".join(self.labels[name].label for name in above)}
        if any(self.labels[name].label_es for name in above):
            labels["labels_es"] = ", ".join(self.labels[name].label_es or self.labels[name].label for name in above)
        return sum([self.totals[name] for name in above]), step("of", **labels)


@dataclass(frozen=True, slots=True)
class Named:
    """What a component is called on its lines, and who set it."""

    name: str
    label: str
    label_es: str | None
    service: str
    rule: str

    def line(
        self, pricing: Pricing, basis: Basis, used: Priced, price: tuple[Exact, int],
        *, base_cents: int | None = None, other_cents: int | None = None,
    ) -> Line:  # fmt: skip
        """A line of this component: what was priced, its rate, and what it comes to."""
        rate, amount_cents = price
        return Line(
            self.name, self.label, self.service, basis, used.quantity, used.unit, rate, pricing.since_on,
            pricing.days_count, base_cents, other_cents, amount_cents, pricing.rounding, self.rule, self.label_es,
            used.steps,
        )  # fmt: skip
