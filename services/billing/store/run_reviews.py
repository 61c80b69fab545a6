"""Runs for review: by whom they were started and released, and the bills that are held out of them."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from services.billing.domain.policies import CorrectionPolicy
from services.billing.domain.run_reviews import Review, Waiting
from services.billing.store.bills import lock_bills
from shared.ids import BillId, JobId
from shared.postgres import Tx

_INSERT = """
INSERT INTO run_reviews (job_id, asked_by, asked_at, high_percent, low_percent, floor_cents)
VALUES ($1, $2, $3, $4, $5, $6)
"""
_LOCK = """
SELECT r.job_id, r.asked_by, j.finished_at, r.released_at
FROM run_reviews r JOIN jobs j USING (job_id) WHERE r.job_id = $1 FOR NO KEY UPDATE OF r
"""
_FIND_OF_BILLS = """
SELECT DISTINCT r.job_id, r.asked_by, j.finished_at, r.released_at
FROM bills b JOIN run_reviews r USING (job_id) JOIN jobs j USING (job_id) WHERE b.bill_id = ANY($1::uuid[])
"""
_COUNT = "SELECT count(*) FROM bills WHERE job_id = $1 AND state = 'held'"
_SAVE_RELEASED = """
UPDATE run_reviews SET released_at = $2, released_by = $3, release_job_id = $4 WHERE job_id = $1
"""
_NEXT = """
SELECT bill_id FROM bills WHERE job_id = $1 AND state = 'held' AND bill_id > $2 ORDER BY bill_id LIMIT $3
"""
_FIND_HELD_FOR = """
SELECT b.bill_id, b.held_for, h.bill_id IS NOT NULL AS held_out
FROM bills b LEFT JOIN bill_holds h USING (bill_id) WHERE b.bill_id = ANY($1::uuid[]) AND b.held_for IS NOT NULL
"""
_SAVE_ISSUED = """
UPDATE bills SET state = 'issued', issued_on = $2, due_on = $3, released_by = $4 WHERE bill_id = ANY($1::uuid[])
"""
_INSERT_HOLD = "INSERT INTO bill_holds (bill_id, why, held_at, held_by) VALUES ($1, $2, $3, $4)"


async def insert_run_review(tx: Tx, job_id: JobId, policy: CorrectionPolicy) -> None:
    """Keep that a run is for review, with what stands out in it by the policy of its day."""
    await tx.execute(
        _INSERT, job_id, tx.actor.subject, tx.now, policy.review_high_percent, policy.review_low_percent,
        policy.review_floor_cents,
    )  # fmt: skip


async def lock_run_review(tx: Tx, job_id: JobId) -> Review | None:
    """Lock a run for review; None for a run that was not started for it."""
    row = await tx.fetchrow(_LOCK, job_id)
    return None if row is None else _review(row)


async def find_run_reviews(tx: Tx, bill_ids: Collection[BillId]) -> list[Review]:
    """The runs for review that these bills belong to."""
    return [_review(row) for row in await tx.fetch(_FIND_OF_BILLS, list(bill_ids))]


async def find_waiting_count(tx: Tx, job_id: JobId) -> int:
    """How many bills of a run wait."""
    count: int = await tx.fetchval(_COUNT, job_id)
    return count


async def save_run_released(tx: Tx, job_id: JobId, release_job_id: JobId) -> None:
    """Keep who released a run, and the job that does it."""
    await tx.execute(_SAVE_RELEASED, job_id, tx.now, tx.actor.subject, release_job_id)


async def lock_waiting_of_run(tx: Tx, job_id: JobId, after: UUID, limit: int) -> list[Waiting]:
    """Lock the next bills of a run that wait, in order of their ids."""
    rows = await tx.fetch(_NEXT, job_id, after, limit)
    return await lock_waiting(tx, [row["bill_id"] for row in rows])


async def lock_waiting(tx: Tx, bill_ids: Sequence[BillId]) -> list[Waiting]:
    """Lock bills that were held when they were made."""
    heads = await lock_bills(tx, bill_ids)
    rows = {row["bill_id"]: row for row in await tx.fetch(_FIND_HELD_FOR, list(bill_ids))}
    return [
        Waiting(head, rows[bill_id]["held_for"], rows[bill_id]["held_out"])
        for bill_id, head in heads.items() if bill_id in rows
    ]  # fmt: skip


async def save_issued(
    tx: Tx, bill_ids: Collection[BillId], issued_on: date, due_on: date, released_by: str
) -> None:  # fmt: skip
    """Keep that bills were issued, and who released their run."""
    await tx.execute(_SAVE_ISSUED, list(bill_ids), issued_on, due_on, released_by)


async def insert_hold(tx: Tx, bill_id: BillId, why: str) -> None:
    """Keep that a person holds a bill out of its run."""
    await tx.execute(_INSERT_HOLD, bill_id, why, tx.now, tx.actor.subject)


def _review(row: Any) -> Review:
    return Review(
        row["job_id"], row["asked_by"], finished=row["finished_at"] is not None, released=row["released_at"] is not None
    )
