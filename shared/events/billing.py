"""What billing tells: readings taken, bills issued, what an account owes, and how far an unpaid debt has gone."""

from datetime import date, datetime
from typing import ClassVar, Literal

from shared.events.fact import Fact
from shared.ids import (
    AccountId,
    AccountNumber,
    AgreementId,
    AskId,
    AuthorizationId,
    BillId,
    MeterId,
    NoticeId,
    OrderId,
    PaymentId,
    ReadingId,
)


class BillingFact(Fact):
    """A fact about an account, told by billing."""

    speaker: ClassVar[str] = "billing"
    account_id: AccountId


class ReadingAccepted(BillingFact):
    """A meter reading was stored and found plausible."""

    about: ClassVar[str] = "account_id"
    reading_id: ReadingId
    meter_id: MeterId
    agreement_id: AgreementId
    read_on: date
    value: int


class ReadingFlagged(BillingFact):
    """A meter reading was stored, and a person must look at it before it is billed; `flags` say why."""

    about: ClassVar[str] = "account_id"
    reading_id: ReadingId
    meter_id: MeterId
    agreement_id: AgreementId
    read_on: date
    value: int
    flags: list[str]


class BillHeld(BillingFact):
    """A bill was made and is held for review; it is not owed yet."""

    about: ClassVar[str] = "account_id"
    bill_id: BillId
    agreement_id: AgreementId
    total_cents: int
    reason_code: str


class BillIssued(BillingFact):
    """A bill was issued: it stands on the ledger and is due on `due_on`."""

    about: ClassVar[str] = "account_id"
    account_number: AccountNumber
    bill_id: BillId
    agreement_id: AgreementId
    period_start_on: date
    period_end_on: date
    issued_on: date
    due_on: date
    total_cents: int


class AccountCredited(BillingFact):
    """A payment was credited to the account's ledger."""

    about: ClassVar[str] = "account_id"
    payment_id: PaymentId
    amount_cents: int


class AccountDebited(BillingFact):
    """A credit was taken back: the payment was reversed."""

    about: ClassVar[str] = "account_id"
    payment_id: PaymentId
    amount_cents: int


class BalanceChanged(BillingFact):
    """What the account owes now. Negative is a credit in the customer's favor."""

    about: ClassVar[str] = "account_id"
    balance_cents: int
    past_due_cents: int


class NoticeSent(BillingFact):
    """Written notice that the service will be shut off unless the debt is paid (N.J.S.A. 40A:31-12)."""

    about: ClassVar[str] = "account_id"
    notice_id: NoticeId
    past_due_cents: int
    sent_on: date
    shutoff_not_before_on: date


class ShutoffAuthorized(BillingFact):
    """The service may be shut off for non-payment: the debt is old enough and notice was given."""

    about: ClassVar[str] = "account_id"
    authorization_id: AuthorizationId
    notice_id: NoticeId
    past_due_cents: int
    authorized_at: datetime


class ShutoffWithdrawn(BillingFact):
    """The authorization no longer holds: the order is called off, or must never begin."""

    about: ClassVar[str] = "account_id"
    authorization_id: AuthorizationId
    reason_code: Literal["paid", "supervisor"]
    withdrawn_at: datetime


class ReconnectionAuthorized(BillingFact):
    """What policy asks was paid after the service was shut off: bring it back."""

    about: ClassVar[str] = "account_id"
    authorization_id: AuthorizationId
    authorized_at: datetime


class ShutoffAnswer(BillingFact):
    """Billing's answer, from its own ledger, to a crew that asks whether it may shut off."""

    ask_id: AskId
    order_id: OrderId
    answered_at: datetime


class ShutoffConfirmed(ShutoffAnswer):
    """Nothing stands against the shut-off in billing's books; good until `valid_until`."""

    about: ClassVar[str] = "account_id"
    valid_until: datetime


class ShutoffObjected(ShutoffAnswer):
    """The water stays on; `reason_code` says why. Also recalls a confirmation given earlier."""

    about: ClassVar[str] = "account_id"
    reason_code: str
