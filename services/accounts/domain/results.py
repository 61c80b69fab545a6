"""Results: how field work ended, as the crew tells it, and what that changes at the valve and in the agreements."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal

from services.accounts.domain import agreements, premises
from services.accounts.domain.agreements import Agreement
from services.accounts.domain.meters import Meter, check_reading
from services.accounts.domain.orders import (
    Order,
    OrderState,
    changed,
    check_state,
    ended_asks,
    stop_attempt,
)
from services.accounts.domain.policies import ShutoffGate
from services.accounts.domain.premises import PremiseUse, ServicePoint
from shared.errors import Conflict, Invalid
from shared.events.accounts import AccountsFact, Commodity, OrderKind, ServiceOrderCompleted
from shared.ids import AccountId, OrderId, ServicePointId

CLOCK_SKEW = timedelta(minutes=5)
"""How far a handheld's clock may be off."""


class HappenedAtAnotherTime(Invalid):
    """Field work ends after its crew was dispatched, and not in the future."""

    remedy = "Set the handheld's clock, and send the time at which the crew was at the valve."


class ReasonMissing(Invalid):
    """Work that could not be done has a reason."""

    remedy = "Send a reason_code such as no_access, valve_stuck or meter_missing."


class ShutoffNotCleared(Conflict):
    """Water is shut off only while billing and payments both confirm that nothing was paid."""

    remedy = "Leave the water on; call in again."


@dataclass(frozen=True, slots=True)
class Result:
    """What a crew tells: done at that time with that reading, or not, and why."""

    order_id: OrderId
    outcome: Literal["completed", "could_not_complete"]
    crew: str
    at: datetime
    reading: int | None = None
    reason_code: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What completed work changed, and what is told of it besides the completion."""

    point: ServicePoint
    agreements: tuple[Agreement, ...] = ()
    facts: tuple[AccountsFact, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where the work was done: the point, the meter that hangs there, and the agreements that concern it."""

    point: ServicePoint
    use: PremiseUse
    meter: Meter | None
    agreements: tuple[Agreement, ...] = ()

    def served_to(self, account_id: AccountId) -> bool:
        """The account takes a service that runs here."""
        return any(
            one.runs and one.account_id == account_id and one.service_point_id == self.point.service_point_id
            for one in self.agreements
        )

    def after(self, done: Outcome) -> "Place":
        """The place once the work was done."""
        changed_ones = {one.agreement_id: one for one in done.agreements}
        known = tuple(changed_ones.get(one.agreement_id, one) for one in self.agreements)
        return replace(self, point=done.point, agreements=known)


def differences(
    before: Mapping[ServicePointId, Place], after: Mapping[ServicePointId, Place]
) -> tuple[list[ServicePoint], list[Agreement]]:
    """The points and the agreements that are not as they were."""
    points = [place.point for point_id, place in after.items() if place.point != before[point_id].point]
    agreements = {
        one.agreement_id: one
        for point_id, place in after.items()
        for one in set(place.agreements) - set(before[point_id].agreements)
    }
    return points, [agreements[agreement_id] for agreement_id in sorted(agreements)]


def told_before(order: Order, result: Result) -> bool:
    """The order ended, or failed last, exactly as this result says: it was sent twice."""
    if order.ended_at != result.at:
        return False
    if result.outcome == "completed":
        return order.state is OrderState.COMPLETED and (order.reading, order.crew) == (result.reading, result.crew)
    return order.state is not OrderState.CANCELLED and order.reason_code == result.reason_code


