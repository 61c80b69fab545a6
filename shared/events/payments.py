"""What payments tells: money accepted, taken back, or parked because it names nobody."""

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from shared.events.fact import Fact
from shared.ids import AccountId, AskId, InvoiceId, OrderId, PaymentId, RemittanceId


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
    amount_cents: int

    def key(self) -> str:
        """The account, or else the invoice: payments on one debt arrive in order."""
        return str(self.account_id or self.invoice_id)


class PaymentPosted(PaymentFact):
    """A payment was accepted; from this moment nobody may act as if it had not been."""

    about: ClassVar[str] = "account_id"
    tender: Tender
    receipt_number: str
    received_on: date
    posted_at: datetime


class PaymentReversed(PaymentFact):
    """A payment was taken back by a counter-entry; the original stands for ever."""

    about: ClassVar[str] = "account_id"
    reason_code: str
    reversed_at: datetime


class RemittanceSuspended(PaymentsFact):
    """Money arrived that names no account we know; it is kept in suspense until a person places it."""

    about: ClassVar[str] = "remittance_id"
    remittance_id: RemittanceId
    amount_cents: int
    received_on: date
    reason_code: str


class RemittancePlaced(PaymentsFact):
    """Money in suspense found its account or invoice, by a person or because what it named became known."""

    about: ClassVar[str] = "remittance_id"
    remittance_id: RemittanceId
    payment_id: PaymentId
    placed_at: datetime


class ShutoffAnswer(PaymentsFact):
    """Payments' answer, from its own books, to a crew that asks whether it may shut off."""

    account_id: AccountId
    ask_id: AskId
    order_id: OrderId
    answered_at: datetime


class ShutoffConfirmed(ShutoffAnswer):
    """No payment stands against the shut-off; good until `valid_until` unless a payment recalls it."""

    about: ClassVar[str] = "account_id"
    valid_until: datetime


class ShutoffObjected(ShutoffAnswer):
    """A payment was accepted: the water stays on. Also recalls a confirmation given earlier."""

    about: ClassVar[str] = "account_id"
    reason_code: str
