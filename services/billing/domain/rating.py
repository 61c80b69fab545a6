"""The rating engine: a tariff, a quantity and days make the lines of a bill, in integers, each line knowing why.

Source: rulebook 3; a line is rounded HALF_UP to the cent by itself, and a percentage is taken of rounded lines.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from services.billing.domain.exact import Exact, cents, less, minus, times
from services.billing.domain.tariffs import Adjustment, Component, Conversion, Fixed, Percentage, PerUnit, Tariff, Tiers
from shared.errors import Invalid
from shared.money import CENTS_MAX

Basis = Literal["per_unit", "minimum", "tier", "adjustment", "percentage", "fixed"]


class BillBeyondMeasure(Invalid):
    """No bill comes to more than ten trillion dollars."""

    remedy = "Look at the reading and the rate; one of them is a mistake."


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a bill, with everything that is needed to work it out again by hand.

    `quantity` x `rate` is the amount, in dollars, except that a percentage is `rate` percent of `base_cents`.
    `other_cents` is what the way not taken came to, where a minimum was weighed against the use.
    """

    component: str
    label: str
    service: str
    basis: Basis
    quantity: Exact
    unit: str
    rate: Exact
    rate_since_on: date
    days_count: int
    base_cents: int | None
    other_cents: int | None
    amount_cents: int
    rounding: str
    rule: str


@dataclass(frozen=True, slots=True)
class _Period:
    """What is priced: a tariff in force, a quantity in its unit, and days."""

    tariff: Tariff
    since_on: date
    quantity: Exact
    days_count: int


def rate(tariff: Tariff, since_on: date, quantity: Exact, days_count: int) -> tuple[Line, ...]:
    """Price a quantity (in the tariff's unit) used over a number of days (0 is possible). Raises BillBeyondMeasure."""
    period = _Period(tariff, since_on, quantity, days_count)
    lines: list[Line] = []
    totals: dict[str, int] = {}
    for component in tariff.components:
        priced = list(_lines(component, period, totals))
        totals[component.name] = sum(line.amount_cents for line in priced)
        lines += priced
    if not -CENTS_MAX <= sum(totals.values()) <= CENTS_MAX or any(abs(total) > CENTS_MAX for total in totals.values()):
        raise BillBeyondMeasure(field="quantity", quantity=str(quantity), days=days_count)
    return tuple(lines)


def _lines(component: Component, period: _Period, totals: Mapping[str, int]) -> Iterator[Line]:
    match component:
        case PerUnit():
            yield _by_unit(component, period)
        case Tiers():
            used, unit = _converted(period, component.conversion)
            for part, price in _parts(used, component):
                yield _line(component, period, "tier", (part, unit), (price, cents(part, price)))
        case Adjustment():
            used, unit = period.quantity, period.tariff.unit
            yield _line(component, period, "adjustment", (used, unit), (component.rate, cents(used, component.rate)))
        case Percentage():
            base = sum(totals[name] for name in component.of)
            amount = cents(Exact(base, 2), component.percent, Exact(1, 2))
            of = (Exact(base, 2), "dollar")
            yield _line(component, period, "percentage", of, (component.percent, amount), base_cents=base)
        case Fixed():
            yield _line(component, period, "fixed", (Exact(1), "bill"), (component.amount, cents(component.amount)))


def _by_unit(component: PerUnit, period: _Period) -> Line:
    """Quantity times rate, or the daily minimum where that is more (NYC Water Board, Rate Schedule, part II)."""
    used = _converted(period, component.conversion)
    by_use = cents(used[0], component.rate)
    if component.minimum is None:
        return _line(component, period, "per_unit", used, (component.rate, by_use))
    days, per_day = Exact(period.days_count), component.minimum.per_day
    least = cents(days, per_day)
    if least > by_use:
        return _line(component, period, "minimum", (days, "day"), (per_day, least), other_cents=by_use)
    return _line(component, period, "per_unit", used, (component.rate, by_use), other_cents=least)


def _converted(period: _Period, conversion: Conversion | None) -> tuple[Exact, str]:
    if conversion is None:
        return period.quantity, period.tariff.unit
    return times(period.quantity, conversion.factor), conversion.to


def _parts(used: Exact, component: Tiers) -> Iterator[tuple[Exact, Exact]]:
    """What falls into each tier, with its price; nothing used is nothing in the first tier."""
    floor = Exact(0)
    for place, tier in enumerate(component.tiers):
        if place and not less(floor, used):
            return
        top = used if tier.through is None or less(used, tier.through) else tier.through
        yield minus(top, floor), tier.rate
        floor = top


def _line(
    component: Component, period: _Period, basis: Basis, used: tuple[Exact, str], price: tuple[Exact, int],
    *, base_cents: int | None = None, other_cents: int | None = None,
) -> Line:  # fmt: skip
    return Line(
        component.name, component.label, component.service, basis, *used, price[0], period.since_on,
        period.days_count, base_cents, other_cents, price[1], period.tariff.rounding, component.rule,
    )  # fmt: skip
