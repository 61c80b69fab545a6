"""Disputes: what of a bill is questioned, by whom, and how it ended."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, Field

from services.billing.domain.disputes import DisputeUnknown, Reason, State
from services.billing.views.cursors import after_id
from shared.http import Page, PageRequest
from shared.ids import AccountId, AdjustmentId, BillId, DisputeId
from shared.postgres import Reader

DisputeState = State

_SELECT = """
SELECT d.*, (SELECT jsonb_object_agg(service, amount_cents) FROM dispute_lines l
    WHERE l.dispute_id = d.dispute_id) AS cents_by_service
FROM disputes d
"""
_LIST = f"""{_SELECT}
WHERE ($1::uuid IS NULL OR d.dispute_id < $1) AND ($2::text IS NULL OR d.state = $2)
    AND ($3::uuid IS NULL OR d.account_id = $3) AND ($4::uuid IS NULL OR d.bill_id = $4)
ORDER BY d.dispute_id DESC LIMIT $5
"""


class DisputeView(BaseModel):
    """A dispute on a part of a bill."""

    dispute_id: DisputeId
    account_id: AccountId
    bill_id: BillId
    reason_code: Reason
    why: str
    cents_by_service: dict[str, int]
    state: State
    opened_at: datetime
    opened_by: str
    decided_at: datetime | None
    decided_by: str | None
    decided_why: str | None
    due_on: date | None = Field(description="The new last day to pay what was left of the disputed part.")
    adjustment_id: AdjustmentId | None
    posting_id: UUID | None


async def find_dispute(reader: Reader, dispute_id: DisputeId) -> DisputeView:
    """One dispute. Raises DisputeUnknown."""
    row = await reader.fetchrow(f"{_SELECT} WHERE d.dispute_id = $1", dispute_id)
    if row is None:
        raise DisputeUnknown(field="dispute_id", dispute_id=dispute_id)
    return DisputeView.model_validate(dict(row))


async def list_disputes(
    reader: Reader, page: PageRequest, *, state: State | None, account_id: AccountId | None, bill_id: BillId | None
) -> Page[DisputeView]:
    """Disputes, newest first; `state=open` are those that wait for a decision."""
    rows = await reader.fetch(_LIST, after_id(page), state, account_id, bill_id, page.limit)
    items = [DisputeView.model_validate(dict(row)) for row in rows]
    return Page[DisputeView].of(items, page, key=lambda one: [one.dispute_id])
