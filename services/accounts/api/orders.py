"""Field work: asked for, planned, sent out, and ended by its crew."""

from typing import Annotated

from fastapi import Query

from services.accounts import commands, views
from services.accounts.api.roles import DESK
from services.accounts.commands.forms import CancellationForm, CompletionForm, FailureForm, OrderForm, ScheduleForm
from services.accounts.views import CrewSheet, FindingsView, OrderLine, OrderState, OrderView, WorkKind
from shared.auth import Role, permission
from shared.events.fields import VISIBLE, Day
from shared.http import Door, IfMatch, Page, PageQuery, ReadTx, WriteTx
from shared.ids import AccountId, OrderId

door = Door()

READ_ORDERS = permission("orders.read", *DESK, Role.BILLING, Role.FIELD, Role.SERVICE)
READ_FINDINGS = permission("order-findings.read", Role.SENIOR, Role.SUPERVISOR)
READ_SHEETS = permission("crew-sheets.read", *DESK, Role.FIELD)
OPEN_ORDERS = permission("orders.open", *DESK)
PLAN_ORDERS = permission("orders.plan", *DESK)
CANCEL_ORDERS = permission("orders.cancel", *DESK)
WORK_ORDERS = permission("orders.work", Role.FIELD, Role.SENIOR, Role.SUPERVISOR)

Crew = Annotated[str | None, Query(min_length=1, max_length=80, pattern=VISIBLE)]
State = Annotated[OrderState | None, Query()]


@door.post("/orders", needs=OPEN_ORDERS, status_code=201, idempotent=True)
async def post_order(tx: WriteTx, body: OrderForm) -> OrderView:
    """Ask for field work of any kind; a shut-off and a reconnection are ordered by billing only."""
    [order_id] = await commands.request_orders(tx, [body])
    return await views.find_order(tx, order_id)


@door.get("/orders", needs=READ_ORDERS)
async def list_orders(
    tx: ReadTx,
    page: PageQuery,
    *,
    state: State = None,
    kind: WorkKind | None = None,
    day: Annotated[Day | None, Query(description="On which it is scheduled.")] = None,
    crew: Crew = None,
    account_id: AccountId | None = None,
) -> Page[OrderLine]:
    """Field work that fits, in the order in which it was requested."""
    return await views.list_orders(tx, page, state=state, kind=kind, day=day, crew=crew, account_id=account_id)


@door.get("/crew-sheets", needs=READ_SHEETS)
async def get_crew_sheet(
    tx: ReadTx,
    crew: Annotated[str, Query(min_length=1, max_length=80, pattern=VISIBLE)],
    on: Annotated[Day, Query(description="The day for which it is planned.")],
) -> CrewSheet:
    """What a crew has to do on a day, by address."""
    return await views.find_crew_sheet(tx, crew, on)


@door.get("/orders/{order_id}", needs=READ_ORDERS)
async def get_order(tx: ReadTx, order_id: OrderId) -> OrderView:
    """One order, with everything that ever happened to it."""
    return await views.find_order(tx, order_id)


@door.get("/orders/{order_id}/findings", needs=READ_FINDINGS, recorded=True)
async def get_order_findings(tx: ReadTx, order_id: OrderId) -> FindingsView:
    """What a crew found where tampering was suspected, with its evidence. Restricted."""
    return await views.find_findings(tx, order_id)


@door.post("/orders/{order_id}/schedule", needs=PLAN_ORDERS)
async def post_order_schedule(tx: WriteTx, order_id: OrderId, body: ScheduleForm, expected: IfMatch) -> OrderView:
    """Give an order a day and a crew, or another day after it could not be done."""
    await commands.schedule_orders(tx, {order_id: body}, {order_id: expected})
    return await views.find_order(tx, order_id)


@door.post("/orders/{order_id}/dispatch", needs=PLAN_ORDERS, idempotent=True)
async def post_order_dispatch(tx: WriteTx, order_id: OrderId, expected: IfMatch) -> OrderView:
    """Send the crew out. For a shut-off billing and payments are asked first: look at `asked` for their answers."""
    await commands.dispatch_orders(tx, [order_id], {order_id: expected})
    return await views.find_order(tx, order_id)


@door.post("/orders/{order_id}/call-ins", needs=WORK_ORDERS, status_code=201, idempotent=True)
async def post_order_call_in(tx: WriteTx, order_id: OrderId) -> OrderView:
    """The crew at the valve asks whether it may shut off; it may once `asked.cleared_until` is set, and until then."""
    await commands.call_in(tx, [order_id])
    return await views.find_order(tx, order_id)


@door.post("/orders/{order_id}/completion", needs=WORK_ORDERS, idempotent=True)
async def post_order_completion(tx: WriteTx, order_id: OrderId, body: CompletionForm) -> OrderView:
    """The crew did it. A shut-off is taken only while both confirmations hold; else leave the water on."""
    await commands.take_results(tx, [body.result(order_id)])
    return await views.find_order(tx, order_id)


@door.post("/orders/{order_id}/failure", needs=WORK_ORDERS, idempotent=True)
async def post_order_failure(tx: WriteTx, order_id: OrderId, body: FailureForm) -> OrderView:
    """The crew could not do it; the order can be scheduled again, or cancelled."""
    await commands.take_results(tx, [body.result(order_id)])
    return await views.find_order(tx, order_id)


@door.post("/orders/{order_id}/cancellation", needs=CANCEL_ORDERS)
async def post_order_cancellation(
    tx: WriteTx, order_id: OrderId, body: CancellationForm, expected: IfMatch
) -> OrderView:
    """Call the work off; a crew under way is recalled. A shut-off is called off in billing."""
    await commands.cancel_orders(tx, {order_id: body}, {order_id: expected})
    return await views.find_order(tx, order_id)
