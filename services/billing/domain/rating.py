"""The rating engine: a tariff and the circumstances of a bill make its lines, in integers, each line knowing why.

Source: rulebook 3; a line is rounded to the cent by itself, and a percentage is taken of rounded lines.
"""

from dataclasses import replace
from datetime import date

from services.billing.domain.circumstances import Circumstances
from services.billing.domain.exact import less, whole
from services.billing.domain.lines import Basis, Line, Step, step
from services.billing.domain.tariffs.pricing import Named, Priced, Pricing
from services.billing.domain.tariffs.tariff import Tariff
from shared.errors import Invalid
from shared.money import CENTS_MAX

__all__ = ["Basis", "BillBeyondMeasure", "Line", "Step", "rate"]


class BillBeyondMeasure(Invalid):
    """No bill comes to more than ten trillion dollars."""

    remedy = "Look at the reading and the rate; one of them is a mistake."


def rate(tariff: Tariff, since_on: date, bill: Circumstances) -> tuple[Line, ...]:
    """Price a bill by a tariff that is in force since a day. Raises BillBeyondMeasure, CannotBill."""
    lines: list[Line] = []
    totals: dict[str, int] = {}
    labels: dict[str, Named] = {}
    pricing = Pricing(
        bill, _counted(tariff, bill), since_on, tariff.rounding, tariff.proration, tariff.days_in_period,
        bill.priced.days_count, totals, labels,
    )  # fmt: skip
    for component in tariff.components:
        season = component.season
        at = pricing if season is None else replace(pricing, days_count=season.days_count(bill))
        if not component.concerns(bill) or (season is not None and not at.days_count):
            continue
        made = list(component.lines(at))
        totals[component.name] = sum([line.amount_cents for line in made])
        labels[component.name] = component.named
        lines += made
    amounts = [line.amount_cents for line in lines]
    if abs(sum(amounts)) > CENTS_MAX or max(amounts, default=0) > CENTS_MAX or min(amounts, default=0) < -CENTS_MAX:
        raise BillBeyondMeasure(field="quantity", quantity=str(bill.quantity), days=bill.period.days_count)
    return tuple(lines)


def _counted(tariff: Tariff, bill: Circumstances) -> Priced:
    """The use, as the tariff counts it."""
    used = Priced(bill.quantity, tariff.unit)
    rounding = tariff.quantity_rounding
    if rounding is None:
        return used
    counted = whole(bill.quantity, rounding.step, rounding.how)
    if not less(counted, bill.quantity) and not less(bill.quantity, counted):
        return used
    return used.then(counted, step(f"counted_{rounding.how}", of=bill.quantity, step=rounding.step))
