"""An application on its way from the counter to a license: which step may follow which, and what each needs.

    submitted ──────────────┬─> awaiting payment ─> paid ─> issued
      │   ^                 │
      v   │ (last item      ├─> denied
    corrections ─> resubmitted
      requested             withdrawn from anywhere before the issue
      └─> abandoned (no answer by the day it was asked for)

A license is never issued unpaid, nor with a blocking requirement that is neither met nor waived.
**Source** rulebook 7; story 11.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from services.licensing.domain import deficiencies
from services.licensing.domain.amendments import Amendment
from services.licensing.domain.deficiencies import Deficiency
from services.licensing.domain.fees import FeeLine, price, total_cents
from services.licensing.domain.forms import Change, check_answers, diff, touches
from services.licensing.domain.invoices import Invoice
from services.licensing.domain.licenses import License
from services.licensing.domain.requirements import Finding, assess, requirement_named, unmet_blocking
from services.licensing.domain.terms import Term, term_from
from services.licensing.domain.types import LicenseType
from shared.errors import Conflict, Forbidden, Invalid, NotFound


class ApplicationUnknown(NotFound):
    """There is no such application."""


class StepOutOfTurn(Conflict):
    """An application takes its steps in order."""

    remedy = "Read the application: its state says which step comes next."


class NobodyDecidesTheirOwnApplication(Forbidden):
    """Nobody decides, clears or waives anything of an application that is their own or that they filed."""

    remedy = "Ask a colleague to decide it."


class OpenItemsRemain(Conflict):
    """An application is approved when none of its items is open."""

    remedy = "Clear each open item, or waive its requirement with a reason."


class BlockingRequirementUnmet(Conflict):
    """Every blocking requirement is met, or waived with a reason, before approval."""

    remedy = "Request corrections, or waive the requirement where its law allows it."


class RequirementCannotBeWaived(Conflict):
    """A requirement is waived only where a law allows it."""

    remedy = "Request corrections instead."


class NothingToCorrect(Invalid):
    """A request for corrections names at least one item."""

    remedy = "Name the field or the requirement, and what the applicant should do."


class AnswerDayNotAhead(Invalid):
    """The applicant is given at least until tomorrow to answer."""

    remedy = "Choose a later day."


class State(StrEnum):
    """Where an application stands."""

    SUBMITTED = "submitted"
    CORRECTIONS_REQUESTED = "corrections_requested"
    RESUBMITTED = "resubmitted"
    AWAITING_PAYMENT = "awaiting_payment"
    PAID = "paid"
    ISSUED = "issued"
    DENIED = "denied"
    WITHDRAWN = "withdrawn"
    ABANDONED = "abandoned"


AT_THE_DESK = frozenset({State.SUBMITTED, State.RESUBMITTED})
UNDECIDED = AT_THE_DESK | {State.CORRECTIONS_REQUESTED}
BEFORE_ISSUE = UNDECIDED | {State.AWAITING_PAYMENT, State.PAID}


@dataclass(frozen=True, slots=True)
class Application:
    """One application with all that hangs on it; `version` counts its changes and its license's."""

    application_id: UUID
    license_type: LicenseType
    state: State
    round_number: int
    version: int
    filed_by: str
    applicant_name: str
    applicant_subject: str | None
    submitted_at: datetime
    answers: Mapping[str, Any]
    deficiencies: tuple[Deficiency, ...] = ()
    waived: frozenset[str] = frozenset()
    respond_by: date | None = None
    term: Term | None = None
    invoice: Invoice | None = None
    license: License | None = None
    amendments: tuple[Amendment, ...] = ()

    @property
    def open_items(self) -> tuple[Deficiency, ...]:
        """What is still to be corrected."""
        return deficiencies.still_open(self.deficiencies)


def request_corrections(
    application: Application, items: tuple[Deficiency, ...], respond_by: date, today: date
) -> Application:
    """Hand the application back with what to correct. Raises StepOutOfTurn, NothingToCorrect, AnswerDayNotAhead."""
    expect_state(application, AT_THE_DESK)
    if not items and not application.open_items:
        raise NothingToCorrect(field="items")
    if respond_by <= today:
        raise AnswerDayNotAhead(field="respond_by", given=respond_by, today=today)
    asked = deficiencies.due_by((*application.deficiencies, *items), respond_by)
    return changed(application, state=State.CORRECTIONS_REQUESTED, respond_by=respond_by, deficiencies=asked)


def resubmit(application: Application, answers: Mapping[str, Any]) -> Application:
    """Take the corrected answers; what was cleared or waived stays so unless its fields changed.

    Raises StepOutOfTurn, AnswerDoesNotFitTheForm, AnswerIsUnreadable.
    """
    expect_state(application, frozenset({State.CORRECTIONS_REQUESTED}))
    check_answers(application.license_type.form, answers)
    changes = diff(application.answers, answers)
    return changed(
        application, state=State.RESUBMITTED, round_number=application.round_number + 1, answers=answers,
        deficiencies=deficiencies.after_resubmission(application.deficiencies, changes),
        waived=_still_waived(application, changes),
        respond_by=None,
    )  # fmt: skip


