"""May this water be shut off now? Billing's answer, from its own ledger, to the crew that asks (rulebook 5)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from services.billing.domain.delinquency import Delinquency, Stage
from services.billing.domain.policies import Policy
from shared.events.accounts import ShutoffConfirmationAsked
from shared.events.billing import ShutoffConfirmed, ShutoffObjected

NOT_AUTHORIZED = "not_authorized"
PAID = "paid"
DISPUTED = "disputed"
ANSWERED_TOO_LATE = "answered_too_late"


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered to one ask: confirmed until a moment, or objected for a reason."""

    ask: ShutoffConfirmationAsked
    answered_at: datetime
    state: Literal["confirmed", "objected"]
    valid_until: datetime | None
    reason_code: str | None

    @property
    def told(self) -> ShutoffConfirmed | ShutoffObjected:
        """What accounts is told."""
        ask = self.ask
        if self.valid_until is not None:
            return ShutoffConfirmed(
                account_id=ask.account_id, ask_id=ask.ask_id, order_id=ask.order_id,
                answered_at=self.answered_at, valid_until=self.valid_until,
            )  # fmt: skip
        return ShutoffObjected(
            account_id=ask.account_id, ask_id=ask.ask_id, order_id=ask.order_id,
            answered_at=self.answered_at, reason_code=self.reason_code or NOT_AUTHORIZED,
        )  # fmt: skip


def answer(
    ask: ShutoffConfirmationAsked, of: Delinquency, now: datetime, policy: Policy, *, disputed: bool = False
) -> Answer:
    """Confirm only what stands authorized and unpaid, and only in time; anything else leaves the water on.

    `disputed` is whether something of what the account owes is: then that is why nothing past due is left.
    """
    objection = _objection(ask, of, now, DISPUTED if disputed else PAID)
    if objection is not None:
        return Answer(ask, now, "objected", None, objection)
    return Answer(ask, now, "confirmed", now + timedelta(minutes=policy.confirmation_good_for_minutes), None)


def _objection(ask: ShutoffConfirmationAsked, of: Delinquency, now: datetime, withdrawn_for: str) -> str | None:
    authorization = of.authorization
    if authorization is None or authorization.authorization_id != ask.authorization_id:
        return NOT_AUTHORIZED
    if authorization.state == "withdrawn":
        return withdrawn_for
    if of.stage is not Stage.AUTHORIZED:
        return NOT_AUTHORIZED
    return ANSWERED_TOO_LATE if now > ask.answer_by else None
