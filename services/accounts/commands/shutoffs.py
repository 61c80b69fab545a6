"""What billing authorizes, withdraws and brings back, and what the two books answer to a crew that asks."""

from collections.abc import Sequence

from services.accounts import store
from services.accounts.commands.recording import record
from services.accounts.domain import requests, shutoffs
from services.accounts.domain.asks import Book
from services.accounts.domain.kinds import WorkKind
from services.accounts.domain.orders import cancelled
from services.accounts.domain.shutoffs import Answer
from shared.deadlines import Deadline
from shared.events import billing, payments
from shared.ids import AskId, OrderId, new_id
from shared.postgres import Tx

Confirmed = billing.ShutoffConfirmed | payments.ShutoffConfirmed
Objected = billing.ShutoffObjected | payments.ShutoffObjected


async def order_shutoffs(tx: Tx, authorized: Sequence[billing.ShutoffAuthorized]) -> None:
    """Order the shut-offs that billing authorized, each once; what was withdrawn before is never ordered."""
    by_id = {one.authorization_id: one for one in authorized}
    docket = await store.lock_authorized_orders(tx, [one.account_id for one in authorized], by_id)
    withdrawn = await store.find_withdrawn(tx, by_id)
    points = await store.find_shutoff_points(tx, docket.accounts)
    places = await store.lock_places(tx, points.values())
    ordered = docket.authorizations(WorkKind.NONPAYMENT_SHUTOFF)
    for authorization_id in shutoffs.to_order(by_id, ordered, withdrawn):
        account = docket.account(by_id[authorization_id].account_id)
        place = places.get(points[account.account_id]) if account.account_id in points else None
        order_id = OrderId(new_id())
        docket.put(requests.shut_off(account, place, authorization_id, order_id=order_id, now=tx.now))
    await record(tx, docket)


async def withdraw_authorizations(tx: Tx, withdrawn: Sequence[billing.ShutoffWithdrawn]) -> None:
    """Call off what was authorized, and remember it for an authorization that is still to be heard."""
    reasons = {one.authorization_id: one.reason_code for one in withdrawn}
    docket = await store.lock_authorized_orders(tx, [one.account_id for one in withdrawn], reasons)
    for order in list(docket.orders.values()):
        if order.is_shutoff and order.authorization_id is not None:
            docket.put(cancelled(order, reasons[order.authorization_id], tx.now))
    await store.insert_withdrawals(tx, withdrawn)
    await record(tx, docket)


async def order_reconnections(tx: Tx, authorized: Sequence[billing.ReconnectionAuthorized]) -> None:
    """Order services brought back, each once; a shut-off that was not done yet is called off."""
    by_id = {one.authorization_id: one for one in authorized}
    docket = await store.lock_authorized_orders(tx, [one.account_id for one in authorized], by_id)
    shut = docket.authorizations(WorkKind.NONPAYMENT_SHUTOFF)
    points = await store.find_shutoff_points(tx, docket.accounts)
    where = {
        one.authorization_id: shut[one.authorization_id].service_point_id
        if one.authorization_id in shut
        else points.get(one.account_id)
        for one in authorized
    }
    places = await store.lock_places(tx, [point_id for point_id in where.values() if point_id is not None])
    ordered = docket.authorizations(WorkKind.RECONNECTION)
    for order in shut.values():
        docket.put(cancelled(order, "paid", tx.now))
    for authorization_id in shutoffs.to_order(by_id, ordered, ()):
        account = docket.account(by_id[authorization_id].account_id)
        point_id = where[authorization_id]
        place = places[point_id] if point_id is not None else None
        order_id = OrderId(new_id())
        docket.put(requests.reconnect(account, place, authorization_id, order_id=order_id, now=tx.now))
    await record(tx, docket)


async def take_confirmations(tx: Tx, told: Sequence[Confirmed]) -> None:
    """Take the books' confirmations: the second one sends the crew out, or lets it shut off."""
    await _take(tx, [Answer(one.ask_id, one.order_id, _book(one), valid_until=one.valid_until) for one in told])


async def take_objections(tx: Tx, told: Sequence[Objected]) -> None:
    """Take the books' objections: the water stays on, and a crew under way comes back."""
    await _take(tx, [Answer(one.ask_id, one.order_id, _book(one), reason_code=one.reason_code) for one in told])


async def end_unanswered(tx: Tx, due: Sequence[Deadline]) -> None:
    """The time for answers is over: without both the water stays on."""
    docket = await store.lock_orders_of_asks(tx, [AskId(one.about) for one in due])
    asked = {ask.ask_id: order.order_id for order in docket.orders.values() for ask in order.asks}
    for one in due:
        ask_id = AskId(one.about)
        if ask_id in asked:
            docket.put(shutoffs.unanswered(docket.order(asked[ask_id]), ask_id, tx.now))
    await record(tx, docket)


async def _take(tx: Tx, answers: Sequence[Answer]) -> None:
    docket = await store.lock_orders(tx, [answer.order_id for answer in answers])
    for given in answers:
        docket.put(shutoffs.answer(docket.order(given.order_id), given, tx.now))
    await record(tx, docket)


def _book(told: Confirmed | Objected) -> Book:
    return "billing" if isinstance(told, billing.ShutoffAnswer) else "payments"
