"""What billing tells: readings taken, bills issued, what an account owes, and how far an unpaid debt has gone."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from shared.events.fact import Fact
from shared.events.fields import AccountDigits, Cents, CentsOwed, CentsPaid, Code, Count, Day, Dials, Line, Moment
from shared.ids import (
    AccountId,
    AdjustmentId,
    AgreementId,
    AskId,
    AuthorizationId,
    BillId,
    DisputeId,
    MeterId,
    NoticeId,
    OrderId,
    PaymentId,
    ReadingId,
    RefundId,
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
    read_on: Day
    value: Dials


class ReadingFlagged(BillingFact):
    """A meter reading was stored, and a person must look at it before it is billed; `flags` say why."""

    about: ClassVar[str] = "account_id"
    reading_id: ReadingId
    meter_id: MeterId
    agreement_id: AgreementId
    read_on: Day
    value: Dials
    flags: Annotated[list[Code], Field(min_length=1, max_length=20)]


class RereadRequested(BillingFact):
    """A person wants a meter read again, because the reading on record stands out; `flags` say why."""

    about: ClassVar[str] = "account_id"
    reading_id: ReadingId
    meter_id: MeterId
    agreement_id: AgreementId
    flags: Annotated[list[Code], Field(min_length=1, max_length=20)]
    requested_at: Moment


class FieldWorkRequested(BillingFact):
    """A person who looked at a high bill wants work at its meter; the order of accounts has the id that is given here.

    Where one of its kind is open there already, or nothing can be done, accounts calls this one off at once.
    """

    about: ClassVar[str] = "account_id"
    order_id: OrderId
    bill_id: BillId
    agreement_id: AgreementId
    kind: Literal["reread", "leak_check", "meter_test"]
    requested_at: Moment


class BillHeld(BillingFact):
    """A bill was made and is held for review; it is not owed yet."""

    about: ClassVar[str] = "account_id"
    bill_id: BillId
    agreement_id: AgreementId
    total_cents: Cents
    reason_code: Code


class BillIssued(BillingFact):
    """A bill was issued: it stands on the ledger and is due on `due_on`."""

    about: ClassVar[str] = "account_id"
    account_number: AccountDigits
    bill_id: BillId
    agreement_id: AgreementId
    period_start_on: Day
    period_end_on: Day
    issued_on: Day
    due_on: Day
    total_cents: Cents
    bill_version: Annotated[
        Count, Field(description="1, or more where an earlier bill of the period was cancelled.")
    ] = 1


class BillCancelled(BillingFact):
    """A bill no longer stands: if it was issued, its counter-entry is on the ledger. Its period may be billed anew."""

    about: ClassVar[str] = "account_id"
    account_number: AccountDigits
    bill_id: BillId
    agreement_id: AgreementId
    period_start_on: Day
    period_end_on: Day
    total_cents: Cents
    bill_version: Count
    reason_code: Code
    cancelled_on: Day


class AdjustmentPosted(BillingFact):
    """A correction was posted to the account's ledger by a named form; a credit to the customer is negative."""

    about: ClassVar[str] = "account_id"
    adjustment_id: AdjustmentId
    bill_id: BillId | None
    form: Code
    amount_cents: Cents
    posted_on: Day


class DisputeOpened(BillingFact):
    """A part of a bill is disputed: until it is decided it is not past due, and nothing is shut off for it."""

    about: ClassVar[str] = "account_id"
    dispute_id: DisputeId
    bill_id: BillId
    reason_code: Code
    disputed_cents: CentsPaid
    opened_on: Day


class DisputeDecided(BillingFact):
    """A dispute ended; what was left of the disputed part is due on `due_on`, if it got a new day."""

    about: ClassVar[str] = "account_id"
    dispute_id: DisputeId
    bill_id: BillId
    outcome: Code
    due_on: Day | None
    decided_on: Day


class AccountCredited(BillingFact):
    """A payment was credited to the account's ledger."""

    about: ClassVar[str] = "account_id"
    payment_id: PaymentId
    amount_cents: CentsPaid


class AccountDebited(BillingFact):
    """A credit was taken back: the payment was reversed."""

    about: ClassVar[str] = "account_id"
    payment_id: PaymentId
    amount_cents: CentsPaid


class RefundApproved(BillingFact):
    """Credit left the account to be paid out to its holder, by a check that is mailed; another person approved it."""

    about: ClassVar[str] = "account_id"
    refund_id: RefundId
    amount_cents: CentsPaid
    payee: Line
    mail_to: Line
    approved_on: Day


class BalanceChanged(BillingFact):
    """What the account owes now. Negative is a credit in the customer's favor."""

    about: ClassVar[str] = "account_id"
    balance_cents: Cents
    past_due_cents: CentsOwed


class NoticeSent(BillingFact):
    """Written notice that the service will be shut off unless the debt is paid (N.J.S.A. 40A:31-12)."""

    about: ClassVar[str] = "account_id"
    notice_id: NoticeId
    past_due_cents: CentsOwed
    sent_on: Day
    shutoff_not_before_on: Day


class ShutoffAuthorized(BillingFact):
    """The service may be shut off for non-payment: the debt is old enough and notice was given."""

    about: ClassVar[str] = "account_id"
    authorization_id: AuthorizationId
    notice_id: NoticeId
    past_due_cents: CentsOwed
    authorized_at: Moment


class ShutoffWithdrawn(BillingFact):
    """The authorization no longer holds: the order is called off, or must never begin."""

    about: ClassVar[str] = "account_id"
    authorization_id: AuthorizationId
    reason_code: Literal["paid", "supervisor"]
    withdrawn_at: Moment


class ReconnectionAuthorized(BillingFact):
    """What policy asks was paid after the service was shut off: bring it back."""

    about: ClassVar[str] = "account_id"
    authorization_id: AuthorizationId
    authorized_at: Moment


class ShutoffAnswer(BillingFact):
    """Billing's answer, from its own ledger, to a crew that asks whether it may shut off."""

    ask_id: AskId
    order_id: OrderId
    answered_at: Moment


class ShutoffConfirmed(ShutoffAnswer):
    """Nothing stands against the shut-off in billing's books; good until `valid_until`."""

    about: ClassVar[str] = "account_id"
    valid_until: Moment


class ShutoffObjected(ShutoffAnswer):
    """The water stays on; `reason_code` says why. Also recalls a confirmation given earlier."""

    about: ClassVar[str] = "account_id"
    reason_code: Code
