"""Every line of a bill in words and numbers, so that a customer can work it out again with a pencil.

Source: N.J.A.C. 14:3-7.2 (what a bill shows), rulebook 3 ("every bill explains itself").
"""

from datetime import date

from services.billing.domain.exact import Exact
from services.billing.domain.rating import Line
from services.billing.domain.units import WORDS
from shared.money import dollars


def explain(line: Line) -> str:
    """The line as a sentence."""
    since = f"{_price(line)} (in force since {_day(line.rate_since_on)})"
    match line.basis:
        case "fixed":
            return f"{line.label}: {since} on every bill."
        case "percentage":
            part = f"{line.rate.plain} % (in force since {_day(line.rate_since_on)}) of {dollars(line.base_cents or 0)}"
            return f"{line.label}: {part}{_result(line)}."
        case "minimum":
            return (
                f"{line.label}: {line.quantity.plain} days x {since}{_result(line)}. This daily minimum is charged"
                f" because it is more than what the use comes to, {dollars(line.other_cents or 0)}."
            )
        case "tier":
            return f"{line.label}: {line.quantity.plain} {_unit(line.unit)} in this tier x {since}{_result(line)}."
        case "adjustment":
            return f"{line.label}: {line.quantity.plain} {_unit(line.unit)} x {since}{_result(line)}."
        case "per_unit":
            return f"{line.label}: {line.quantity.plain} {_unit(line.unit)} x {since}{_result(line)}.{_minimum(line)}"


def explain_use(
    begin: int | None, end: int | None, *, rolled_over: bool, quantity: Exact, unit: str, days_count: int
) -> str:
    """How the quantity was got from the dials."""
    if begin is None or end is None:
        return f"This service has no meter; the bill is for {days_count} days."
    turned = ", the dials having passed their end and begun again at zero" if rolled_over else ""
    return f"The meter went from {begin} to {end}{turned}: {quantity.plain} {_unit(unit)} in {days_count} days."


def _result(line: Line) -> str:
    return f" = {dollars(line.amount_cents)}, rounded to the nearest cent"


def _minimum(line: Line) -> str:
    if line.other_cents is None:
        return ""
    return f" The daily minimum for {line.days_count} days, {dollars(line.other_cents)}, is not more than that."


def _price(line: Line) -> str:
    if line.basis == "fixed":
        return _money(line.rate)
    return f"{_money(line.rate)} per {'day' if line.basis == 'minimum' else line.unit}"


def _money(rate: Exact) -> str:
    """A rate as people read it: at least two places, all that it has, and its sign first."""
    whole, _, fraction = Exact(abs(rate.digits), rate.places).plain.partition(".")
    return f"{'-' if rate.digits < 0 else ''}${whole}.{fraction:0<2}"


def _unit(unit: str) -> str:
    return f"{unit} ({WORDS[unit]})" if unit in WORDS else unit


def _day(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"
