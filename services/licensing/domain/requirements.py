"""What must be met before a license is granted: requirements as data, and what these answers show of each."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from services.licensing.domain.terms import Term, TermRule, months_after
from shared.errors import NotFound


class RequirementUnknown(NotFound):
    """The license type has no such requirement."""

    remedy = "Read the application: it lists the codes of its requirements."


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class LeastAge(_Data):
    """At least so many months have passed since a date."""

    kind: Literal["least_age_months"]
    field: str
    months: int = Field(ge=0, le=1200)


class Cover(_Data):
    """Something lasts at least so many months of the licensing period."""

    kind: Literal["cover_months"]
    field: str
    months: int = Field(ge=0, le=120)


class Given(_Data):
    """A field is answered, and with one of these where they are named."""

    kind: Literal["given"]
    field: str
    one_of: tuple[Any, ...] = ()


class Wait(_Data):
    """So many hours have passed since the application came in."""

    kind: Literal["waited_hours"]
    hours: int = Field(ge=0, le=24 * 365)


Check = Annotated[LeastAge | Cover | Given | Wait, Field(discriminator="kind")]


class Requirement(_Data):
    """One thing that the law or an ordinance asks, and what to tell a person who does not meet it."""

    code: str
    label: str
    citation: str
    severity: Literal["blocking", "advisory"]
    check: Check
    fields: tuple[str, ...]
    reason_code: str
    remedy: str
    evidence: str
    waiver: str | None = Field(default=None, description="The law that lets it be waived; None where none does.")


class Rules(_Data):
    """Everything but form and fee that one license type asks, from one day on."""

    respond_days: int = Field(ge=1, le=365)
    term: TermRule
    requirements: tuple[Requirement, ...] = ()
    how_to_resubmit: str
    whom_to_call: str
    how_to_appeal: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What the answers show of one requirement: met, or what was found instead."""

    requirement: Requirement
    unmet: str | None


def requirement_named(rules: Rules, code: str, field: str) -> Requirement:
    """The requirement of that code. Raises RequirementUnknown."""
    for requirement in rules.requirements:
        if requirement.code == code:
            return requirement
    raise RequirementUnknown(field=field, code=code, known=[requirement.code for requirement in rules.requirements])


def assess(
    rules: Rules, answers: Mapping[str, Any], term: Term, submitted_at: datetime, now: datetime
) -> tuple[Finding, ...]:
    """What these answers show of every requirement, for a license of this term.

    **Source** rulebook 7; dogs: N.J.S.A. 4:19-15.1 (seven months of age), N.J.A.C. 8:23A-4.1 (immunity through at
    least ten of the twelve months of the licensing period).
    """
    return tuple(Finding(each, _unmet(each.check, answers, term, submitted_at, now)) for each in rules.requirements)


def unmet_blocking(findings: tuple[Finding, ...], waived: frozenset[str]) -> Iterator[Finding]:
    """The findings that stand against granting the license."""
    for finding in findings:
        requirement = finding.requirement
        if finding.unmet is not None and requirement.severity == "blocking" and requirement.code not in waived:
            yield finding


def _unmet(check: Check, answers: Mapping[str, Any], term: Term, submitted_at: datetime, now: datetime) -> str | None:
    match check:
        case LeastAge(field=field, months=months):
            latest = months_after(term.starts_on, -months)
            day = _day(answers, field)
            return None if day is not None and day <= latest else f"{_shown(day)}; it must be {latest} or before"
        case Cover(field=field, months=months):
            earliest = months_after(term.period_starts_on, months)
            day = _day(answers, field)
            return None if day is not None and day >= earliest else f"{_shown(day)}; it must be {earliest} or later"
        case Given(field=field, one_of=one_of):
            value = answers.get(field)
            met = value in one_of if one_of else value not in (None, "")
            return None if met else f"the answer is {'missing' if value is None else value}"
        case Wait(hours=hours):
            over_at = submitted_at + timedelta(hours=hours)
            return None if now >= over_at else f"{hours} hours have not passed; they end {over_at:%Y-%m-%d %H:%M} UTC"


def _day(answers: Mapping[str, Any], field: str) -> date | None:
    value = answers.get(field)
    return date.fromisoformat(value) if isinstance(value, str) else None


def _shown(day: date | None) -> str:
    return "no date is given" if day is None else f"the date given is {day}"
