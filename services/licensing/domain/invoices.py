"""The invoice of an application: what is due, which payments stand against it, and what is odd about one."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal
from uuid import UUID

from services.licensing.domain.fees import FeeLine
from shared.errors import NotFound

NoteCode = Literal["paid_in_part", "paid_over", "paid_after_its_end", "paid_after_the_term"]


class InvoiceUnknown(NotFound):
    """A payment names an invoice that licensing raised."""

    remedy = "Find out where the payment's invoice came from; the money is with payments."


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment that named the invoice; it stands while it was posted and not taken back."""

    payment_id: UUID
    amount_cents: int
    posted: bool
    taken_back: bool

    @property
    def stands(self) -> bool:
        """Whether the money is ours: a reversal that was heard before its payment counts too."""
        return self.posted and not self.taken_back


@dataclass(frozen=True, slots=True)
class Invoice:
    """What the applicant is asked to pay, once; it is never raised a second time."""

    invoice_id: UUID
    invoice_number: str
    amount_cents: int
    lines: tuple[FeeLine, ...]
    raised_on: date
    cancelled_on: date | None = None
    payments: tuple[Payment, ...] = ()

    @property
    def paid_cents(self) -> int:
        """The sum of the payments that stand."""
        return sum(payment.amount_cents for payment in self.payments if payment.stands)

    @property
    def is_settled(self) -> bool:
        """Whether nothing is left to pay."""
        return self.paid_cents >= self.amount_cents

    def payment(self, payment_id: UUID) -> Payment | None:
        """The payment of that id, if it was heard of."""
        return next((payment for payment in self.payments if payment.payment_id == payment_id), None)


@dataclass(frozen=True, slots=True)
class PaymentNote:
    """What a person should look at: money that did not do, or did more than, what it came for."""

    payment_id: UUID
    code: NoteCode
    cents: int


def post(invoice: Invoice, payment_id: UUID, amount_cents: int) -> Invoice:
    """The invoice with a payment posted; a second time changes nothing."""
    known = invoice.payment(payment_id)
    if known is None:
        return replace(invoice, payments=(*invoice.payments, Payment(payment_id, amount_cents, True, False)))
    return _with(invoice, replace(known, posted=True))


def take_back(invoice: Invoice, payment_id: UUID, amount_cents: int) -> Invoice:
    """The invoice with a payment taken back, for good, even if its posting is heard only later."""
    known = invoice.payment(payment_id)
    if known is None:
        return replace(invoice, payments=(*invoice.payments, Payment(payment_id, amount_cents, False, True)))
    return _with(invoice, replace(known, taken_back=True))


def note_on(before: Invoice, after: Invoice, payment_id: UUID, *, is_wanted: bool, is_late: bool) -> PaymentNote | None:
    """What is odd about a payment just posted; None where it settles the invoice to the cent."""
    payment = after.payment(payment_id)
    if payment is None or not payment.stands or before.paid_cents == after.paid_cents:
        return None
    if not is_wanted:
        return PaymentNote(payment_id, "paid_after_its_end", payment.amount_cents)
    if not after.is_settled:
        return PaymentNote(payment_id, "paid_in_part", after.amount_cents - after.paid_cents)
    if is_late:
        return PaymentNote(payment_id, "paid_after_the_term", payment.amount_cents)
    if after.paid_cents > after.amount_cents:
        return PaymentNote(payment_id, "paid_over", after.paid_cents - max(after.amount_cents, before.paid_cents))
    return None


def _with(invoice: Invoice, changed: Payment) -> Invoice:
    payments = tuple(changed if payment.payment_id == changed.payment_id else payment for payment in invoice.payments)
    return replace(invoice, payments=payments)
