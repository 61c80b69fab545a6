"""A line of a bill, which keeps everything that is needed to work it out again by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from services.billing.domain.exact import Exact, exact

Basis = Literal[
    "per_unit", "minimum", "tier", "block", "adjustment", "credit", "percentage", "tax", "surcharge", "discount",
    "fixed", "top_up", "demand", "reactive",
]  # fmt: skip
"""How a line was worked out; the languages of `explanations` have a sentence for each."""


@dataclass(frozen=True, slots=True)
class Step:
    """Something that was done on the way to a line's quantity or amount: its name, and the numbers that it takes."""

    name: str
    facts: tuple[tuple[str, str], ...] = ()


def step(name: str, **facts: object) -> Step:
    """A step with its numbers, as they are written."""
    written = {fact: value.plain if isinstance(value, Exact) else str(value) for fact, value in facts.items()}
    return Step(name, tuple(written.items()))


def steps_from(document: Sequence[tuple[str, Mapping[str, str]]] | None) -> tuple[Step, ...]:
    """The steps of a line as they are kept: pairs of a name and its numbers, or nothing."""
    return tuple(Step(name, tuple(facts.items())) for name, facts in document or ())


def document_of(steps: tuple[Step, ...]) -> list[tuple[str, dict[str, str]]] | None:
    """The steps of a line as they are kept."""
    return [(one.name, dict(one.facts)) for one in steps] or None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a bill.

    `quantity` x `rate` is the amount, in dollars, where no step of `working` says more; a percentage, tax, surcharge
    or discount is `rate` percent of `base_cents`. `other_cents` is what the way not taken came to, where a minimum was
    weighed against the use. `days_count` are the days that this line is for.
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
    label_es: str | None = None
    working: tuple[Step, ...] = ()


def line_from(values: Sequence[Any]) -> Line:
    """A line as a statement gives it: its fields in their order, numbers and days as they are written."""
    component, label, service, basis, quantity, unit, rate, since_on, *rest, working = values
    rest = [date.fromisoformat(since_on), *rest, steps_from(working)]
    return Line(component, label, service, basis, exact(quantity), unit, exact(rate), *rest)
