"""Payments, their counter-entries, receipts and own books: rows that are only ever added."""

from collections import Counter
from collections.abc import Collection, Sequence
from operator import attrgetter

from services.payments.domain.books import Entry
from services.payments.domain.payments import Payment
from services.payments.domain.reversals import Reversal
from shared.events import billing
from shared.events.payments import Tender
from shared.ids import PaymentId
from shared.postgres import Tx

_ROW = attrgetter(
    "payment_id", "account_id", "invoice_id", "amount_cents", "tender", "series", "receipt_number",
    "instrument_number", "instrument_on", "approval_code", "remittance_id", "received_on", "posted_at", "posted_by",
)  # fmt: skip

_INSERT_PAYMENTS = """
INSERT INTO payments (payment_id, account_id, invoice_id, amount_cents, tender, receipt_series, receipt_number,
    instrument_number, instrument_on, approval_code, remittance_id, received_on, posted_at, posted_by)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::text[], $6::text[], $7::text[],
    $8::text[], $9::date[], $10::text[], $11::uuid[], $12::date[], $13::timestamptz[], $14::text[])
"""

_ENTRY = attrgetter(
    "kind", "payment_id", "remittance_id", "debit_book", "credit_book", "amount_cents", "booked_on"
)  # fmt: skip

_INSERT_ENTRIES = """
INSERT INTO entries (kind, payment_id, remittance_id, debit_book, credit_book, amount_cents, booked_on)
SELECT * FROM unnest($1::text[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::bigint[], $7::date[])
"""

_SAVE_SERIES = """
INSERT INTO receipt_series (series, last_serial)
SELECT series, count FROM unnest($1::text[], $2::bigint[]) AS given (series, count) ORDER BY series
ON CONFLICT (series) DO UPDATE SET last_serial = receipt_series.last_serial + excluded.last_serial
RETURNING series, last_serial
"""

_FIND_PAYMENTS = """
SELECT payment_id, account_id, invoice_id, amount_cents, tender, receipt_series AS series, receipt_number,
    instrument_number, instrument_on, approval_code, remittance_id, received_on, posted_at, posted_by
FROM payments WHERE payment_id = ANY($1::uuid[])
"""


async def save_receipt_series(tx: Tx, series: Sequence[str]) -> dict[str, int]:
    """Take one number for each and answer the last number of each series.

    The series' row stays locked until the commit: the next payment of this drawer waits, and after a rollback it
    takes the same number. That is why there are no gaps.
    """
    counts = Counter(series)
    return dict(await tx.fetch(_SAVE_SERIES, list(counts), list(counts.values())))


async def insert_payments(tx: Tx, payments: Sequence[Payment]) -> None:
    """Keep payments."""
    await tx.execute(_INSERT_PAYMENTS, *zip(*map(_ROW, payments), strict=True))


async def insert_entries(tx: Tx, entries: Sequence[Entry]) -> None:
    """Book movements of money."""
    await tx.execute(_INSERT_ENTRIES, *zip(*map(_ENTRY, entries), strict=True))


async def insert_reversals(tx: Tx, reversals: Sequence[Reversal]) -> None:
    """Keep that payments were taken back."""
    await tx.execute(
        "INSERT INTO reversals (payment_id, reason_code, note, reversed_at, reversed_by)"
        " SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::text[])",
        [each.payment.payment_id for each in reversals], [each.reason_code for each in reversals],
        [each.note for each in reversals],
        [each.reversed_at for each in reversals], [each.reversed_by for each in reversals],
    )  # fmt: skip


async def insert_credits(tx: Tx, credited: Sequence[billing.AccountCredited]) -> None:
    """Keep that billing counted payments, with the time at which we heard it."""
    await tx.execute(
        "INSERT INTO credits (payment_id, heard_at) SELECT unnest($1::uuid[]), $2 ON CONFLICT DO NOTHING",
        [fact.payment_id for fact in credited], tx.now,
    )  # fmt: skip


async def find_payments(tx: Tx, payment_ids: Collection[PaymentId]) -> dict[PaymentId, Payment]:
    """These payments, as far as they are there. They never change, so nothing is locked."""
    rows = await tx.fetch(_FIND_PAYMENTS, list(payment_ids))
    return {row["payment_id"]: Payment(**{**row, "tender": Tender(row["tender"])}) for row in rows}


async def find_reversed(tx: Tx, payment_ids: Collection[PaymentId]) -> frozenset[PaymentId]:
    """Which of these were taken back. Ask after their debts are locked."""
    rows = await tx.fetch("SELECT payment_id FROM reversals WHERE payment_id = ANY($1::uuid[])", list(payment_ids))
    return frozenset(row["payment_id"] for row in rows)
