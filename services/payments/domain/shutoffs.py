"""May this water be shut off now? Payments' answer from its own books, and its recall (rulebook 5).

Payments does not know debts. It knows which money it accepted, and which of it billing has counted. It objects
exactly while there is accepted money on the account that billing may not have counted when billing answered the
same question; billing counts it, or has answered with it counted, and then billing's own answer decides. So a
part payment does not hold a shut-off for ever, and no accepted payment is ever passed over by both.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from shared.events.accounts import ShutoffConfirmationAsked
from shared.events.payments import ShutoffConfirmed, ShutoffObjected
from shared.ids import AccountId, AskId, AuthorizationId, OrderId, PaymentId

State = Literal["confirmed", "objected", "recalled"]

PAYMENT_IN_FLIGHT = "payment_in_flight"
PAYMENT_ACCEPTED = "payment_accepted"
ACCOUNT_UNKNOWN = "account_unknown"
ANSWERED_TOO_LATE = "answered_too_late"


@dataclass(frozen=True, slots=True)
class Standing:
    """A payment on an account that was not reversed, and when we heard that billing credited it; None: not yet."""

    payment_id: PaymentId
    account_id: AccountId
    credit_heard_at: datetime | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What we answered to one ask. Only a confirmation has a `valid_until`, only the others a reason."""

    ask_id: AskId
    account_id: AccountId
    order_id: OrderId
    authorization_id: AuthorizationId
    stage: str
    asked_at: datetime
    answered_at: datetime
    state: State
    valid_until: datetime | None
    reason_code: str | None

    @property
    def told(self) -> ShutoffConfirmed | ShutoffObjected:
        """What accounts is told."""
        if self.state == "confirmed":
            assert self.valid_until is not None
            return ShutoffConfirmed(
                account_id=self.account_id, ask_id=self.ask_id, order_id=self.order_id,
                answered_at=self.answered_at, valid_until=self.valid_until,
            )  # fmt: skip
        assert self.reason_code is not None
        return ShutoffObjected(
            account_id=self.account_id, ask_id=self.ask_id, order_id=self.order_id,
            answered_at=self.answered_at, reason_code=self.reason_code,
            version=2 if self.state == "recalled" else 1,
        )  # fmt: skip


def counted(payment: Standing, asked_at: datetime) -> bool:
    """Whether billing counted this payment before it can have answered an ask of that moment.

    Billing answers after it was asked. What we had heard credited by that moment was committed in billing before
    it, whatever the topics' delays. What we heard later, billing may have credited after its answer.
    """
    return payment.credit_heard_at is not None and payment.credit_heard_at <= asked_at


def answer(
    ask: ShutoffConfirmationAsked, known: bool, standing: Iterable[Standing], now: datetime, good_for: timedelta
) -> Answer:
    """Confirm, unless accepted money stands against it, or we cannot know.

    Source: rulebook 5 ("the crew calls in at the valve"); N.J.S.A. 40A:31-12 (a debt unpaid is the ground).
    """
    objection: str | None = None
    if not known:
        objection = ACCOUNT_UNKNOWN
    elif now > ask.answer_by:
        objection = ANSWERED_TOO_LATE
    elif any(payment.account_id == ask.account_id and not counted(payment, ask.asked_at) for payment in standing):
        objection = PAYMENT_IN_FLIGHT
    return Answer(
        ask.ask_id, ask.account_id, ask.order_id, ask.authorization_id, ask.stage, ask.asked_at, now,
        state="objected" if objection else "confirmed",
        valid_until=None if objection else now + good_for,
        reason_code=objection,
    )  # fmt: skip


def recall(answers: Iterable[Answer], paid: Collection[AccountId], now: datetime) -> list[Answer]:
    """The confirmations that are still good and must not be: money was accepted on their account."""
    return [
        replace(each, state="recalled", reason_code=PAYMENT_ACCEPTED, answered_at=now)
        for each in answers
        if each.state == "confirmed"
        and each.valid_until is not None
        and each.valid_until > now
        and each.account_id in paid
    ]
