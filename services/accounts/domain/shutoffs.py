"""The gate of a shut-off: asked at dispatch and again at the valve, answered by billing and payments from their books.

             schedule            both confirm (asked at dispatch)          both confirm (asked at the valve)
 requested ──────────▶ scheduled ────────────────────────────▶ dispatched ─────────────────────────▶ may shut off
     ▲                     │ objection, no answer                  │ objection, no answer                │ objection
     └─────────────────────┴───────────────────────────────────────┴─────────────────────────────────────┘

An objection counts for any ask of the same attempt: a confirmation given at dispatch may be recalled after the crew
has called in. A confirmation counts only for the newest ask. Whatever answers an attempt that is over is ignored.
"""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from services.accounts.domain.asks import Ask, Book, Stage
from services.accounts.domain.orders import (
    Order,
    OrderState,
    changed,
    check_state,
    dispatched,
    stop_attempt,
)
from services.accounts.domain.policies import ShutoffGate
from shared.errors import Conflict
from shared.events.accounts import ShutoffConfirmationAsked
from shared.ids import AskId, AuthorizationId, OrderId

STAGE_STATES: Mapping[Stage, OrderState] = {"dispatch": OrderState.SCHEDULED, "execution": OrderState.DISPATCHED}


class AnswerAwaited(Conflict):
    """Billing and payments were asked, and have not both answered yet."""

    remedy = "Wait for the answers, at most a minute; leave the water on until then."


class OnlyShutoffsCallIn(Conflict):
    """Only a crew that is to shut off for non-payment has to call in."""

    remedy = "Do the work, and send its completion."


@dataclass(frozen=True, slots=True)
class Answer:
    """What one book says: confirmed until a moment, or an objection with its reason."""

    ask_id: AskId
    order_id: OrderId
    book: Book
    valid_until: datetime | None = None
    reason_code: str | None = None


def ask(order: Order, stage: Stage, ask_id: AskId, now: datetime, gate: ShutoffGate) -> Order:
    """Ask both books whether the water may be shut off; without both answers in time it stays on.

    Raises OnlyShutoffsCallIn, OrderAlreadyEnded, OrderNotInState, AnswerAwaited, OutsideShutoffHours.
    **Source**: rulebook 5, "the crew calls in at the valve".
    """
    if not order.is_shutoff or order.authorization_id is None:
        raise OnlyShutoffsCallIn(order_id=order.order_id, kind=order.kind.value)
    check_state(order, STAGE_STATES[stage])
    if order.open_asks and order.open_asks[-1].waits:
        raise AnswerAwaited(order_id=order.order_id, answer_by=order.open_asks[-1].answer_by)
    gate.check_moment(order.use, now)
    asked = Ask(ask_id, stage, now, now + gate.policy.answer_within)
    fact = ShutoffConfirmationAsked(
        account_id=order.account_id,
        ask_id=ask_id,
        order_id=order.order_id,
        authorization_id=order.authorization_id,
        stage=stage,
        asked_at=now,
        answer_by=asked.answer_by,
    )
    details = {"ask_id": str(ask_id), "stage": stage, "answer_by": asked.answer_by.isoformat()}
    return changed(order, "asked", now, fact, details=details, asks=(*order.asks, asked))


def answer(order: Order, given: Answer, now: datetime) -> Order:
    """Take one book's answer. Late, repeated and outdated answers change nothing; an objection always does."""
    asked = next((one for one in order.open_asks if one.ask_id == given.ask_id), None)
    if asked is None or not order.is_open:
        return order
    if given.reason_code is not None:
        return _returned(order, "objected", given.reason_code, now, {"ask_id": str(given.ask_id), "book": given.book})
    if asked != order.open_asks[-1] or now > asked.answer_by:
        return order
    if given.valid_until is None or given.valid_until <= now or _confirmed(asked, given.book):
        return order
    after = _with(order, asked, given, now)
    until = after.open_asks[-1].cleared_until
    if until is None:
        return after
    return _cleared(after, given.ask_id, until, now) if now < until else order


def unanswered(order: Order, ask_id: AskId, now: datetime) -> Order:
    """The time for answers is over: without both the water stays on. An ask that is answered or over stays as it is."""
    asked = next((one for one in order.open_asks if one.ask_id == ask_id), None)
    if asked is None or not asked.waits or not order.is_open or asked != order.open_asks[-1]:
        return order
    return _returned(order, "unanswered", "no_answer", now, {"ask_id": str(ask_id)})


def protect(order: Order, now: datetime) -> Order:
    """A protection covers the day: a shut-off that is planned or under way comes back, and is not forgotten.

    **Source**: rulebook 11, story 18: orders are held, and at its end the normal stage resumes.
    """
    if not order.is_shutoff or order.state not in (OrderState.SCHEDULED, OrderState.DISPATCHED):
        return order
    return _returned(order, "protected", "customer_protected", now, {})


def _confirmed(asked: Ask, book: Book) -> bool:
    return (asked.billing_valid_until if book == "billing" else asked.payments_valid_until) is not None


def _with(order: Order, asked: Ask, given: Answer, now: datetime) -> Order:
    assert given.valid_until is not None
    if given.book == "billing":
        confirmed = replace(asked, billing_valid_until=given.valid_until)
    else:
        confirmed = replace(asked, payments_valid_until=given.valid_until)
    details = {"ask_id": str(given.ask_id), "book": given.book, "valid_until": given.valid_until.isoformat()}
    asks = tuple(confirmed if one.ask_id == asked.ask_id else one for one in order.asks)
    return changed(order, "confirmed", now, details=details, asks=asks)


def _cleared(order: Order, ask_id: AskId, until: datetime, now: datetime) -> Order:
    if order.open_asks[-1].stage == "dispatch":
        return dispatched(order, now)
    details = {"ask_id": str(ask_id), "cleared_until": until.isoformat()}
    return changed(order, "cleared", now, details=details)


def _returned(order: Order, change: str, reason_code: str, now: datetime, details: Mapping[str, str]) -> Order:
    """The water stays on: back to requested with the reason; a crew under way is told by ServiceOrderNotCompleted."""
    said = {**details, "crew": order.crew}
    back = stop_attempt(order, change, OrderState.REQUESTED, reason_code, at=now, now=now, details=said)
    return replace(back, scheduled_on=None, crew=None)


def to_order(
    authorized: Iterable[AuthorizationId], ordered: Container[AuthorizationId], withdrawn: Container[AuthorizationId]
) -> list[AuthorizationId]:
    """The authorizations for which an order is still to be made: each once, and none that was withdrawn before.

    **Source**: rulebook 11, story 1: never "the cancel lost because it came before the order".
    """
    fresh = dict.fromkeys(authorized)
    return [one for one in fresh if one not in ordered and one not in withdrawn]
