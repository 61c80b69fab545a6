"""Requests: the orders that people and billing ask for, and when there is nothing to do after all."""

from collections.abc import Iterable
from datetime import datetime

from services.accounts.domain.accounts import Account, check_open
from services.accounts.domain.agreements import Agreement, AgreementAlreadyStarted, AgreementNotRunning
from services.accounts.domain.orders import Order, cancelled, request
from services.accounts.domain.results import Place
from shared.errors import Conflict, NotFound
from shared.events.accounts import OrderKind
from shared.ids import AgreementId, AuthorizationId, OrderId

NO_RUNNING_SERVICE = "no_running_service"
ALREADY_ON = "already_on"


class AgreementUnknown(NotFound):
    """Service is turned on and off for an agreement of an account."""

    remedy = "Read the account; take agreement_id from its services."


class OrderAlreadyOpen(Conflict):
    """One order of a kind is open at a service point at a time."""

    remedy = "Go on with the order that is open, or cancel it first."


class NothingEverServed(Conflict):
    """An account that never had a service cannot be shut off or reconnected."""

    remedy = "Check the account; withdraw the authorization in billing."


def find_agreement(places: Iterable[Place], agreement_id: AgreementId) -> tuple[Place, Agreement]:
    """An agreement and its place. Raises AgreementUnknown."""
    for place in places:
        for agreement in place.agreements:
            own_point = agreement.service_point_id == place.point.service_point_id
            if agreement.agreement_id == agreement_id and own_point:
                return place, agreement
    raise AgreementUnknown(field="agreement_id", agreement_id=agreement_id)


def turn(
    kind: OrderKind, account: Account, where: tuple[Place, Agreement], open_orders: Iterable[Order], *,
    order_id: OrderId, now: datetime,
) -> Order:  # fmt: skip
    """An order to turn a service on or off.

    Raises AccountIsClosed, OrderAlreadyOpen, AgreementAlreadyStarted, AgreementNotRunning.
    """
    place, agreement = where
    check_open(account)
    for other in open_orders:
        if other.is_open and other.kind is kind and other.service_point_id == place.point.service_point_id:
            raise OrderAlreadyOpen(order_id=other.order_id, kind=kind.value, state=other.state.value)
    if kind is OrderKind.TURN_ON and not agreement.waits:
        raise AgreementAlreadyStarted(agreement_id=agreement.agreement_id, started_on=agreement.started_on)
    if kind is OrderKind.TURN_OFF and not agreement.runs:
        raise AgreementNotRunning(agreement_id=agreement.agreement_id, stopped_on=agreement.stopped_on)
    return request(
        Order(
            order_id, kind, account.account_id, place.point.service_point_id, place.use, now,
            agreement_id=agreement.agreement_id,
        )
    )  # fmt: skip


def shut_off(
    account: Account, place: Place | None, authorization_id: AuthorizationId, *, order_id: OrderId, now: datetime
) -> Order:
    """The order that billing's authorization asks for; where nothing runs any more it is called off at once.

    Raises NothingEverServed.
    """
    order, _place = _authorized(
        OrderKind.NONPAYMENT_SHUTOFF, account, place, authorization_id, order_id=order_id, now=now
    )
    return order


def reconnect(
    account: Account, place: Place | None, authorization_id: AuthorizationId, *, order_id: OrderId, now: datetime
) -> Order:
    """The order to bring the service back; where it is on, or no longer theirs, it is called off at once.

    Raises NothingEverServed.
    """
    order, where = _authorized(OrderKind.RECONNECTION, account, place, authorization_id, order_id=order_id, now=now)
    return order if where.point.off_since is not None else cancelled(order, ALREADY_ON, now)


def _authorized(
    kind: OrderKind, account: Account, place: Place | None, authorization_id: AuthorizationId, *, order_id: OrderId,
    now: datetime,
) -> tuple[Order, Place]:  # fmt: skip
    if place is None:
        raise NothingEverServed(account_id=account.account_id, account_number=account.account_number)
    point = place.point
    order = request(
        Order(
            order_id, kind, account.account_id, point.service_point_id, place.use, now,
            authorization_id=authorization_id,
        )
    )  # fmt: skip
    if not place.served_to(account.account_id):
        order = cancelled(order, NO_RUNNING_SERVICE, now)
    return order, place
