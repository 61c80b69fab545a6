"""Cancellations of bills: proposed, decided, and what the period was billed as anew."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from services.billing.domain.bills import Head
from services.billing.domain.cancellations import Cancellation, Cancelled, Reason
from services.billing.domain.corrections import Proposal
from services.billing.store.bills import lock_bills
from shared.ids import BillId, CancellationId
from shared.postgres import Tx

_LOCK_AGREEMENTS = """
SELECT g.agreement_id FROM agreements g
WHERE g.agreement_id IN (SELECT agreement_id FROM bills WHERE bill_id = ANY($1::uuid[]))
ORDER BY g.agreement_id FOR NO KEY UPDATE
"""
_FIND_LATER = """
SELECT b.bill_id, max(later.bill_id::text)::uuid AS later_bill_id
FROM bills b JOIN bills later ON later.agreement_id = b.agreement_id AND later.state <> 'cancelled'
    AND later.period_end_on > b.period_end_on
WHERE b.bill_id = ANY($1::uuid[]) GROUP BY b.bill_id
"""
_FIND_STANDING = """
SELECT b.bill_id, s.bill_id AS standing_bill_id
FROM bills b JOIN bills s ON s.agreement_id = b.agreement_id AND s.period_end_on = b.period_end_on
    AND s.state <> 'cancelled'
WHERE b.bill_id = ANY($1::uuid[])
"""
_INSERT = """
INSERT INTO bill_cancellations (cancellation_id, bill_id, account_id, reason_code, why, state, proposed_at, proposed_by)
SELECT $1, bill_id, account_id, $3, $4, 'proposed', $5, $6 FROM bills WHERE bill_id = $2
ON CONFLICT DO NOTHING RETURNING cancellation_id
"""
_LOCK = """
SELECT cancellation_id, bill_id, reason_code, state, proposed_by FROM bill_cancellations
WHERE cancellation_id = ANY($1::uuid[]) ORDER BY cancellation_id FOR NO KEY UPDATE
"""
_FIND_BILL = "SELECT bill_id FROM bill_cancellations WHERE cancellation_id = $1"
_SAVE_DECISION = """
UPDATE bill_cancellations SET state = $2, decided_at = $3, decided_by = $4, decided_why = $5, posting_id = $6
WHERE cancellation_id = $1
"""
_SAVE_CANCELLED = "UPDATE bills SET state = 'cancelled' WHERE bill_id = ANY($1::uuid[])"
_FIND_REBILLED = """
SELECT bill_id, rebilled_as FROM bill_cancellations WHERE bill_id = ANY($1::uuid[]) AND state = 'approved'
"""
_SAVE_REBILLED = "UPDATE bill_cancellations SET rebilled_as = $2 WHERE bill_id = $1 AND state = 'approved'"


async def lock_billed_agreements(tx: Tx, bill_ids: Collection[BillId]) -> None:
    """Lock the agreements of bills, so that no run bills them and no reading of theirs is corrected meanwhile."""
    await tx.fetch(_LOCK_AGREEMENTS, list(bill_ids))


async def find_later_bills(tx: Tx, bill_ids: Collection[BillId]) -> dict[BillId, BillId]:
    """Bills that are followed by one that stands, and that one."""
    return {row["bill_id"]: row["later_bill_id"] for row in await tx.fetch(_FIND_LATER, list(bill_ids))}


async def find_standing_bills(tx: Tx, bill_ids: Collection[BillId]) -> dict[BillId, BillId]:
    """Cancelled bills whose period is billed by another that stands, and that one."""
    return {row["bill_id"]: row["standing_bill_id"] for row in await tx.fetch(_FIND_STANDING, list(bill_ids))}


async def insert_cancellation(
    tx: Tx, cancellation_id: CancellationId, bill_id: BillId, reason_code: Reason, why: str
) -> bool:
    """Keep a proposal; False where the bill is cancelled, or a proposal waits already."""
    row = (cancellation_id, bill_id, reason_code, why, tx.now, tx.actor.subject)
    return await tx.fetchval(_INSERT, *row) is not None


async def find_bill_to_cancel(tx: Tx, cancellation_id: CancellationId) -> BillId | None:
    """The bill that a proposal is about: its agreement is locked before the proposal is."""
    bill_id: BillId | None = await tx.fetchval(_FIND_BILL, cancellation_id)
    return bill_id


async def lock_cancellations(tx: Tx, ids: Collection[CancellationId]) -> dict[CancellationId, Cancellation]:
    """Lock cancellations."""
    return {row["cancellation_id"]: _cancellation(row) for row in await tx.fetch(_LOCK, list(ids))}


async def save_cancellation(
    tx: Tx, cancellation_id: CancellationId, state: str, decided: tuple[str | None, str | None], posting_id: UUID | None
) -> None:
    """Keep what was decided: by whom and why (by nobody, where nobody had to)."""
    await tx.execute(_SAVE_DECISION, cancellation_id, state, tx.now, *decided, posting_id)


async def save_cancelled(tx: Tx, bill_ids: Collection[BillId]) -> None:
    """Bills that no longer stand."""
    await tx.execute(_SAVE_CANCELLED, list(bill_ids))


async def lock_cancelled(tx: Tx, bill_ids: Collection[BillId]) -> Mapping[BillId, Cancelled]:
    """Lock bills that may be billed anew; answers each with the one that did so already."""
    heads: Mapping[BillId, Head] = await lock_bills(tx, bill_ids)
    rebilled = {row["bill_id"]: row["rebilled_as"] for row in await tx.fetch(_FIND_REBILLED, list(bill_ids))}
    return {bill_id: Cancelled(head, rebilled.get(bill_id)) for bill_id, head in heads.items()}


async def save_rebilled(tx: Tx, bill_id: BillId, as_bill_id: BillId) -> None:
    """Keep which bill took the place of a cancelled one."""
    await tx.execute(_SAVE_REBILLED, bill_id, as_bill_id)


def _cancellation(row: Any) -> Cancellation:
    proposal = Proposal(row["state"], row["proposed_by"])
    return Cancellation(row["cancellation_id"], row["bill_id"], row["reason_code"], proposal)
