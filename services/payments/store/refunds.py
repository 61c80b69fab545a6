"""Refunds to be paid out, what became of each, and the books' entries for them."""

from collections.abc import Collection, Sequence
from datetime import date

from services.payments.domain.books import Entry
from services.payments.domain.refunds import Refund
from shared.events import billing
from shared.ids import AccountId, RefundId
from shared.postgres import Tx

_INSERT = """
INSERT INTO refunds (refund_id, account_id, amount_cents, payee, mail_to, approved_on, state)
SELECT r.*, 'payable' FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::text[], $5::text[], $6::date[]) AS r
ON CONFLICT (refund_id) DO NOTHING
"""
_LOCK = """
SELECT refund_id, account_id, amount_cents, approved_on, state, check_number, paid_on, void_reason_code, voided_on
FROM refunds WHERE refund_id = ANY($1::uuid[]) ORDER BY refund_id FOR NO KEY UPDATE
"""
_FIND_TAKEN_BACK = """
SELECT p.account_id, max((r.reversed_at AT TIME ZONE $2)::date)
FROM payments p JOIN reversals r USING (payment_id) WHERE p.account_id = ANY($1::uuid[]) GROUP BY p.account_id
"""
_SAVE_PAID = """
UPDATE refunds r SET state = 'paid', check_number = p.check_number, paid_on = p.paid_on, paid_at = $4, paid_by = $5
FROM unnest($1::uuid[], $2::text[], $3::date[]) AS p (refund_id, check_number, paid_on)
WHERE r.refund_id = p.refund_id
"""
_SAVE_VOIDED = """
UPDATE refunds SET state = 'voided', void_reason_code = $2, voided_on = $3, voided_at = $4, voided_by = $5, note = $6
WHERE refund_id = $1
"""
_INSERT_ENTRIES = """
INSERT INTO entries (kind, refund_id, debit_book, credit_book, amount_cents, booked_on)
SELECT * FROM unnest($1::text[], $2::uuid[], $3::text[], $4::text[], $5::bigint[], $6::date[])
"""


async def insert_refunds(tx: Tx, approved: Sequence[billing.RefundApproved]) -> None:
    """Keep what is to be paid out; hearing it again changes nothing."""
    await tx.execute(
        _INSERT, [fact.refund_id for fact in approved], [fact.account_id for fact in approved],
        [fact.amount_cents for fact in approved], [fact.payee for fact in approved],
        [fact.mail_to for fact in approved], [fact.approved_on for fact in approved],
    )  # fmt: skip


async def find_refunded_accounts(tx: Tx, refund_ids: Collection[RefundId]) -> list[AccountId]:
    """Whose refunds these are: the accounts are locked before them."""
    rows = await tx.fetch("SELECT account_id FROM refunds WHERE refund_id = ANY($1::uuid[])", list(refund_ids))
    return [row["account_id"] for row in rows]


async def lock_refunds(tx: Tx, refund_ids: Collection[RefundId]) -> dict[RefundId, Refund]:
    """These refunds, locked in key order."""
    return {row["refund_id"]: Refund(*row) for row in await tx.fetch(_LOCK, list(refund_ids))}


async def lock_checks_drawn(tx: Tx, numbers: Collection[str]) -> frozenset[str]:
    """Which of these checks pay a refund, or did. Nobody else draws checks until the commit."""
    await tx.execute("SELECT pg_advisory_xact_lock(hashtext('refund_checks'))")
    rows = await tx.fetch("SELECT check_number FROM refunds WHERE check_number = ANY($1::text[])", list(numbers))
    return frozenset(row["check_number"] for row in rows)


async def find_taken_back(tx: Tx, account_ids: Collection[AccountId]) -> dict[AccountId, date]:
    """The last day on which a payment of these accounts was taken back. Ask after the accounts are locked."""
    return dict(await tx.fetch(_FIND_TAKEN_BACK, list(account_ids), tx.zone.key))


async def save_refunds_paid(tx: Tx, paid: Sequence[Refund]) -> None:
    """Keep which checks paid refunds, and who drew them."""
    await tx.execute(
        _SAVE_PAID, [each.refund_id for each in paid], [each.check_number for each in paid],
        [each.paid_on for each in paid], tx.now, tx.actor.subject,
    )  # fmt: skip


async def save_refund_voided(tx: Tx, of: Refund, note: str | None) -> None:
    """Keep that a refund was given up, why, and by whom."""
    await tx.execute(_SAVE_VOIDED, of.refund_id, of.void_reason_code, of.voided_on, tx.now, tx.actor.subject, note)


async def insert_refund_entries(tx: Tx, entries: Sequence[tuple[RefundId, Entry]]) -> None:
    """Book what refunds moved."""
    await tx.execute(
        _INSERT_ENTRIES, [each.kind for _, each in entries], [refund_id for refund_id, _ in entries],
        [each.debit_book for _, each in entries], [each.credit_book for _, each in entries],
        [each.amount_cents for _, each in entries], [each.booked_on for _, each in entries],
    )  # fmt: skip
