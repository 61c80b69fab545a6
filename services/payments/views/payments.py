"""Payments as people look them up: by id, receipt, check, account or invoice."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, Field

from services.payments.domain.payments import PaymentUnknown
from services.payments.views.cursors import after
from shared.events.payments import Tender
from shared.http.pages import Page, PageRequest
from shared.ids import AccountId, InvoiceId, PaymentId, RemittanceId, check_number
from shared.postgres import Reader

_SELECT = """
SELECT p.payment_id, p.receipt_number, p.account_id, a.account_number, p.invoice_id, i.invoice_number,
    p.amount_cents, p.tender, p.instrument_number, p.instrument_on, p.approval_code, p.remittance_id,
    p.received_on, p.posted_at, p.posted_by, c.heard_at AS credited_at,
    r.reason_code AS reversal_reason_code, r.note AS reversal_note, r.reversed_at, r.reversed_by
FROM payments p
LEFT JOIN accounts a ON a.account_id = p.account_id
LEFT JOIN invoices i ON i.invoice_id = p.invoice_id
LEFT JOIN credits c ON c.payment_id = p.payment_id
LEFT JOIN reversals r ON r.payment_id = p.payment_id
"""

_FILTERS = {
    "account_id": "p.account_id = {}",
    "account_number": "p.account_id = (SELECT account_id FROM accounts WHERE account_number = {})",
    "invoice_number": "p.invoice_id = (SELECT invoice_id FROM invoices WHERE invoice_number = {})",
    "instrument_number": "p.instrument_number = {}",
    "receipt_number": "p.receipt_number = {}",
}


class PaymentView(BaseModel):
    """One payment, and its counter-entry if it was taken back."""

    payment_id: PaymentId
    receipt_number: str
    account_id: AccountId | None
    account_number: str | None
    invoice_id: InvoiceId | None
    invoice_number: str | None
    amount_cents: int
    tender: Tender
    instrument_number: str | None
    instrument_on: date | None
    approval_code: str | None
    remittance_id: RemittanceId | None = Field(description="Where it came from, if not over a counter.")
    received_on: date
    posted_at: datetime
    posted_by: str
    credited_at: datetime | None = Field(description="When billing was heard to have counted it.")
    reversal_reason_code: str | None
    reversal_note: str | None
    reversed_at: datetime | None
    reversed_by: str | None


async def find_payment(reader: Reader, payment_id: PaymentId) -> PaymentView:
    """One payment. Raises PaymentUnknown."""
    row = await reader.fetchrow(f"{_SELECT} WHERE p.payment_id = $1", payment_id)
    if row is None:
        raise PaymentUnknown(field="payment_id", payment_id=payment_id)
    return PaymentView.model_validate(dict(row))


async def list_payments(reader: Reader, page: PageRequest, **named: UUID | str | None) -> Page[PaymentView]:
    """Payments, newest first: those that all the names given fit (see _FILTERS). Raises NumberMistyped."""
    wanted = {name: _sought(name, value) for name, value in named.items() if value is not None}
    filters = [_FILTERS[name].format(f"${n}") for n, name in enumerate(wanted, start=3)]
    where = " AND ".join(["($1::uuid IS NULL OR p.payment_id < $1)", *filters])
    rows = await reader.fetch(
        f"{_SELECT} WHERE {where} ORDER BY p.payment_id DESC LIMIT $2", after(page), page.limit, *wanted.values()
    )
    payments = [PaymentView.model_validate(dict(row)) for row in rows]
    return Page[PaymentView].of(payments, page, key=lambda payment: [payment.payment_id])


def _sought(name: str, value: UUID | str) -> UUID | str:
    return check_number(str(value), name) if name in ("account_number", "invoice_number") else value
