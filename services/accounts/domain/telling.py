"""What is told of field work: turning on and off by facts of their own, every other kind by FieldWorkProgressed."""

from datetime import date, datetime
from typing import Any, Literal, Protocol

from services.accounts.domain.kinds import RESTRICTED, TURNING, WorkKind
from shared.events.accounts import (
    AccountsFact,
    FieldWorkProgressed,
    OrderKind,
    ServiceOrderCancelled,
    ServiceOrderCompleted,
    ServiceOrderDispatched,
    ServiceOrderNotCompleted,
    ServiceOrderRequested,
    ServiceOrderScheduled,
)
from shared.ids import AccountId, AuthorizationId, OrderId

Progress = Literal["requested", "scheduled", "dispatched", "completed", "not_completed", "cancelled"]


class Work(Protocol):
    """An order, as far as it is told."""

    @property
    def account_id(self) -> AccountId:
        """Whose."""

    @property
    def order_id(self) -> OrderId:
        """Which."""

    @property
    def kind(self) -> WorkKind:
        """What is to be done."""

    @property
    def authorization_id(self) -> AuthorizationId | None:
        """By whose word, where it needs one."""


def requested(work: Work, at: datetime) -> AccountsFact:
    """Somebody asked for it."""
    if work.kind not in TURNING:
        return _progressed(work, "requested", at)
    return ServiceOrderRequested(**_head(work), requested_at=at, authorization_id=work.authorization_id)


def scheduled(work: Work, at: datetime, on: date, crew: str) -> AccountsFact:
    """It has a day and a crew."""
    if work.kind not in TURNING:
        return _progressed(work, "scheduled", at, scheduled_on=on, crew=crew)
    return ServiceOrderScheduled(**_head(work), scheduled_on=on, crew=crew)


def dispatched(work: Work, at: datetime, crew: str) -> AccountsFact:
    """The crew is on its way."""
    if work.kind not in TURNING:
        return _progressed(work, "dispatched", at, crew=crew)
    return ServiceOrderDispatched(**_head(work), dispatched_at=at, crew=crew)


def completed(work: Work, at: datetime, crew: str, reading: int | None) -> AccountsFact:
    """The crew did it."""
    if work.kind not in TURNING:
        return _progressed(work, "completed", at, crew=crew)
    return ServiceOrderCompleted(**_head(work), completed_at=at, crew=crew, reading=reading)


def not_completed(work: Work, at: datetime, reason_code: str) -> AccountsFact:
    """The crew could not do it. What stopped it where tampering was suspected may be what it found: it is not told."""
    if work.kind in RESTRICTED:
        return _progressed(work, "not_completed", at)
    if work.kind not in TURNING:
        return _progressed(work, "not_completed", at, reason_code=reason_code)
    return ServiceOrderNotCompleted(**_head(work), ended_at=at, reason_code=reason_code)


def cancelled(work: Work, at: datetime, reason_code: str) -> AccountsFact:
    """It was called off."""
    if work.kind not in TURNING:
        return _progressed(work, "cancelled", at, reason_code=reason_code)
    return ServiceOrderCancelled(**_head(work), cancelled_at=at, reason_code=reason_code)


def _head(work: Work) -> dict[str, Any]:
    return {"account_id": work.account_id, "order_id": work.order_id, "kind": OrderKind(work.kind.value)}


def _progressed(work: Work, state: Progress, at: datetime, **more: Any) -> FieldWorkProgressed:
    return FieldWorkProgressed(
        account_id=work.account_id, order_id=work.order_id, kind=work.kind.value, state=state, at=at, **more
    )
