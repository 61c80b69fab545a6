"""Refunds as people look them up: who wanted it and why, who agreed, and what became of the money."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from services.billing.domain.refunds import RefundUnknown, State, explain
from services.billing.views.cursors import after_id
from shared.http import Page, PageRequest
from shared.ids import AccountId, RefundId
from shared.postgres import Reader

RefundState = State

_LIST = """
SELECT * FROM refunds
WHERE ($1::uuid IS NULL OR refund_id < $1) AND ($2::text IS NULL OR state = $2)
    AND ($3::uuid IS NULL OR account_id = $3)
ORDER BY refund_id DESC LIMIT $4
"""


class RefundView(BaseModel):
    """Credit that somebody asked to be paid out."""

    refund_id: RefundId
    account_id: AccountId
    amount_cents: int
    why: str
    state: RefundState = Field(description="`approved` left the account, and waits in payments to be paid out.")
    proposed_at: datetime
    proposed_by: str
    decided_at: datetime | None
    decided_by: str | None
    decided_why: str | None
    payee: str | None = Field(description="Who held the account when it was approved.")
    mail_to: str | None
    posting_id: UUID | None = Field(description="That took the credit off the account.")
    check_number: str | None
    paid_on: date | None
    void_reason_code: str | None
    voided_on: date | None
    said: str = Field(description="What became of it, in words.")


async def find_refund(reader: Reader, refund_id: RefundId) -> RefundView:
    """One refund. Raises RefundUnknown."""
    row: Any = await reader.fetchrow("SELECT * FROM refunds WHERE refund_id = $1", refund_id)
    if row is None:
        raise RefundUnknown(field="refund_id", refund_id=refund_id)
    return _refund(row)


async def list_refunds(
    reader: Reader, page: PageRequest, state: RefundState | None, account_id: AccountId | None
) -> Page[RefundView]:
    """Refunds, newest first, of a state or of an account."""
    rows = await reader.fetch(_LIST, after_id(page), state, account_id, page.limit)
    return Page[RefundView].of([_refund(row) for row in rows], page, key=lambda one: [one.refund_id])


def _refund(row: Any) -> RefundView:
    said = explain(
        row["state"], row["amount_cents"], check_number=row["check_number"], paid_on=row["paid_on"],
        reason=row["void_reason_code"],
    )  # fmt: skip
    return RefundView.model_validate({**row, "said": said})