def clear_items(application: Application, chosen: frozenset[UUID], *, why: str, by: str, now: datetime) -> Application:
    """Find items put right; with the last one the application is back at the desk."""
    expect_state(application, UNDECIDED)
    check_not_own(application, by)
    items = deficiencies.clear(application.deficiencies, chosen, why=why, by=by, now=now)
    return _back_at_the_desk(changed(application, deficiencies=items))


def waive_requirement(application: Application, code: str, *, why: str, by: str, now: datetime) -> Application:
    """Let a requirement go, with a reason, where its law allows it. Raises RequirementCannotBeWaived."""
    expect_state(application, UNDECIDED)
    check_not_own(application, by)
    requirement = requirement_named(application.license_type.rules, code, "requirement")
    if requirement.waiver is None:
        raise RequirementCannotBeWaived(field="requirement", requirement=code, law=requirement.citation)
    items = deficiencies.waive(application.deficiencies, code, why=why, by=by, now=now)
    return _back_at_the_desk(changed(application, deficiencies=items, waived=application.waived | {code}))


def findings_on(application: Application, now: datetime, today: date) -> tuple[Finding, ...]:
    """What the present answers show of every requirement, for the term granted or the one that today would give."""
    term = application.term or term_from(application.license_type.rules.term, today)
    return assess(application.license_type.rules, application.answers, term, application.submitted_at, now)


def approve(
    application: Application, *, by: str, now: datetime, today: date, invoice_id: UUID, invoice_number: str
) -> Application:
    """Grant the application its term and raise its one invoice; where a law asks no fee it counts as paid.

    Raises StepOutOfTurn, NobodyDecidesTheirOwnApplication, OpenItemsRemain, BlockingRequirementUnmet.
    """
    expect_state(application, AT_THE_DESK)
    check_not_own(application, by)
    if application.open_items:
        raise OpenItemsRemain(deficiency_ids=[str(item.deficiency_id) for item in application.open_items])
    for finding in unmet_blocking(findings_on(application, now, today), application.waived):
        requirement = finding.requirement
        raise BlockingRequirementUnmet(
            field=requirement.fields[0], requirement=requirement.code, law=requirement.citation, found=finding.unmet
        )
    lines: tuple[FeeLine, ...] = price(application.license_type.fees, application.answers)
    term = term_from(application.license_type.rules.term, today)
    if total_cents(lines) == 0:
        return changed(application, state=State.PAID, term=term)
    invoice = Invoice(invoice_id, invoice_number, total_cents(lines), lines, today)
    return changed(application, state=State.AWAITING_PAYMENT, term=term, invoice=invoice)


def deny(application: Application, *, by: str) -> Application:
    """Decide against the application."""
    expect_state(application, UNDECIDED)
    check_not_own(application, by)
    return changed(application, state=State.DENIED, respond_by=None)


def withdraw(application: Application, today: date) -> Application:
    """Take the application back at the applicant's wish, any time before the license is issued."""
    expect_state(application, BEFORE_ISSUE)
    invoice = application.invoice
    cancelled = replace(invoice, cancelled_on=today) if invoice is not None else None
    return changed(application, state=State.WITHDRAWN, respond_by=None, invoice=cancelled)


def abandon(application: Application, today: date) -> Application:
    """Close an application that nobody answered; unchanged where the answer came or the day is not past."""
    if application.state is not State.CORRECTIONS_REQUESTED or today <= (application.respond_by or today):
        return application
    return changed(application, state=State.ABANDONED)


def expect_state(application: Application, states: frozenset[State]) -> None:
    """Raise StepOutOfTurn where the application is in none of these states."""
    if application.state not in states:
        raise StepOutOfTurn(application_id=application.application_id, state=application.state, allowed=sorted(states))


def changed(application: Application, **changes: Any) -> Application:
    """The application's next version."""
    return replace(application, version=application.version + 1, **changes)


def check_not_own(application: Application, by: str) -> None:
    """Raise NobodyDecidesTheirOwnApplication where this person applied or filed."""
    if by in {application.filed_by, application.applicant_subject}:
        raise NobodyDecidesTheirOwnApplication(application_id=application.application_id)


def _back_at_the_desk(application: Application) -> Application:
    if application.state is not State.CORRECTIONS_REQUESTED or application.open_items:
        return application
    state = State.SUBMITTED if application.round_number == 1 else State.RESUBMITTED
    return replace(application, state=state, respond_by=None)


def _still_waived(application: Application, changes: tuple[Change, ...]) -> frozenset[str]:
    rules = application.license_type.rules
    return frozenset(
        code
        for code in application.waived
        if not touches(changes, requirement_named(rules, code, "requirement").fields)
    )
