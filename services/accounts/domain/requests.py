"""Requests: the orders that people and billing ask for, and when there is nothing to do after all."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from services.accounts.domain.accounts import Account, AccountIsClosed, check_open
from services.accounts.domain.agreements import Agreement, AgreementAlreadyStarted, AgreementNotRunning
from services.accounts.domain.kinds import AT_A_METER, WorkKind
from services.accounts.domain.orders import Order, cancelled, request
from services.accounts.domain.results import Place
from shared.errors import Conflict, NotFound
from shared.ids import AgreementId, AuthorizationId, OrderId, ServicePointId

NO_RUNNING_SERVICE = "no_running_service"
ALREADY_ON = "already_on"


class AgreementUnknown(NotFound):
    """A service is named by the agreement that an account has for it."""

    remedy = "Read the account; take agreement_id from its services."


class OrderAlreadyOpen(Conflict):
    """One order of a kind is open at a service point at a time."""

    remedy = "Go on with the order that is open, or cancel it first."


class ServicePointUnknown(NotFound):
    """A service point has an id that accounts gave it."""

    remedy = "Read the account; take service_point_id from its services."


class PointOfAnotherPremise(Conflict):
    """Field work for an account is at its own premise."""

    remedy = "Check the account and the point; order it for the account that lives there."


class NoMeterHangsThere(Conflict):
    """A meter is read, tested, repaired or exchanged where one hangs."""

    remedy = "Check the point; a first meter is hung by an installation."


class NextServiceElsewhere(Conflict):
    """A service is handed over at its own point: one reading ends the one and begins the other."""

    remedy = "Open the next account with a service at the same point, to be turned on; take agreement_id from there."


class ValveIsShut(Conflict):
    """A service is handed over while it flows."""

    remedy = "Order the final reading without next_agreement_id, and a turn-on for the next account."


class NothingEverServed(Conflict):
    """An account that never had a service cannot be shut off or reconnected."""

    remedy = "Check the account; withdraw the authorization in billing."


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks for, where it was found: a place, and the service that is meant if one is."""

    kind: WorkKind
    place: Place
    agreement: Agreement | None = None
    next_agreement: Agreement | None = None
    purpose_code: str | None = None
    due_at: datetime | None = None

    @property
    def starts(self) -> Agreement | None:
        """The service that begins with this work."""
        return self.next_agreement or (self.agreement if self.kind is WorkKind.TURN_ON else None)


def find_agreement(places: Iterable[Place], agreement_id: AgreementId) -> tuple[Place, Agreement]:
    """An agreement and its place. Raises AgreementUnknown."""
    for place in places:
        for agreement in place.agreements:
            own_point = agreement.service_point_id == place.point.service_point_id
            if agreement.agreement_id == agreement_id and own_point:
                return place, agreement
    raise AgreementUnknown(field="agreement_id", agreement_id=agreement_id)


def find_next(place: Place, agreement_id: AgreementId) -> Agreement:
    """The agreement that takes over at a place. Raises AgreementUnknown."""
    found = next((one for one in place.agreements if one.agreement_id == agreement_id), None)
    if found is None:
        raise AgreementUnknown(field="next_agreement_id", agreement_id=agreement_id)
    return found


def find_place(places: Mapping[ServicePointId, Place], point_id: ServicePointId) -> Place:
    """The place of a point. Raises ServicePointUnknown."""
    if point_id not in places:
        raise ServicePointUnknown(field="service_point_id", service_point_id=point_id)
    return places[point_id]


