"""Door 1: what people ask of accounts, and who may ask it."""

from typing import Annotated

from fastapi import Path, Query

from services.accounts import commands, views
from services.accounts.commands import (
    AccountForms,
    CancellationForm,
    CompletionForm,
    FailureForm,
    OrderForm,
    ScheduleForm,
)
from services.accounts.views import AccountView, FoundAccount, OpenedAccounts, OrderLine, OrderState, OrderView
from shared.auth import Role, permission
from shared.events.accounts import OrderKind
from shared.events.fields import VISIBLE, Day
from shared.http import Door, IfMatch, Page, PageQuery, ReadTx, WriteTx
from shared.ids import AccountId, OrderId

door = Door()

_DESK = (Role.CSR, Role.SENIOR, Role.SUPERVISOR)

READ_ACCOUNTS = permission("accounts.read", *_DESK, Role.CASHIER, Role.BILLING, Role.LICENSING, Role.SERVICE)
OPEN_ACCOUNTS = permission("accounts.open", *_DESK)
CLOSE_ACCOUNTS = permission("accounts.close", *_DESK)
READ_ORDERS = permission("orders.read", *_DESK, Role.BILLING, Role.FIELD, Role.SERVICE)
OPEN_ORDERS = permission("orders.open", *_DESK)
PLAN_ORDERS = permission("orders.plan", *_DESK)
CANCEL_ORDERS = permission("orders.cancel", *_DESK)
WORK_ORDERS = permission("orders.work", Role.FIELD, Role.SENIOR, Role.SUPERVISOR)

Typed = Annotated[
    str | None,
    Query(min_length=1, max_length=120, pattern=VISIBLE,
          description="A number, name, address, block and lot, phone or meter serial; mistakes are forgiven."),
]  # fmt: skip
Crew = Annotated[str | None, Query(min_length=1, max_length=80, pattern=VISIBLE)]
State = Annotated[OrderState | None, Query()]


@door.post("/accounts", needs=OPEN_ACCOUNTS, status_code=201, idempotent=True)
async def post_accounts(tx: WriteTx, body: AccountForms) -> OpenedAccounts:
    """Open up to 500 accounts, all or none."""
    return await views.list_opened(tx, await commands.open_accounts(tx, body.accounts))


@door.get("/accounts", needs=READ_ACCOUNTS)
async def list_accounts(tx: ReadTx, page: PageQuery, q: Typed = None) -> Page[FoundAccount]:
    """Find accounts by what somebody typed, the most like it first; without `q` all of them, by number."""
    return await views.list_accounts(tx, q, page)


@door.get("/accounts/by-number/{account_number}", needs=READ_ACCOUNTS)
async def get_account_by_number(
    tx: ReadTx, account_number: Annotated[str, Path(min_length=1, max_length=20, pattern=VISIBLE)]
) -> AccountView:
    """One account by the number that stands on its bills."""
    return await views.find_account_by_number(tx, account_number)


@door.get("/accounts/{account_id}", needs=READ_ACCOUNTS)
async def get_account(tx: ReadTx, account_id: AccountId) -> AccountView:
    """One account with its people, its place, its services and the work that is open on it."""
    return await views.find_account(tx, account_id)


@door.post("/accounts/{account_id}/closure", needs=CLOSE_ACCOUNTS)
async def post_account_closure(tx: WriteTx, account_id: AccountId, expected: IfMatch) -> AccountView:
    """Close an account on which nothing runs and no work is open."""
    await commands.close_accounts(tx, {account_id: expected})
    return await views.find_account(tx, account_id)


@door.post("/orders", needs=OPEN_ORDERS, status_code=201, idempotent=True)
async def post_order(tx: WriteTx, body: OrderForm) -> OrderView:
    """Ask for a service to be turned on or off."""
    [order_id] = await commands.request_orders(tx, [body])
    return await views.find_order(tx, order_id)


@door.get("/orders", needs=READ_ORDERS)
async def list_orders(
    tx: ReadTx,
    page: PageQuery,
    *,
    state: State = None,
    kind: OrderKind | None = None,
    day: Annotated[Day | None, Query(description="On which it is scheduled.")] = None,
    crew: Crew = None,
    account_id: AccountId | None = None,
) -> Page[OrderLine]:
    """Field work that fits, in the order in which it was requested."""
    return await views.list_orders(tx, page, state=state, kind=kind, day=day, crew=crew, account_id=account_id)


@door.get("/orders/{order_id}", needs=READ_ORDERS)
async def get_order(tx: ReadTx, order_id: OrderId) -> OrderView:
    """One order, with everything that ever happened to it."""
    return await views.find_order(tx, order_id)


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
