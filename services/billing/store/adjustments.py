"""Adjustments: proposed with their lines, decided, and what was adjusted on a bill so far."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from services.billing.domain.adjustments import Adjustment
from services.billing.domain.corrections import Proposal
from shared.ids import AdjustmentId, BillId
from shared.postgres import Tx

_INSERT = """
WITH made AS (
    INSERT INTO adjustments (adjustment_id, account_id, bill_id, form, cause, total_cents, why, state, proposed_at,
        proposed_by)
    VALUES ($1, $2, $3, $4, $5, $6, $7, 'proposed', $8, $9) RETURNING adjustment_id
)
INSERT INTO adjustment_lines (adjustment_id, service, amount_cents)
SELECT adjustment_id, l.service, l.amount_cents
FROM made, unnest($10::text[], $11::bigint[]) AS l (service, amount_cents)
"""
_LOCK = """
SELECT a.adjustment_id, a.account_id, a.bill_id, a.form, a.cause, a.state, a.proposed_by,
    (SELECT jsonb_object_agg(service, amount_cents) FROM adjustment_lines l
     WHERE l.adjustment_id = a.adjustment_id) AS cents_by_service
FROM adjustments a WHERE a.adjustment_id = ANY($1::uuid[]) ORDER BY a.adjustment_id FOR NO KEY UPDATE
"""
_SAVE_DECISION = """
UPDATE adjustments SET state = $2, decided_at = $3, decided_by = $4, decided_why = $5, posting_id = $6
WHERE adjustment_id = $1
"""
_FIND_ADJUSTED = """
SELECT a.bill_id, l.service, sum(l.amount_cents)::bigint AS cents
FROM adjustments a JOIN adjustment_lines l USING (adjustment_id)
WHERE a.bill_id = ANY($1::uuid[]) AND a.state = 'approved' GROUP BY a.bill_id, l.service
"""

_FIND_LEFT_TO_GIVE = """
SELECT m.service, greatest(0, sum(m.amount_cents) + coalesce((
    SELECT sum(l.amount_cents) FROM adjustments a JOIN adjustment_lines l USING (adjustment_id)
    WHERE a.bill_id = $1 AND a.form = 'meter_error' AND a.cause = 'fast_meter' AND a.state = 'approved'
        AND l.service = m.service), 0))::bigint AS cents
FROM meter_test_credits m WHERE m.bill_id = $1 GROUP BY m.service
"""


async def insert_adjustment(tx: Tx, of: Adjustment, why: str) -> None:
    """Keep a proposal with its lines."""
    await tx.execute(
        _INSERT, of.adjustment_id, of.account_id, of.bill_id, of.form, of.cause, of.total_cents, why, tx.now,
        tx.actor.subject, list(of.cents_by_service), list(of.cents_by_service.values()),
    )  # fmt: skip


async def lock_adjustments(tx: Tx, ids: Collection[AdjustmentId]) -> dict[AdjustmentId, Adjustment]:
    """Lock adjustments."""
    return {row["adjustment_id"]: _adjustment(row) for row in await tx.fetch(_LOCK, list(ids))}


async def save_adjustment(
    tx: Tx, adjustment_id: AdjustmentId, state: str, decided: tuple[str | None, str | None], posting_id: UUID | None
) -> None:
    """Keep what was decided: by whom and why (by nobody, where nobody had to)."""
    await tx.execute(_SAVE_DECISION, adjustment_id, state, tx.now, *decided, posting_id)


async def find_adjusted(tx: Tx, bill_ids: Collection[BillId]) -> dict[BillId, dict[str, int]]:
    """What was adjusted on bills so far, by service."""
    adjusted: dict[BillId, dict[str, int]] = {}
    for row in await tx.fetch(_FIND_ADJUSTED, list(bill_ids)):
        adjusted.setdefault(row["bill_id"], {})[row["service"]] = row["cents"]
    return adjusted


async def find_left_to_give(tx: Tx, bill_id: BillId) -> dict[str, int]:
    """What tests of its meter still give back of a bill, by service; a credit is kept as a negative amount."""
    return {row["service"]: row["cents"] for row in await tx.fetch(_FIND_LEFT_TO_GIVE, bill_id)}


def _adjustment(row: Any) -> Adjustment:
    return Adjustment(
        row["adjustment_id"], row["account_id"], row["bill_id"], row["form"], row["cause"], row["cents_by_service"],
        Proposal(row["state"], row["proposed_by"]),
    )  # fmt: skip
