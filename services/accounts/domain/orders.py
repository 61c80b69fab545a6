"""Service orders: requested, scheduled, dispatched, then completed, not completed or cancelled; each change for ever.

An order that was changed carries what happened (`changes`) and what is told of it (`said`) until it is stored.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from services.accounts.domain import telling
from services.accounts.domain.asks import Ask
from services.accounts.domain.kinds import WorkKind
from services.accounts.domain.policies import ShutoffGate
from services.accounts.domain.premises import PremiseUse
from shared.errors import Conflict, Invalid
from shared.events.accounts import AccountsFact
from shared.ids import AccountId, AgreementId, AuthorizationId, OrderId, ServicePointId


class OrderState(StrEnum):
    """How far field work has come. All but the last two are open."""

    REQUESTED = "requested"
    SCHEDULED = "scheduled"
    DISPATCHED = "dispatched"
    NOT_COMPLETED = "not_completed"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


ENDED = frozenset({OrderState.COMPLETED, OrderState.CANCELLED})


class OrderNotInState(Conflict):
    """Field work is scheduled, then dispatched, then ended."""

    remedy = "Read the order; do the step that its state waits for."


class OrderAlreadyEnded(Conflict):
    """An order that was completed or cancelled is not changed any more."""

    remedy = "Request a new order, if there is still something to do."


class ScheduledInThePast(Invalid):
    """Field work is scheduled for today or later."""

    remedy = "Choose today or a later day."


class ShutoffEndsAtBilling(Conflict):
    """A shut-off for non-payment is called off where it was authorized: in billing."""

    remedy = "Have a supervisor withdraw the authorization in billing; the order is cancelled by that."


@dataclass(frozen=True, slots=True)
class Change:
    """One line of an order's history; it is never altered."""

    version: int
    change: str
    state: OrderState
    at: datetime
    reason_code: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Order:
    """Work for a crew at a service point. `ended_at` and `reason_code` are of its last attempt, or of its end."""

    order_id: OrderId
    kind: WorkKind
    account_id: AccountId
    service_point_id: ServicePointId
    use: PremiseUse
    requested_at: datetime
    agreement_id: AgreementId | None = None
    authorization_id: AuthorizationId | None = None
    next_agreement_id: AgreementId | None = None
    purpose_code: str | None = None
    due_at: datetime | None = None
    state: OrderState = OrderState.REQUESTED
    scheduled_on: date | None = None
    crew: str | None = None
    dispatched_at: datetime | None = None
    ended_at: datetime | None = None
    reading: int | None = None
    reason_code: str | None = None
    version: int = 0
    asks: tuple[Ask, ...] = ()
    changes: tuple[Change, ...] = ()
    said: tuple[AccountsFact, ...] = ()

    @property
    def is_open(self) -> bool:
        """True until it is completed or cancelled."""
        return self.state not in ENDED

    @property
    def is_new(self) -> bool:
        """True in the transaction that asked for it, while it is open."""
        return self.is_open and any(line.change == "requested" for line in self.changes)

    @property
    def is_shutoff(self) -> bool:
        """True for the one kind that asks before it acts."""
        return self.kind is WorkKind.NONPAYMENT_SHUTOFF

    @property
    def open_asks(self) -> tuple[Ask, ...]:
        """What was asked in this attempt, the newest last; the newest decides."""
        return tuple(ask for ask in self.asks if ask.ended_at is None)

    @property
    def cleared_until(self) -> datetime | None:
        """Until when the crew at the valve may shut off; None: not at all."""
        newest = self.open_asks[-1] if self.open_asks else None
        return newest.cleared_until if newest is not None and newest.stage == "execution" else None


def changed(
    order: Order,
    change: str,
    at: datetime,
    *facts: AccountsFact,
    details: Mapping[str, Any] | None = None,
    **fields: Any,
) -> Order:
    """The order after one change, with its line of history and what is told of it."""
    after = replace(order, **fields, version=order.version + 1)
    line = Change(after.version, change, after.state, at, fields.get("reason_code"), details or {})
    return replace(after, changes=(*order.changes, line), said=(*order.said, *facts))


