"""Cancellations of bills: who wanted it and why, who agreed, what it did on the ledger, and the bill that followed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from services.billing.domain.cancellations import Reason
from services.billing.domain.corrections import CorrectionUnknown, State
from services.billing.views.cursors import after_id
from services.billing.views.ledger import PostingView, find_posting
from shared.http import Page, PageRequest
from shared.ids import AccountId, BillId, CancellationId
from shared.postgres import Reader

CorrectionState = State

_SELECT = """
SELECT c.*, b.total_cents, b.period_end_on FROM bill_cancellations c JOIN bills b ON b.bill_id = c.bill_id
"""
_LIST = f"""{_SELECT}
WHERE ($1::uuid IS NULL OR c.cancellation_id < $1) AND ($2::text IS NULL OR c.state = $2)
    AND ($3::uuid IS NULL OR c.account_id = $3) AND ($4::uuid IS NULL OR c.bill_id = $4)
ORDER BY c.cancellation_id DESC LIMIT $5
"""


class CancellationSummary(BaseModel):
    """A bill that somebody wanted cancelled."""

    cancellation_id: CancellationId
    bill_id: BillId
    account_id: AccountId
    total_cents: int = Field(description="What the bill asked.")
    reason_code: Reason
    why: str
    state: State
    proposed_at: datetime
    proposed_by: str
    decided_at: datetime | None
    decided_by: str | None = Field(description="Nobody, where policy asks for no second person.")
    decided_why: str | None
    posting_id: UUID | None = Field(description="None for a bill that was still held.")
    rebilled_as: BillId | None = Field(description="The bill that took its place.")


class CancellationView(CancellationSummary):
    """A cancellation with what it did on the ledger."""

    posting: PostingView | None


async def find_cancellation(reader: Reader, cancellation_id: CancellationId) -> CancellationView:
    """One cancellation. Raises CorrectionUnknown."""
    row: Any = await reader.fetchrow(f"{_SELECT} WHERE c.cancellation_id = $1", cancellation_id)
    if row is None:
        raise CorrectionUnknown(field="cancellation_id", cancellation_id=cancellation_id)
    posting = await find_posting(reader, row["posting_id"])
    return CancellationView(**{**row, "posting": posting})


async def list_cancellations(
    reader: Reader, page: PageRequest, *, state: State | None, account_id: AccountId | None, bill_id: BillId | None
) -> Page[CancellationSummary]:
    """Cancellations, newest first; `state=proposed` are those that wait for approval."""
    rows = await reader.fetch(_LIST, after_id(page), state, account_id, bill_id, page.limit)
    items = [CancellationSummary.model_validate(dict(row)) for row in rows]
    return Page[CancellationSummary].of(items, page, key=lambda one: [one.cancellation_id])
