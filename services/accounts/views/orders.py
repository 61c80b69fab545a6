"""Service orders as crews and representatives look at them: one with its whole history, and lists of work."""

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, Field

from services.accounts.domain.asks import Stage
from services.accounts.domain.dockets import OrderUnknown
from services.accounts.domain.kinds import WorkKind
from services.accounts.domain.orders import OrderState
from services.accounts.views.findings import OPEN_DETAILS
from shared.events.accounts import Commodity
from shared.http import Page
from shared.http.pages import PageRequest
from shared.ids import AccountId, AccountNumber, AgreementId, AskId, AuthorizationId, OrderId, ServicePointId
from shared.postgres import Reader

COLUMNS = """
o.order_id, o.kind, o.state, o.account_id, a.account_number, p.street_address AS service_address, s.commodity,
o.service_point_id, o.agreement_id, o.authorization_id, o.requested_at, o.scheduled_on, o.crew, o.dispatched_at,
o.ended_at, o.reading, o.reason_code, o.purpose_code, o.due_at, o.next_agreement_id, o.version
"""
FROM = """
FROM service_orders o JOIN accounts a USING (account_id) JOIN service_points s USING (service_point_id)
     JOIN premises p ON p.premise_id = s.premise_id
"""
_ORDER = f"""
SELECT {COLUMNS},
       (SELECT m.serial FROM meter_installations i JOIN meters m USING (meter_id)
        WHERE i.service_point_id = o.service_point_id AND i.removed_on IS NULL) AS meter_serial,
       (SELECT jsonb_agg(to_jsonb(c) - 'order_id' || jsonb_build_object('details', {OPEN_DETAILS}) ORDER BY c.version)
        FROM order_changes c WHERE c.order_id = o.order_id) AS history,
       (SELECT to_jsonb(k) || jsonb_build_object('cleared_until', CASE
            WHEN k.billing_valid_until IS NOT NULL AND k.payments_valid_until IS NOT NULL
            THEN least(k.billing_valid_until, k.payments_valid_until) END)
        FROM (SELECT ask_id, stage, asked_at, answer_by, billing_valid_until, payments_valid_until FROM shutoff_asks
              WHERE order_id = o.order_id AND ended_at IS NULL ORDER BY ask_id DESC LIMIT 1) k) AS asked
{FROM} WHERE o.order_id = $1
"""
_FILTERS = {
    "state": "o.state = ${}",
    "kind": "o.kind = ${}",
    "day": "o.scheduled_on = ${}",
    "crew": "o.crew = ${}",
    "account_id": "o.account_id = ${}",
    "after": "o.order_id > ${}",
}


class OrderLine(BaseModel):
    """An order in a list."""

    order_id: OrderId
    kind: WorkKind
    state: OrderState
    account_id: AccountId
    account_number: AccountNumber
    service_address: str
    commodity: Commodity
    service_point_id: ServicePointId
    agreement_id: AgreementId | None
    authorization_id: AuthorizationId | None
    requested_at: datetime
    scheduled_on: date | None
    crew: str | None
    dispatched_at: datetime | None
    ended_at: datetime | None = Field(description="Of its last attempt, or of its end.")
    reading: int | None
    reason_code: str | None = Field(description="Why it was cancelled, or why its last attempt was not completed.")
    purpose_code: str | None = Field(description="Why it was asked for.")
    due_at: datetime | None = Field(description="Of a final reading: by when it is to be taken.")
    next_agreement_id: AgreementId | None = Field(description="The service that takes over with the same reading.")
    version: int


class ChangeView(BaseModel):
    """One line of an order's history."""

    version: int
    change: str
    state: OrderState
    changed_at: datetime
    changed_by: str
    reason_code: str | None
    details: dict[str, Any] = Field(description="What a tamper check found is restricted: GET …/findings.")


class AskView(BaseModel):
    """What billing and payments were asked last, and until when each has confirmed."""

    ask_id: AskId
    stage: Stage
    asked_at: datetime
    answer_by: datetime
    billing_valid_until: datetime | None
    payments_valid_until: datetime | None
    cleared_until: datetime | None = Field(description="At stage execution: until then the crew may shut off.")


class OrderView(OrderLine):
    """An order with everything that ever happened to it."""

    meter_serial: str | None
    asked: AskView | None = Field(description="Of a shut-off whose attempt is not over; null: the water stays on.")
    history: list[ChangeView]


async def find_order(tx: Reader, order_id: OrderId) -> OrderView:
    """One order. Raises OrderUnknown."""
    row = await tx.fetchrow(_ORDER, order_id)
    if row is None:
        raise OrderUnknown(field="order_id", order_id=order_id)
    return OrderView.model_validate(dict(row))


async def list_orders(
    tx: Reader,
    page: PageRequest,
    *,
    state: OrderState | None,
    kind: WorkKind | None,
    day: date | None,
    crew: str | None,
    account_id: AccountId | None,
) -> Page[OrderLine]:
    """Orders that fit, in the order in which they were requested."""
    asked = {"state": state, "kind": kind, "day": day, "crew": crew, "account_id": account_id}
    asked["after"] = page.after[0] if page.after else None
    chosen = {name: value for name, value in asked.items() if value is not None}
    where = " AND ".join(_FILTERS[name].format(n) for n, name in enumerate(chosen, start=2))
    sql = f"SELECT {COLUMNS} {FROM} {f'WHERE {where}' if where else ''} ORDER BY o.order_id LIMIT $1"
    rows = await tx.fetch(sql, page.limit, *chosen.values())
    return Page.of([OrderLine.model_validate(dict(row)) for row in rows], page, key=lambda line: [line.order_id])
