"""Refunds: proposed, decided, and what payments told of them; and which payments may still be taken back."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from services.billing.domain.ledger import Posting
from services.billing.domain.refunds import Paid, Refund
from services.billing.store.columns import list_columns
from shared.events import payments
from shared.ids import AccountId, RefundId
from shared.postgres import Tx

_INSERT = """
INSERT INTO refunds (refund_id, account_id, amount_cents, why, state, proposed_at, proposed_by)
VALUES ($1, $2, $3, $4, 'proposed', $5, $6) ON CONFLICT (account_id) WHERE state = 'proposed' DO NOTHING
RETURNING refund_id
"""
_LOCK = """
SELECT refund_id, account_id, amount_cents, state, proposed_by, paid_posting_id, voided_posting_id
FROM refunds WHERE refund_id = ANY($1::uuid[]) ORDER BY refund_id FOR NO KEY UPDATE
"""
_SAVE_REFUSAL = """
UPDATE refunds SET state = 'refused', decided_at = $2, decided_by = $3, decided_why = $4 WHERE refund_id = $1
"""
_SAVE_APPROVAL = """
UPDATE refunds SET state = 'approved', decided_at = $2, decided_by = $3, decided_why = $4, posting_id = $5,
    payee = $6, mail_to = $7
WHERE refund_id = $1
"""
_SAVE_PAID = """
UPDATE refunds r SET state = CASE r.state WHEN 'voided' THEN 'voided' ELSE 'paid' END,
    paid_posting_id = p.posting_id, check_number = p.check_number, paid_on = p.paid_on
FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::date[]) AS p (refund_id, posting_id, check_number, paid_on)
WHERE r.refund_id = p.refund_id
"""
_SAVE_VOIDED = """
UPDATE refunds r SET state = 'voided', voided_posting_id = v.posting_id, void_reason_code = v.reason_code,
    voided_on = v.voided_on
FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::date[]) AS v (refund_id, posting_id, reason_code, voided_on)
WHERE r.refund_id = v.refund_id
"""
_FIND_STANDING = """
SELECT e.amount_cents, p.tender, p.effective_on FROM postings p JOIN entries e USING (posting_id)
WHERE p.account_id = $1 AND p.kind = 'payment' AND e.book = 'cash' AND p.effective_on > $2
    AND NOT EXISTS (SELECT FROM payment_reversals r WHERE r.payment_id = p.posting_id)
    AND NOT EXISTS (SELECT FROM deposits d WHERE d.payment_id = p.posting_id AND d.state = 'held')
"""


class Payee(NamedTuple):
    """Whom a refund is made out to, and where it is mailed."""

    name: str
    address: str


async def insert_refund(tx: Tx, refund_id: RefundId, account_id: AccountId, cents: int, why: str) -> bool:
    """Keep a proposal; False where another of the account waits."""
    kept = await tx.fetchval(_INSERT, refund_id, account_id, cents, why, tx.now, tx.actor.subject)
    return kept is not None


async def find_refunded_account(tx: Tx, refund_id: RefundId) -> AccountId | None:
    """Whose refund it is: the account's page is locked before it."""
    return await tx.fetchval("SELECT account_id FROM refunds WHERE refund_id = $1", refund_id)


async def lock_refunds(tx: Tx, ids: Collection[RefundId]) -> dict[RefundId, Refund]:
    """Lock refunds."""
    return {row["refund_id"]: Refund(*row) for row in await tx.fetch(_LOCK, list(ids))}


async def find_standing_payments(tx: Tx, account_id: AccountId, since_on: date) -> list[Paid]:
    """What was paid after a day, was not taken back and keeps no deposit. Ask when the account's page is locked."""
    return [Paid(*row) for row in await tx.fetch(_FIND_STANDING, account_id, since_on)]


async def find_payee(tx: Tx, account_id: AccountId) -> Payee | None:
    """Who holds the account, and where the mail goes; None before accounts told of it."""
    row = await tx.fetchrow("SELECT holder_name, mailing_address FROM accounts WHERE account_id = $1", account_id)
    return None if row is None else Payee(*row)


async def save_refusal(tx: Tx, refund_id: RefundId, why: str) -> None:
    """Keep that a refund was refused, by whom and why."""
    await tx.execute(_SAVE_REFUSAL, refund_id, tx.now, tx.actor.subject, why)


async def save_approval(tx: Tx, refund_id: RefundId, why: str, posting_id: UUID, payee: Payee) -> None:
    """Keep that a refund was approved, by whom and why, and to whom it is paid."""
    await tx.execute(_SAVE_APPROVAL, refund_id, tx.now, tx.actor.subject, why, posting_id, *payee)


async def save_refunds_paid(tx: Tx, paid: Sequence[tuple[payments.RefundPaid, Posting]]) -> None:
    """Keep by which check refunds were paid; one that was voided stays so, whichever was heard first."""
    rows = [(fact.refund_id, posting.posting_id, fact.check_number, fact.paid_on) for fact, posting in paid]
    await tx.execute(_SAVE_PAID, *list_columns(rows, 4))


async def save_refunds_voided(tx: Tx, voided: Sequence[tuple[payments.RefundVoided, Posting]]) -> None:
    """Keep that refunds did not reach their customers, and why."""
    rows = [(fact.refund_id, posting.posting_id, fact.reason_code, fact.voided_on) for fact, posting in voided]
    await tx.execute(_SAVE_VOIDED, *list_columns(rows, 4))
