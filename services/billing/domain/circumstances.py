"""What a bill is worked out from besides its tariff: use, days, and what is known of the place and of the customer."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from services.billing.domain.exact import ZERO, Exact

PROMPT = "prompt"
"""The class of those who owe nothing that is overdue when they are billed: what a prompt-payment discount asks."""


LOOKED_BACK = timedelta(days=366)
"""How far back the last winter and the highest demand are looked for."""


@dataclass(frozen=True, slots=True)
class Period:
    """Days of use: those after `start_on`, through `end_on` (the first belongs to the bill before)."""

    start_on: date
    end_on: date

    @property
    def days_count(self) -> int:
        """How many days."""
        return (self.end_on - self.start_on).days

    def days(self) -> list[date]:
        """Each of them."""
        return [self.start_on + timedelta(days=n) for n in range(1, self.days_count + 1)]


@dataclass(frozen=True, slots=True)
class Demand:
    """What the demand register showed, and the most it showed in the eleven months before."""

    kw: Exact
    kvar: Exact = ZERO
    highest_kw: Exact = ZERO


@dataclass(frozen=True, slots=True)
class PastUse:
    """What was billed for a period that ended on a day."""

    ended_on: date
    quantity: Exact
    unit: str


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Of one bill. `quantity` is the use of the whole `period`, in the tariff's unit.

    `part` are the days that this tariff prices, where another one prices the rest. `classes` are the customer's class
    and discounts. `is_partial` marks a first or final bill, whose period is shorter than others.
    """

    quantity: Exact
    period: Period
    part: Period | None = None
    billed_on: date | None = None
    meter_size: str | None = None
    dwelling_units: int = 1
    classes: frozenset[str] = frozenset()
    demand: Demand | None = None
    past_uses: tuple[PastUse, ...] = ()
    is_partial: bool = False

    @property
    def priced(self) -> Period:
        """The days that are priced."""
        return self.part or self.period

    def at(self, quantity: Exact, part: Period | None) -> "Circumstances":
        """The same, for some of the days, with the quantity in the unit of the tariff that prices them."""
        return replace(self, quantity=quantity, part=part)
