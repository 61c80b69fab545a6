"""What payments tells: money accepted, taken back, or parked because it names nobody."""

from enum import StrEnum
from typing import ClassVar, Self

from pydantic import Field, model_validator

from shared.events.fact import Fact
from shared.events.fields import CentsPaid, Code, Day, Moment, Serial
from shared.ids import AccountId, AskId, InvoiceId, OrderId, PaymentId, RefundId, RemittanceId


class Tender(StrEnum):
    """How the money came (rulebook 6)."""

    CASH = "cash"
    CHECK = "check"
    MONEY_ORDER = "money_order"
    CARD = "card"
    LOCKBOX = "lockbox"
    ONLINE = "online"


class PaymentsFact(Fact):
    """A fact told by payments."""

    speaker: ClassVar[str] = "payments"


class PaymentFact(PaymentsFact):
    """A fact about one payment: on an account or on an invoice, never both; keyed by whichever it is."""

    payment_id: PaymentId
    account_id: AccountId | None
    invoice_id: InvoiceId | None
    amount_cents: CentsPaid

    @model_validator(mode="after")
    def _pays_one_thing(self) -> Self:
        if (self.account_id is None) == (self.invoice_id is None):
            raise ValueError("it must name an account or an invoice, not both")
        return self

    def key(self) -> str:
        """The account, or else the invoice: payments on one debt arrive in order."""
        return str(self.account_id or self.invoice_id)


class PaymentPosted(PaymentFact):
    """A payment was accepted; from this moment nobody may act as if it had not been."""

    about: ClassVar[str] = "account_id"
    tender: Tender
    receipt_number: Serial
    received_on: Day
    posted_at: Moment


class PaymentReversed(PaymentFact):
    """A payment was taken back by a counter-entry; the original stands for ever."""

    about: ClassVar[str] = "account_id"
    reason_code: Code
    reversed_at: Moment


class RemittanceSuspended(PaymentsFact):
    """Money arrived that names no account we know; it is kept in suspense until a person places it."""

    about: ClassVar[str] = "remittance_id"
    remittance_id: RemittanceId
    amount_cents: CentsPaid
    received_on: Day
    reason_code: Code


class RemittancePlaced(PaymentsFact):
    """Money in suspense found its account or invoice, by a person or because what it named became known."""

    about: ClassVar[str] = "remittance_id"
    remittance_id: RemittanceId
    payment_id: PaymentId
    placed_at: Moment


class RefundFact(PaymentsFact):
    """A fact about a refund that billing approved; keyed by its account, so that what is told of it stays in order."""

    account_id: AccountId
    refund_id: RefundId
    amount_cents: CentsPaid


class RefundPaid(RefundFact):
    """A refund was paid out by a check."""

    about: ClassVar[str] = "account_id"
    check_number: Serial
    paid_on: Day


class RefundVoided(RefundFact):
    """A refund did not reach its customer, and is not paid again: it is credit on the account."""

    about: ClassVar[str] = "account_id"
    reason_code: Code
    paid_on: Day | None = Field(description="When it had been paid out; null where it never was.")
    voided_on: Day


class ShutoffAnswer(PaymentsFact):
    """Payments' answer, from its own books, to a crew that asks whether it may shut off."""

    account_id: AccountId
    ask_id: AskId
    order_id: OrderId
    answered_at: Moment


class ShutoffConfirmed(ShutoffAnswer):
    """No payment stands against the shut-off; good until `valid_until` unless a payment recalls it."""

    about: ClassVar[str] = "account_id"
    valid_until: Moment


class ShutoffObjected(ShutoffAnswer):
    """A payment was accepted: the water stays on. Also recalls a confirmation given earlier."""

    about: ClassVar[str] = "account_id"
    reason_code: Code
