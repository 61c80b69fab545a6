"""The own books of payments: each entry moves cents from one book to another, so that they always sum to zero."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from services.payments.domain.payments import Tendered
from shared.events.payments import Tender
from shared.ids import PaymentId, RemittanceId

SUSPENSE = "suspense"
CLEARING_ACCOUNTS = "clearing.accounts"
CLEARING_INVOICES = "clearing.invoices"
CHECKS_DRAWN = "checks_drawn"

EntryKind = Literal["posting", "reversal", "suspension", "placement", "refund", "refund_void"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One movement: `debit_book` gains what `credit_book` gives. Never changed; a correction is another entry."""

    kind: EntryKind
    payment_id: PaymentId | None
    remittance_id: RemittanceId | None
    debit_book: str
    credit_book: str
    amount_cents: int
    booked_on: date


def on_hand(tender: Tender) -> str:
    """The book of money held in this form, until it is deposited."""
    return f"on_hand.{tender.value}"


def clearing(payment: Tendered) -> str:
    """The book of money that belongs to billing's accounts, or to invoices."""
    return CLEARING_INVOICES if payment.account_id is None else CLEARING_ACCOUNTS


def posting(payment: Tendered, booked_on: date) -> Entry:
    """Money came in, and was taken for a debt at once."""
    return Entry(
        "posting", payment.payment_id, payment.remittance_id,
        on_hand(payment.tender), clearing(payment), payment.amount_cents, booked_on,
    )  # fmt: skip


def placement(payment: Tendered, booked_on: date) -> Entry:
    """Money that lay in suspense found its debt."""
    return Entry(
        "placement", payment.payment_id, payment.remittance_id,
        SUSPENSE, clearing(payment), payment.amount_cents, booked_on,
    )  # fmt: skip


def reversal(payment: Tendered, booked_on: date) -> Entry:
    """The counter-entry: the money is no longer there, and the debt is no longer paid."""
    return Entry(
        "reversal", payment.payment_id, payment.remittance_id,
        clearing(payment), on_hand(payment.tender), payment.amount_cents, booked_on,
    )  # fmt: skip


def suspension(remittance_id: RemittanceId, tender: Tender, amount_cents: int, booked_on: date) -> Entry:
    """Money came in that is for nobody we know."""
    return Entry("suspension", None, remittance_id, on_hand(tender), SUSPENSE, amount_cents, booked_on)


def refund(amount_cents: int, booked_on: date) -> Entry:
    """A check was drawn for what billing had approved."""
    return Entry("refund", None, None, CLEARING_ACCOUNTS, CHECKS_DRAWN, amount_cents, booked_on)


def refund_void(amount_cents: int, booked_on: date) -> Entry:
    """The counter-entry: the check was not paid, and the money is the account's again."""
    return Entry("refund_void", None, None, CHECKS_DRAWN, CLEARING_ACCOUNTS, amount_cents, booked_on)
