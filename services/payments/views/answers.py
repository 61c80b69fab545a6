"""What payments answered to crews at an account: why the water stayed on, or what confirmed that it might go off."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from services.payments.views.cursors import after
from shared.http.pages import Page, PageRequest
from shared.ids import AccountId, AskId, AuthorizationId, OrderId
from shared.postgres import Reader


class ShutoffAnswerView(BaseModel):
    """One answer."""

    ask_id: AskId
    account_id: AccountId
    order_id: OrderId
    authorization_id: AuthorizationId
    stage: Literal["dispatch", "execution"]
    asked_at: datetime
    answered_at: datetime
    state: Literal["confirmed", "objected", "recalled"]
    valid_until: datetime | None = Field(description="How long a confirmation was good, if no payment recalled it.")
    reason_code: str | None
    recalled_at: datetime | None


async def list_shutoff_answers(reader: Reader, account_id: AccountId, page: PageRequest) -> Page[ShutoffAnswerView]:
    """The answers given about one account, the newest ask first."""
    rows = await reader.fetch(
        "SELECT * FROM shutoff_answers WHERE account_id = $1 AND ($2::uuid IS NULL OR ask_id < $2)"
        " ORDER BY ask_id DESC LIMIT $3",
        account_id, after(page), page.limit,
    )  # fmt: skip
    return Page[ShutoffAnswerView].of(
        [ShutoffAnswerView.model_validate(dict(row)) for row in rows], page, key=lambda each: [each.ask_id]
    )