def ended_asks(order: Order, at: datetime) -> tuple[Ask, ...]:
    """The asks of an attempt that is over: answers to them are too late, whatever they say."""
    return tuple(ask if ask.ended_at is not None else replace(ask, ended_at=at) for ask in order.asks)


def request(order: Order) -> Order:
    """Ask for field work; `order` says what and where."""
    due_at = order.due_at.isoformat() if order.due_at else None
    told = {"kind": order.kind.value, "purpose_code": order.purpose_code, "due_at": due_at}
    details = {name: value for name, value in told.items() if value is not None}
    return changed(
        order, "requested", order.requested_at, telling.requested(order, order.requested_at), details=details
    )


def schedule(order: Order, on: date, crew: str, now: datetime, gate: ShutoffGate, *, why: str | None = None) -> Order:
    """Give field work a day and a crew; a day that was given before is replaced, and what was asked for it ends.

    Raises OrderAlreadyEnded, OrderNotInState, ScheduledInThePast, OutsideShutoffHours.
    """
    check_open(order)
    if order.state is OrderState.DISPATCHED:
        raise OrderNotInState(state=order.state.value, needed="requested, scheduled or not completed")
    if on < now.astimezone(gate.zone).date():
        raise ScheduledInThePast(field="scheduled_on", scheduled_on=on)
    if order.is_shutoff:
        gate.check_day(order.use, on)
    details = {"scheduled_on": on.isoformat(), "crew": crew} | ({"why": why} if why else {})
    return changed(
        order, "scheduled", now, telling.scheduled(order, now, on, crew), details=details,
        state=OrderState.SCHEDULED, scheduled_on=on, crew=crew, asks=ended_asks(order, now),
    )  # fmt: skip


def dispatched(order: Order, now: datetime) -> Order:
    """The crew is on its way. Raises OrderAlreadyEnded, OrderNotInState."""
    check_state(order, OrderState.SCHEDULED)
    assert order.crew is not None
    return changed(
        order,
        "dispatched",
        now,
        telling.dispatched(order, now, order.crew),
        details={"crew": order.crew},
        state=OrderState.DISPATCHED,
        dispatched_at=now,
    )


def stop_attempt(
    order: Order,
    change: str,
    state: OrderState,
    reason_code: str,
    *,
    at: datetime,
    now: datetime,
    details: Mapping[str, Any],
) -> Order:
    """An attempt is over without being done: the crew comes back, and the order stays open in `state`."""
    return changed(
        order, change, now, telling.not_completed(order, at, reason_code), details=details,
        state=state, reason_code=reason_code, ended_at=at, dispatched_at=None, asks=ended_asks(order, now),
    )  # fmt: skip


def cancel(order: Order, reason_code: str, now: datetime) -> Order:
    """A person calls the work off. Raises OrderAlreadyEnded, ShutoffEndsAtBilling."""
    check_open(order)
    if order.is_shutoff:
        raise ShutoffEndsAtBilling(order_id=order.order_id, authorization_id=order.authorization_id)
    return cancelled(order, reason_code, now)


def cancelled(order: Order, reason_code: str, now: datetime) -> Order:
    """The work is called off; a crew under way is recalled. An order that has ended stays as it is."""
    if not order.is_open:
        return order
    return changed(
        order, "cancelled", now, telling.cancelled(order, now, reason_code),
        state=OrderState.CANCELLED, reason_code=reason_code, ended_at=now, asks=ended_asks(order, now),
    )  # fmt: skip


def check_open(order: Order) -> None:
    """Raises OrderAlreadyEnded."""
    if not order.is_open:
        raise OrderAlreadyEnded(order_id=order.order_id, state=order.state.value, ended_at=order.ended_at)


def check_state(order: Order, needed: OrderState) -> None:
    """Raises OrderAlreadyEnded, OrderNotInState."""
    check_open(order)
    if order.state is not needed:
        raise OrderNotInState(order_id=order.order_id, state=order.state.value, needed=needed.value)