def complete(order: Order, result: Result, now: datetime, gate: ShutoffGate) -> Order:
    """The crew did it.

    Raises OrderAlreadyEnded, OrderNotInState, HappenedAtAnotherTime; for a shut-off also ShutoffNotCleared and
    OutsideShutoffHours. **Source**: rulebook 5: the gates are asked again at the time of executing.
    """
    check_state(order, OrderState.DISPATCHED)
    _check_time(order, result.at, now)
    if order.is_shutoff:
        if order.cleared_until is None or now >= order.cleared_until:
            raise ShutoffNotCleared(order_id=order.order_id, cleared_until=order.cleared_until)
        gate.check_moment(order.use, now)
    fact = ServiceOrderCompleted(
        account_id=order.account_id, order_id=order.order_id, kind=order.kind,
        completed_at=result.at, crew=result.crew, reading=result.reading,
    )  # fmt: skip
    return changed(
        order, "completed", now, fact,
        details={"completed_at": result.at.isoformat(), "crew": result.crew, "reading": result.reading},
        state=OrderState.COMPLETED, ended_at=result.at, crew=result.crew, reading=result.reading, reason_code=None,
        asks=ended_asks(order, now),
    )  # fmt: skip


def fail(order: Order, result: Result, now: datetime) -> Order:
    """The crew could not do it; the order stays open, to be scheduled again or cancelled.

    Raises OrderAlreadyEnded, OrderNotInState, HappenedAtAnotherTime, ReasonMissing.
    """
    check_state(order, OrderState.DISPATCHED)
    _check_time(order, result.at, now)
    if not result.reason_code:
        raise ReasonMissing(field="reason_code", order_id=order.order_id)
    return stop_attempt(
        order, "not_completed", OrderState.NOT_COMPLETED, result.reason_code,
        at=result.at, now=now, details={"crew": result.crew},
    )  # fmt: skip


def outcome(order: Order, place: Place, result: Result, on: date) -> Outcome:
    """What a completed order changed: the valve, and the agreements that started or stopped with the reading.

    Raises PointServedAlready, AgreementAlreadyStarted, AgreementNotRunning, ReadingMissing, ReadingWithoutMeter,
    ReadingBeyondDials.
    """
    if order.kind is OrderKind.TURN_ON:
        return _turned_on(order, place, result, on)
    if order.kind is OrderKind.TURN_OFF:
        return _turned_off(order, place, result, on)
    check_reading(place.meter, result.reading, "reading", needed=False)
    if order.kind is OrderKind.NONPAYMENT_SHUTOFF:
        return Outcome(premises.shut(place.point, order.order_id, result.at))
    return Outcome(premises.opened(place.point))


def _turned_on(order: Order, place: Place, result: Result, on: date) -> Outcome:
    starts = []
    for agreement in _meant(order, place, (one for one in place.agreements if one.waits)):
        agreements.check_point_free(place.agreements, agreement.service_point_id, on)
        own = agreement.agreement_id == order.agreement_id
        reading, meter = (result.reading, place.meter) if own else (None, None)
        starts.append(agreements.start(agreement, on, reading, meter, origin="turn_on"))
    return Outcome(
        premises.opened(place.point), tuple(one.agreement for one in starts), tuple(one.fact for one in starts)
    )


def _turned_off(order: Order, place: Place, result: Result, on: date) -> Outcome:
    stops = []
    for agreement in _meant(order, place, (one for one in place.agreements if one.runs)):
        own = agreement.agreement_id == order.agreement_id
        reading, meter = (result.reading, place.meter) if own else (None, None)
        stops.append(agreements.stop(agreement, on, reading, meter))
    return Outcome(
        premises.shut(place.point, order.order_id, result.at),
        tuple(one.agreement for one in stops),
        tuple(one.fact for one in stops),
    )


def _meant(order: Order, place: Place, fit: Iterable[Agreement]) -> list[Agreement]:
    """The order's own agreement, and with water the account's sewer: what flows in flows out."""
    own = [one for one in place.agreements if one.agreement_id == order.agreement_id]
    sewer = [
        one
        for one in fit
        if one.account_id == order.account_id
        and one.commodity is Commodity.SEWER
        and place.point.commodity is Commodity.WATER
    ]
    return own + sewer


def _check_time(order: Order, at: datetime, now: datetime) -> None:
    assert order.dispatched_at is not None
    if not order.dispatched_at - CLOCK_SKEW <= at <= now + CLOCK_SKEW:
        raise HappenedAtAnotherTime(field="at", at=at.isoformat(), dispatched_at=order.dispatched_at.isoformat())
