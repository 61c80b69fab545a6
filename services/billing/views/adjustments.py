"""Adjustments: the form, who wanted it and why, who agreed, and what it changed on the ledger."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from services.billing.domain.adjustments import Form
from services.billing.domain.corrections import CorrectionUnknown, State
from services.billing.views.cursors import after_id
from services.billing.views.ledger import PostingView, find_posting
from shared.http import Page, PageRequest
from shared.ids import AccountId, AdjustmentId, BillId
from shared.postgres import Reader

AdjustmentForm = Form

_SELECT = """
SELECT a.*, (SELECT jsonb_object_agg(service, amount_cents) FROM adjustment_lines l
    WHERE l.adjustment_id = a.adjustment_id) AS cents_by_service
FROM adjustments a
"""
_LIST = f"""{_SELECT}
WHERE ($1::uuid IS NULL OR a.adjustment_id < $1) AND ($2::text IS NULL OR a.state = $2)
    AND ($3::uuid IS NULL OR a.account_id = $3) AND ($4::uuid IS NULL OR a.bill_id = $4)
    AND ($5::text IS NULL OR a.form = $5)
ORDER BY a.adjustment_id DESC LIMIT $6
"""


class AdjustmentSummary(BaseModel):
    """An adjustment that somebody asked for."""

    adjustment_id: AdjustmentId
    account_id: AccountId
    bill_id: BillId | None
    form: Form
    cause: str
    cents_by_service: dict[str, int]
    total_cents: int = Field(description="What it does to the balance: a credit to the customer is negative.")
    why: str
    state: State
    proposed_at: datetime
    proposed_by: str
    decided_at: datetime | None
    decided_by: str | None = Field(description="Nobody, where policy asks for no second person.")
    decided_why: str | None
    posting_id: UUID | None


class AdjustmentView(AdjustmentSummary):
    """An adjustment with what it changed on the ledger."""

    posting: PostingView | None


async def find_adjustment(reader: Reader, adjustment_id: AdjustmentId) -> AdjustmentView:
    """One adjustment. Raises CorrectionUnknown."""
    row: Any = await reader.fetchrow(f"{_SELECT} WHERE a.adjustment_id = $1", adjustment_id)
    if row is None:
        raise CorrectionUnknown(field="adjustment_id", adjustment_id=adjustment_id)
    posting = await find_posting(reader, row["posting_id"])
    return AdjustmentView(**{**row, "posting": posting})


async def list_adjustments(reader: Reader, page: PageRequest, **named: UUID | str | None) -> Page[AdjustmentSummary]:
    """Adjustments, newest first, of a state, an account, a bill or a form."""
    wanted = (named["state"], named["account_id"], named["bill_id"], named["form"])
    rows = await reader.fetch(_LIST, after_id(page), *wanted, page.limit)
    items = [AdjustmentSummary.model_validate(dict(row)) for row in rows]
    return Page[AdjustmentSummary].of(items, page, key=lambda one: [one.adjustment_id])
