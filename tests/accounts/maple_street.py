"""The people and places of these tests: orders at 12 Maple Street, and what is needed to make them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from services.accounts.domain import shutoffs
from services.accounts.domain.asks import Book
from services.accounts.domain.kinds import WorkKind
from services.accounts.domain.orders import Order, request, schedule
from services.accounts.domain.policies import ShutoffGate, ShutoffPolicy
from services.accounts.domain.premises import PremiseUse
from services.accounts.domain.results import Result
from services.accounts.domain.shutoffs import Answer
from shared.ids import AccountId, AgreementId, AskId, AuthorizationId, OrderId, ServicePointId

ZONE = ZoneInfo("America/New_York")
NOW = datetime(2026, 3, 3, 15, 0, tzinfo=UTC)
"""Tuesday, March 3, 2026, ten in the morning."""
TODAY = date(2026, 3, 3)
CREW = "Crew 7"

MUNICIPAL = ShutoffGate(ShutoffPolicy("nj-municipal", timedelta(seconds=60)), ZONE)


def an_id(number: int) -> UUID:
    """The same id for the same number."""
    return UUID(int=number)


def an_order(kind: WorkKind = WorkKind.NONPAYMENT_SHUTOFF, **fields: Any) -> Order:
    """An order at 12 Maple Street, requested."""
    authorized = kind in (WorkKind.NONPAYMENT_SHUTOFF, WorkKind.RECONNECTION)
    blank = Order(
        order_id=OrderId(an_id(1)), kind=kind, account_id=AccountId(an_id(2)),
        service_point_id=ServicePointId(an_id(3)),
        use=PremiseUse.RESIDENTIAL, requested_at=NOW,
        agreement_id=None if authorized else AgreementId(an_id(4)),
        authorization_id=AuthorizationId(an_id(5)) if authorized else None,
    )  # fmt: skip
    order = request(blank)
    return replace(order, **fields)


def a_scheduled_order(kind: WorkKind = WorkKind.NONPAYMENT_SHUTOFF) -> Order:
    """An order for today, with a crew."""
    return schedule(an_order(kind), TODAY, CREW, NOW, MUNICIPAL)


def an_asked_order(stage: str = "dispatch") -> Order:
    """A shut-off for which ask 1 (at dispatch) or ask 2 (at the valve) waits for both books."""
    order = shutoffs.ask(a_scheduled_order(), "dispatch", ask_id(1), NOW, MUNICIPAL)
    if stage == "execution":
        order = shutoffs.ask(confirmed(order, 1), "execution", ask_id(2), NOW, MUNICIPAL)
    return order


def ask_id(number: int) -> AskId:
    """The id of the nth ask."""
    return AskId(an_id(100 + number))


def yes(number: int, book: Book, minutes: float = 10, now: datetime = NOW) -> Answer:
    """A confirmation of the nth ask, good for some minutes."""
    return Answer(ask_id(number), OrderId(an_id(1)), book, valid_until=now + timedelta(minutes=minutes))


def no(number: int, book: Book, reason_code: str = "payment_accepted") -> Answer:
    """An objection to the nth ask."""
    return Answer(ask_id(number), OrderId(an_id(1)), book, reason_code=reason_code)


def confirmed(order: Order, number: int, now: datetime = NOW) -> Order:
    """The order after both books have confirmed the nth ask."""
    return shutoffs.answer(
        shutoffs.answer(order, yes(number, "billing", now=now), now), yes(number, "payments", now=now), now
    )


def a_result(at: datetime = NOW, reading: int | None = None, reason_code: str | None = None) -> Result:
    """What crew 7 tells: done, unless there is a reason."""
    return Result(
        OrderId(an_id(1)), "could_not_complete" if reason_code else "completed", CREW, at, reading, reason_code
    )


def said(order: Order) -> list[str]:
    """The names of what is told of the order since it was read."""
    return [type(fact).__name__ for fact in order.said]
