"""Results: how field work ended, as the crew tells it, and what that changes at the valve and in the agreements."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal

from services.accounts.domain import telling
from services.accounts.domain.agreements import Agreement
from services.accounts.domain.asked import MeterAsked
from services.accounts.domain.meters import Meter
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
from shared.events.accounts import AccountsFact
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
    arrived_at: datetime | None = None
    finding_code: str | None = None
    evidence: tuple[str, ...] = ()
    new_meter: MeterAsked | None = None
    new_reading: int | None = None
    as_found_error_hundredths: int | None = None

    def details(self) -> dict[str, Any]:
        """What the order's history keeps of it."""
        meter = self.new_meter
        told = {
            "arrived_at": self.arrived_at.isoformat() if self.arrived_at else None,
            "finding_code": self.finding_code,
            "evidence": list(self.evidence) or None,
            "new_meter_serial": meter.serial if meter else None,
            "new_reading": self.new_reading,
            "as_found_error_hundredths": self.as_found_error_hundredths,
        }
        return {"crew": self.crew} | {name: value for name, value in told.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Hung:
    """A meter that was hung at a point, in the place of another one or where none was."""

    meter: Meter
    on: date
    reading: int | None
    old_reading: int | None
    is_new: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What completed work changed, and what is told of it besides the completion."""

    point: ServicePoint
    agreements: tuple[Agreement, ...] = ()
    facts: tuple[AccountsFact, ...] = ()
    hung: Hung | None = None


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
        meter = done.hung.meter if done.hung is not None else self.meter
        return replace(self, point=done.point, agreements=known, meter=meter)


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
    _check_time(order, result, now)
    if order.is_shutoff:
        if order.cleared_until is None or now >= order.cleared_until:
            raise ShutoffNotCleared(order_id=order.order_id, cleared_until=order.cleared_until)
        gate.check_moment(order.use, now)
    return changed(
        order, "completed", now, telling.completed(order, result.at, result.crew, result.reading),
        details={"completed_at": result.at.isoformat(), "reading": result.reading} | result.details(),
        state=OrderState.COMPLETED, ended_at=result.at, crew=result.crew, reading=result.reading, reason_code=None,
        asks=ended_asks(order, now),
    )  # fmt: skip


def fail(order: Order, result: Result, now: datetime) -> Order:
    """The crew could not do it; the order stays open, to be scheduled again or cancelled.

    Raises OrderAlreadyEnded, OrderNotInState, HappenedAtAnotherTime, ReasonMissing.
    """
    check_state(order, OrderState.DISPATCHED)
    _check_time(order, result, now)
    if not result.reason_code:
        raise ReasonMissing(field="reason_code", order_id=order.order_id)
    return stop_attempt(
        order, "not_completed", OrderState.NOT_COMPLETED, result.reason_code,
        at=result.at, now=now, details=result.details(),
    )  # fmt: skip


def _check_time(order: Order, result: Result, now: datetime) -> None:
    assert order.dispatched_at is not None
    arrived_at = result.arrived_at or result.at
    if not order.dispatched_at - CLOCK_SKEW <= result.at <= now + CLOCK_SKEW:
        raise HappenedAtAnotherTime(
            field="at", at=result.at.isoformat(), dispatched_at=order.dispatched_at.isoformat()
        )  # fmt: skip
    if not order.dispatched_at - CLOCK_SKEW <= arrived_at <= result.at:
        raise HappenedAtAnotherTime(
            field="arrived_at", at=arrived_at.isoformat(), dispatched_at=order.dispatched_at.isoformat()
        )
