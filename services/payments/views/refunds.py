"""Refunds as the cashier looks them up: what is to be paid out, to whom, and by which check it was."""

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, Field

from services.payments.domain.refunds import RefundUnknown, State
from services.payments.views.cursors import after
from shared.http.pages import Page, PageRequest
from shared.ids import AccountId, RefundId
from shared.postgres import Reader

RefundState = State

_SELECT = "SELECT r.*, a.account_number FROM refunds r LEFT JOIN accounts a USING (account_id)"
_LIST = f"""{_SELECT}
WHERE ($1::uuid IS NULL OR r.refund_id > $1) AND ($2::text IS NULL OR r.state = $2)
    AND ($3::uuid IS NULL OR r.account_id = $3) AND ($4::text IS NULL OR r.check_number = $4)
ORDER BY r.refund_id LIMIT $5
"""


class PayableView(BaseModel):
    """A refund that billing approved, and what became of it."""

    refund_id: RefundId
    account_id: AccountId
    account_number: str | None
    amount_cents: int
    payee: str = Field(description="Whom the check is made out to.")
    mail_to: str
    approved_on: date
    state: RefundState
    check_number: str | None
    paid_on: date | None
    paid_at: datetime | None
    paid_by: str | None
    void_reason_code: str | None
    note: str | None
    voided_on: date | None
    voided_by: str | None


async def find_payable(reader: Reader, refund_id: RefundId) -> PayableView:
    """One refund. Raises RefundUnknown."""
    row: Any = await reader.fetchrow(f"{_SELECT} WHERE r.refund_id = $1", refund_id)
    if row is None:
        raise RefundUnknown(field="refund_id", refund_id=refund_id)
    return PayableView.model_validate(dict(row))


async def list_payables(
    reader: Reader, page: PageRequest, state: RefundState | None, account_id: AccountId | None, check: str | None
) -> Page[PayableView]:
    """Refunds that billing approved, in the order in which they were asked for."""
    rows = await reader.fetch(_LIST, after(page), state, account_id, check, page.limit)
    return Page[PayableView].of(
        [PayableView.model_validate(dict(row)) for row in rows], page, key=lambda one: [one.refund_id]
    )
