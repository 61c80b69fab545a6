"""Money in suspense: what came, why it could not be posted, and where it went in the end."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, Field

from services.payments.domain.remittances import RemittanceUnknown
from services.payments.views.cursors import after
from shared.events.payments import Tender
from shared.http.pages import Page, PageRequest
from shared.ids import PaymentId, RemittanceId
from shared.postgres import Reader

_SELECT = """
SELECT r.remittance_id, r.source, r.reference, r.account_number, r.invoice_number, r.scan_line,
    r.amount_cents, r.tender,
    r.received_on, r.state, r.reason_code, r.taken_at, r.placed_at, r.placed_by, p.payment_id
FROM remittances r LEFT JOIN payments p ON p.remittance_id = r.remittance_id
"""


class SuspenseView(BaseModel):
    """One sum of money that could not be posted when it came."""

    remittance_id: RemittanceId
    source: str = Field(description="The system that sent it.")
    reference: str = Field(description="Its own number for this money.")
    account_number: str | None = Field(description="As it was sent, or as it stands in the scan line.")
    invoice_number: str | None = Field(description="As it was sent.")
    scan_line: str | None = Field(description="As it was sent, without its spaces.")
    amount_cents: int
    tender: Tender
    received_on: date
    state: Literal["suspended", "placed"]
    reason_code: str = Field(description="Why it could not be posted.")
    taken_at: datetime
    placed_at: datetime | None
    placed_by: str | None
    payment_id: PaymentId | None = Field(description="The payment that it became.")


async def find_suspense(reader: Reader, remittance_id: RemittanceId) -> SuspenseView:
    """One sum of money that is, or was, in suspense. Raises RemittanceUnknown."""
    row = await reader.fetchrow(f"{_SELECT} WHERE r.remittance_id = $1 AND r.state <> 'posted'", remittance_id)
    if row is None:
        raise RemittanceUnknown(field="remittance_id", remittance_id=remittance_id)
    return SuspenseView.model_validate(dict(row))


async def list_suspense(reader: Reader, page: PageRequest, state: Literal["suspended", "placed"]) -> Page[SuspenseView]:
    """Money in suspense, or money that was placed since; the oldest first."""
    rows = await reader.fetch(
        f"{_SELECT} WHERE r.state = '{state}' AND ($1::uuid IS NULL OR r.remittance_id > $1)"
        " ORDER BY r.remittance_id LIMIT $2",
        after(page), page.limit,
    )  # fmt: skip
    return Page[SuspenseView].of(
        [SuspenseView.model_validate(dict(row)) for row in rows], page, key=lambda each: [each.remittance_id]
    )
