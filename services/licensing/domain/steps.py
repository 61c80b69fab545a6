"""One step of an application: before and after, and what is told of it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from services.licensing.domain.amendments import Amendment, counted
from services.licensing.domain.applications import Application, State
from services.licensing.domain.invoices import Invoice
from services.licensing.domain.licenses import License, LicenseState
from shared.events import Fact
from shared.events.licensing import (
    ApplicationAbandoned,
    ApplicationDecided,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    CorrectionsRequested,
    InvoiceCancelled,
    InvoiceRaised,
    LicenseAmended,
    LicenseExpired,
    LicenseIssued,
    LicenseRestored,
    LicenseSuspended,
)
from shared.ids import ApplicationId, InvoiceId, InvoiceNumber, LicenseId


@dataclass(frozen=True, slots=True)
class Step:
    """What was done to an application; `before` is None when it was filed."""

    before: Application | None
    after: Application
    action: str
    why: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def invoice_before(self) -> Invoice | None:
        """The invoice as it was."""
        return None if self.before is None else self.before.invoice

    @property
    def license_before(self) -> License | None:
        """The license as it was."""
        return None if self.before is None else self.before.license

    @property
    def new_amendments(self) -> tuple[Amendment, ...]:
        """What amended it by this step, and what was ignored."""
        known = () if self.before is None else self.before.amendments
        return self.after.amendments[len(known) :]

    @property
    def came_to(self) -> State | None:
        """The state that it came to by this step, or None where it stayed."""
        return None if self.before is not None and self.before.state is self.after.state else self.after.state


def facts_of(steps: Iterable[Step], now: datetime) -> Iterator[Fact]:
    """What the city is told of these steps, in order."""
    for step in steps:
        yield from _of_the_desk(step, now)
        yield from _of_the_invoice(step)
        yield from _of_the_license(step, now)


def _named(step: Step) -> dict[str, Any]:
    after = step.after
    application_id = ApplicationId(after.application_id)
    return {"application_id": application_id, "license_type": after.license_type.code, "version": after.version}


def _of_the_desk(step: Step, now: datetime) -> Iterator[Fact]:
    after, named = step.after, _named(step)
    if step.before is None or step.before.round_number < after.round_number:
        yield ApplicationSubmitted(submitted_at=now, round_number=after.round_number, **named)
    if step.before is not None and step.before.term is None and after.term is not None:
        yield ApplicationDecided(decision="approved", decided_at=now, **named)
    match step.came_to:
        case State.CORRECTIONS_REQUESTED if after.respond_by is not None:
            codes = list(dict.fromkeys(item.reason_code for item in after.open_items))
            yield CorrectionsRequested(requested_at=now, reason_codes=codes, respond_by=after.respond_by, **named)
        case State.DENIED:
            yield ApplicationDecided(decision="denied", decided_at=now, **named)
        case State.WITHDRAWN:
            yield ApplicationWithdrawn(withdrawn_at=now, **named)
        case State.ABANDONED if after.respond_by is not None:
            yield ApplicationAbandoned(respond_by=after.respond_by, **named)


def _of_the_invoice(step: Step) -> Iterator[Fact]:
    before, invoice = step.invoice_before, step.after.invoice
    if invoice is None:
        return
    invoice_id = InvoiceId(invoice.invoice_id)
    if before is None:
        yield InvoiceRaised(
            invoice_id=invoice_id, invoice_number=InvoiceNumber(invoice.invoice_number),
            amount_cents=invoice.amount_cents, raised_on=invoice.raised_on, **_named(step),
        )  # fmt: skip
    elif before.cancelled_on is None and invoice.cancelled_on is not None:
        yield InvoiceCancelled(invoice_id=invoice_id, cancelled_on=invoice.cancelled_on, **_named(step))


def _of_the_license(step: Step, now: datetime) -> Iterator[Fact]:
    before, license_ = step.license_before, step.after.license
    if license_ is None:
        return
    named = {"license_id": LicenseId(license_.license_id), **_named(step)}
    if before is None:
        yield _issued(license_, named)
    elif before.state is not license_.state:
        match license_.state:
            case LicenseState.SUSPENDED:
                yield LicenseSuspended(reason_code=license_.reason_code or "", suspended_at=now, **named)
            case LicenseState.ACTIVE:
                yield LicenseRestored(restored_at=now, **named)
            case LicenseState.EXPIRED:
                yield LicenseExpired(expired_on=license_.term.expires_on, **named)
    for one in counted(step.after.amendments if before is None else step.new_amendments):
        yield LicenseAmended(effective_on=one.effective_on, **named)


def _issued(license_: License, named: dict[str, Any]) -> Fact:
    return LicenseIssued(
        license_number=license_.license_number, issued_on=license_.issued_on, expires_on=license_.term.expires_on,
        **named,
    )  # fmt: skip