def ask_for(asked: Asked, account: Account, open_orders: Iterable[Order], *, order_id: OrderId, now: datetime) -> Order:
    """An order for field work.

    Raises AccountIsClosed, PointOfAnotherPremise, OrderAlreadyOpen, NoMeterHangsThere, AgreementAlreadyStarted,
    AgreementNotRunning, NextServiceElsewhere, ValveIsShut.
    """
    kind, place, agreement = asked.kind, asked.place, asked.agreement
    check_open(account)
    if place.point.premise_id != account.premise_id:
        raise PointOfAnotherPremise(field="service_point_id", service_point_id=place.point.service_point_id)
    for other in open_orders:
        here = other.is_open and other.service_point_id == place.point.service_point_id
        if here and (other.kind is kind or _both_start(asked, other)):
            raise OrderAlreadyOpen(order_id=other.order_id, kind=other.kind.value, state=other.state.value)
    if kind in AT_A_METER and place.meter is None:
        raise NoMeterHangsThere(kind=kind.value, service_point_id=place.point.service_point_id)
    if agreement is not None:
        _check_agreement(kind, agreement)
    if asked.next_agreement is not None:
        _check_next(place, asked.next_agreement)
    return request(
        Order(
            order_id, kind, account.account_id, place.point.service_point_id, place.use, now,
            agreement_id=agreement.agreement_id if agreement else None, purpose_code=asked.purpose_code,
            next_agreement_id=asked.next_agreement.agreement_id if asked.next_agreement else None, due_at=asked.due_at,
        )
    )  # fmt: skip


def ask_or_call_off(
    asked: Asked, account: Account, open_orders: Iterable[Order], *, order_id: OrderId, now: datetime
) -> Order:
    """The order that billing asks for under an id of its own: where it need not or cannot be, it is called off at once.

    Its history then says why, and so does what is told: whoever asked waits for nothing.
    """
    try:
        return ask_for(asked, account, open_orders, order_id=order_id, now=now)
    except (AccountIsClosed, OrderAlreadyOpen, NoMeterHangsThere, PointOfAnotherPremise) as why:
        point, agreement = asked.place.point, asked.agreement
        order = Order(
            order_id, asked.kind, account.account_id, point.service_point_id, asked.place.use, now,
            agreement_id=agreement.agreement_id if agreement else None, purpose_code=asked.purpose_code,
        )  # fmt: skip
        return cancelled(request(order), why.slug.replace("-", "_"), now)


def _both_start(asked: Asked, other: Order) -> bool:
    """A service is started by one order: a turn-on, or the final reading of the one before it."""
    theirs = other.next_agreement_id or (other.agreement_id if other.kind is WorkKind.TURN_ON else None)
    return asked.starts is not None and asked.starts.agreement_id == theirs


def _check_next(place: Place, following: Agreement) -> None:
    if following.service_point_id != place.point.service_point_id:
        raise NextServiceElsewhere(field="next_agreement_id", service_point_id=following.service_point_id)
    if not following.waits:
        raise AgreementAlreadyStarted(
            field="next_agreement_id", agreement_id=following.agreement_id, started_on=following.started_on
        )
    if place.point.off_since is not None:
        raise ValveIsShut(field="next_agreement_id", off_since=place.point.off_since)


def _check_agreement(kind: WorkKind, agreement: Agreement) -> None:
    if kind is WorkKind.TURN_ON and not agreement.waits:
        raise AgreementAlreadyStarted(agreement_id=agreement.agreement_id, started_on=agreement.started_on)
    if kind in (WorkKind.TURN_OFF, WorkKind.FINAL_READING) and not agreement.runs:
        raise AgreementNotRunning(agreement_id=agreement.agreement_id, stopped_on=agreement.stopped_on)


def shut_off(
    account: Account, place: Place | None, authorization_id: AuthorizationId, *, order_id: OrderId, now: datetime
) -> Order:
    """The order that billing's authorization asks for; where nothing runs any more it is called off at once.

    Raises NothingEverServed.
    """
    order, _place = _authorized(
        WorkKind.NONPAYMENT_SHUTOFF, account, place, authorization_id, order_id=order_id, now=now
    )
    return order


def reconnect(
    account: Account, place: Place | None, authorization_id: AuthorizationId, *, order_id: OrderId, now: datetime
) -> Order:
    """The order to bring the service back; where it is on, or no longer theirs, it is called off at once.

    Raises NothingEverServed.
    """
    order, where = _authorized(WorkKind.RECONNECTION, account, place, authorization_id, order_id=order_id, now=now)
    return order if where.point.off_since is not None else cancelled(order, ALREADY_ON, now)


def _authorized(
    kind: WorkKind, account: Account, place: Place | None, authorization_id: AuthorizationId, *, order_id: OrderId,
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
