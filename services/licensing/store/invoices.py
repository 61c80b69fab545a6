"""Keeps invoices, and the payments that named them."""

from collections.abc import Iterator, Sequence

from services.licensing.domain.steps import Step
from services.licensing.store.records import save_records
from shared.postgres import Tx

_INVOICES = """
INSERT INTO invoices (invoice_id, invoice_number, application_id, amount_cents, lines, raised_on, cancelled_on)
SELECT invoice_id, invoice_number, application_id, amount_cents, lines, raised_on, cancelled_on
FROM jsonb_to_recordset($1::jsonb) AS n (
    invoice_id uuid, invoice_number text, application_id uuid, amount_cents bigint, lines jsonb, raised_on date,
    cancelled_on date)
ON CONFLICT (invoice_id) DO UPDATE SET cancelled_on = EXCLUDED.cancelled_on
"""
_PAYMENTS = """
INSERT INTO invoice_payments AS p (payment_id, invoice_id, amount_cents, posted_at, taken_back_at)
SELECT payment_id, invoice_id, amount_cents, CASE WHEN posted THEN $2::timestamptz END,
    CASE WHEN taken_back THEN $2::timestamptz END
FROM jsonb_to_recordset($1::jsonb) AS n (
    payment_id uuid, invoice_id uuid, amount_cents bigint, posted boolean, taken_back boolean)
ON CONFLICT (payment_id) DO UPDATE SET posted_at = coalesce(p.posted_at, EXCLUDED.posted_at),
    taken_back_at = coalesce(p.taken_back_at, EXCLUDED.taken_back_at)
"""


async def save_invoices(tx: Tx, steps: Sequence[Step]) -> None:
    """Keep invoices raised or cancelled, and the payments that came or went."""
    await save_records(tx, _INVOICES, _invoices(steps))
    await save_records(tx, _PAYMENTS, _payments(steps), tx.now)


def _invoices(steps: Sequence[Step]) -> Iterator[dict[str, object]]:
    for step in steps:
        before, invoice = step.invoice_before, step.after.invoice
        if invoice is not None and (before is None or before.cancelled_on != invoice.cancelled_on):
            yield {
                "invoice_id": invoice.invoice_id, "invoice_number": invoice.invoice_number,
                "application_id": step.after.application_id, "amount_cents": invoice.amount_cents,
                "lines": invoice.lines, "raised_on": invoice.raised_on, "cancelled_on": invoice.cancelled_on,
            }  # fmt: skip


def _payments(steps: Sequence[Step]) -> Iterator[dict[str, object]]:
    for step in steps:
        before, invoice = step.invoice_before, step.after.invoice
        if invoice is not None:
            for payment in set(invoice.payments) - set(before.payments if before else ()):
                yield {
                    "payment_id": payment.payment_id, "invoice_id": invoice.invoice_id,
                    "amount_cents": payment.amount_cents, "posted": payment.posted, "taken_back": payment.taken_back,
                }  # fmt: skip
