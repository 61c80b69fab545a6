"""Disputes: what of a bill is questioned, by whom, and what became of it."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from services.billing.domain.disputes import Dispute, Outcome, Reason
from shared.ids import AdjustmentId, BillId, DisputeId
from shared.postgres import Tx

_INSERT = """
WITH made AS (
    INSERT INTO disputes (dispute_id, account_id, bill_id, reason_code, why, state, opened_at, opened_by)
    SELECT $1, account_id, bill_id, $3, $4, 'open', $5, $6 FROM bills WHERE bill_id = $2
    ON CONFLICT DO NOTHING RETURNING dispute_id
), lines AS (
    INSERT INTO dispute_lines (dispute_id, service, amount_cents)
    SELECT dispute_id, l.service, l.amount_cents
    FROM made, unnest($7::text[], $8::bigint[]) AS l (service, amount_cents)
)
SELECT dispute_id FROM made
"""
_LOCK = """
SELECT dispute_id, account_id, bill_id, state FROM disputes WHERE dispute_id = ANY($1::uuid[])
ORDER BY dispute_id FOR NO KEY UPDATE
"""
_FIND_POSTED_ON = "SELECT bill_id FROM adjustments WHERE adjustment_id = $1 AND state = 'approved'"
_SAVE = """
UPDATE disputes SET state = $2, decided_at = $3, decided_by = $4, decided_why = $5, due_on = $6, adjustment_id = $7,
    posting_id = $8
WHERE dispute_id = $1
"""
_SAVE_ENDED = """
UPDATE disputes SET state = 'bill_cancelled', decided_at = $2, decided_by = $3, decided_why = 'The bill was cancelled.'
WHERE bill_id = ANY($1::uuid[]) AND state = 'open' RETURNING dispute_id, account_id, bill_id, state
"""


async def insert_dispute(
    tx: Tx, dispute_id: DisputeId, bill_id: BillId, said: tuple[Reason, str], cents_by_service: Mapping[str, int]
) -> bool:
    """Keep a dispute, with its reason in a word and in words; False where one of the bill is open already."""
    lines = (list(cents_by_service), list(cents_by_service.values()))
    return await tx.fetchval(_INSERT, dispute_id, bill_id, *said, tx.now, tx.actor.subject, *lines) is not None


async def lock_disputes(tx: Tx, dispute_ids: Collection[DisputeId]) -> dict[DisputeId, Dispute]:
    """Lock disputes."""
    return {row["dispute_id"]: _dispute(row) for row in await tx.fetch(_LOCK, list(dispute_ids))}


async def find_posted_on(tx: Tx, adjustment_id: AdjustmentId) -> BillId | None:
    """The bill on which an adjustment was posted."""
    bill_id: BillId | None = await tx.fetchval(_FIND_POSTED_ON, adjustment_id)
    return bill_id


async def save_dispute(
    tx: Tx, dispute_id: DisputeId, decided: tuple[Outcome, str], moved: tuple[date, UUID] | None,
    adjustment_id: AdjustmentId | None,
) -> None:  # fmt: skip
    """Keep what was decided and why; `moved` is the new due date of what is left, and the posting."""
    outcome, why = decided
    due_on, posting_id = moved or (None, None)
    row = (dispute_id, outcome, tx.now, tx.actor.subject, why, due_on, adjustment_id, posting_id)
    await tx.execute(_SAVE, *row)


async def save_disputes_ended(tx: Tx, bill_ids: Collection[BillId]) -> list[Dispute]:
    """Keep that the open disputes of bills ended with the bill; answers them."""
    return [_dispute(row) for row in await tx.fetch(_SAVE_ENDED, list(bill_ids), tx.now, tx.actor.subject)]


def _dispute(row: Any) -> Dispute:
    return Dispute(row["dispute_id"], row["account_id"], row["bill_id"], row["state"])
