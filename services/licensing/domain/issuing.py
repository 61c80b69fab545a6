"""From payment to license: issued when paid, suspended when the money is taken back, restored when it is paid again."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from services.licensing.domain import invoices, licenses
from services.licensing.domain.amendments import counted
from services.licensing.domain.applications import Application, State, StepOutOfTurn, changed, expect_state
from services.licensing.domain.invoices import Invoice, PaymentNote
from services.licensing.domain.licenses import License, LicenseState
from shared.errors import Conflict


class LicenseNotPaid(Conflict):
    """A license is issued when its fee is paid."""

    remedy = "Take the payment on the invoice first."


class TermIsOver(Conflict):
    """A license is issued within its term."""

    remedy = "Withdraw the application, return the money, and file a new one."


def credit(
    application: Application, payment_id: UUID, amount_cents: int, today: date
) -> tuple[Application, PaymentNote | None]:
    """Count a payment towards the invoice; once settled, the application is paid or its license restored."""
    before = _invoice_of(application)
    after = invoices.post(before, payment_id, amount_cents)
    if after == before:
        return application, None
    is_wanted = application.state in {State.AWAITING_PAYMENT, State.PAID, State.ISSUED}
    is_late = application.license is None and is_past_term(application, today)
    note = invoices.note_on(before, after, payment_id, is_wanted=is_wanted, is_late=is_late)
    return _follow(changed(application, invoice=after)), note


def take_back(application: Application, payment_id: UUID, amount_cents: int) -> Application:
    """Count a payment no longer; a license that stood on it is suspended."""
    before = _invoice_of(application)
    after = invoices.take_back(before, payment_id, amount_cents)
    return application if after == before else _follow(changed(application, invoice=after))


def is_past_term(application: Application, today: date) -> bool:
    """Whether the term that was granted is over."""
    return application.term is not None and today > application.term.expires_on


def issue(application: Application, license_id: UUID, serial_number: str, today: date) -> Application:
    """Issue the license of a paid application. Raises StepOutOfTurn, LicenseNotPaid, TermIsOver."""
    expect_state(application, frozenset({State.PAID}))
    invoice, term = application.invoice, application.term
    if term is None or (invoice is not None and not invoice.is_settled):
        raise LicenseNotPaid(application_id=application.application_id)
    if is_past_term(application, today):
        raise TermIsOver(expires_on=term.expires_on, today=today)
    number = licenses.number_for(application.license_type.number_prefix, serial_number)
    version = 1 + len(counted(application.amendments))
    license_ = License(license_id, number, LicenseState.ACTIVE, today, term, version)
    return changed(application, state=State.ISSUED, license=license_)


def expire(application: Application, today: date) -> Application:
    """End the license whose last day is past; unchanged where there is none or it lasts."""
    license_ = application.license
    ended = licenses.expire(license_, today) if license_ is not None else None
    return application if ended == license_ else changed(application, license=ended)


def _follow(application: Application) -> Application:
    is_paid = _invoice_of(application).is_settled
    if application.license is not None:
        return replace(application, license=licenses.follow_payment(application.license, is_paid=is_paid))
    match application.state:
        case State.AWAITING_PAYMENT if is_paid:
            return replace(application, state=State.PAID)
        case State.PAID if not is_paid:
            return replace(application, state=State.AWAITING_PAYMENT)
    return application


def _invoice_of(application: Application) -> Invoice:
    if application.invoice is None:
        raise StepOutOfTurn(application_id=application.application_id, state=application.state)
    return application.invoice
