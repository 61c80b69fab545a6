"""A refund pays out credit on account: proposed by one person, approved by another, of money that has cleared.

When it is approved the credit moves to the book `refund_payable`, a liability, so that it can be neither used nor
refunded again. Payments pays it out and tells so; a check that comes back makes it credit again.
Source: rulebook 6 (refunds: approval, cleared funds only, refund or credit, never both); 1 (stop, final bill, deposit
applied, refund). The days after which a tender has cleared are practice, and policy.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, NamedTuple
from uuid import UUID

from services.billing.domain.corrections import NobodyApprovesTheirOwn
from services.billing.domain.ledger import Entry, Posting, Sheet, settle
from services.billing.domain.policies import RefundPolicy
from shared.errors import Conflict, NotFound
from shared.ids import AccountId, RefundId
from shared.money import dollars

State = Literal["proposed", "refused", "approved", "paid", "voided"]
_WHY: dict[State, str] = {
    "proposed": "{amount} waits for another person's approval; until then it is credit like any other.",
    "refused": "{amount} was not approved, and stays credit on the account.",
    "approved": "{amount} left the account when it was approved, and waits in payments to be paid out.",
    "paid": "{amount} was paid out by check {check_number} on {paid_on}.",
    "voided": "{amount} did not reach the customer ({reason}), and is credit on the account again.",
}


class RefundUnknown(NotFound):
    """A refund is known by its id."""

    remedy = "List the refunds of the account, and choose from there."


class RefundAlreadyProposed(Conflict):
    """One refund of an account at a time waits for approval."""

    remedy = "Have the one that waits approved or refused first."


class RefundAlreadyDecided(Conflict):
    """A refund is approved or refused once."""

    remedy = "Read it again; it was decided meanwhile. Credit that is left is refunded by a new refund."


class RefundExceedsCredit(Conflict):
    """Only credit is refunded: what stands on the account beyond everything that is owed."""

    remedy = "Ask for at most the credit that is named; what was refunded is no credit any more, and the reverse."


class FundsNotCleared(Conflict):
    """Only cleared funds are refunded: money that may still be taken back by its bank is not."""

    remedy = "Ask for at most what has cleared, or again on the day that is named."


class PayeeUnknown(Conflict):
    """A refund is made out to the holder of its account."""

    remedy = "Wait until accounts has told who holds the account; then approve it."


@dataclass(frozen=True, slots=True)
class Refund:
    """A refund and where it stands. Each posting is there once what it posts was decided or heard."""

    refund_id: RefundId
    account_id: AccountId
    amount_cents: int
    state: State
    proposed_by: str
    paid_posting_id: UUID | None = None
    voided_posting_id: UUID | None = None


class Paid(NamedTuple):
    """A payment that stands and keeps no deposit; its tender is not on record if it is older than refunds are."""

    amount_cents: int
    tender: str | None
    received_on: date


class Refundable(NamedTuple):
    """What could be refunded today, and when all of the credit has cleared."""

    credit_cents: int
    cleared_cents: int
    all_cleared_on: date


def clears_on(paid: Paid, policy: RefundPolicy) -> date:
    """The day from which nobody is expected to take a payment back."""
    days = {tender.value: count for tender, count in policy.cleared_after_days.items()}
    return paid.received_on + timedelta(days=days.get(paid.tender or "", max(days.values())))


def refundable(sheet: Sheet, paid: Sequence[Paid], today: date, policy: RefundPolicy) -> Refundable:
    """The credit without what has not cleared: if that were taken back, the credit would pay what it had paid."""
    open_until = [(clears_on(one, policy), one.amount_cents) for one in paid]
    uncleared_cents = sum(cents for on, cents in open_until if on > today)
    credit_cents = max(0, sheet.credit_cents)
    return Refundable(credit_cents, max(0, credit_cents - uncleared_cents), max([today, *(on for on, _ in open_until)]))


def check_amount(asked_cents: int | None, of: Refundable) -> int:
    """All that has cleared, unless an amount was named. Raises RefundExceedsCredit, FundsNotCleared."""
    cents = of.cleared_cents if asked_cents is None else asked_cents
    if cents > of.credit_cents or not of.credit_cents:
        raise RefundExceedsCredit(field="amount_cents", credit_cents=of.credit_cents)
    if cents > of.cleared_cents or not cents:
        raise FundsNotCleared(
            field="amount_cents", cleared_cents=of.cleared_cents, all_cleared_on=of.all_cleared_on.isoformat()
        )
    return cents


def check_decision(of: Refund, by: str, *, approves: bool) -> None:
    """Raises RefundAlreadyDecided, NobodyApprovesTheirOwn. Refusing one's own is taking it back."""
    if of.state != "proposed":
        raise RefundAlreadyDecided(field="refund_id", state=of.state)
    if approves and of.proposed_by == by:
        raise NobodyApprovesTheirOwn(field="refund_id", proposed_by=of.proposed_by)


def approve(sheet: Sheet, posting_id: UUID, of: Refund, on: date) -> Posting:
    """Credit becomes a liability to be paid out."""
    entries = (Entry("receivable", None, None, of.amount_cents), Entry("refund_payable", None, None, -of.amount_cents))
    after = Sheet(sheet.account_id, sheet.version + 1, sheet.balance_cents + of.amount_cents, sheet.charges)
    return Posting(posting_id, sheet.account_id, "refund", on, None, entries, after)


def pay(sheet: Sheet, posting_id: UUID, of: Refund, on: date) -> Posting:
    """The liability is settled; what the account owes stays as it is."""
    entries = (Entry("refund_payable", None, None, of.amount_cents), Entry("cash", None, None, -of.amount_cents))
    after = Sheet(sheet.account_id, sheet.version + 1, sheet.balance_cents, sheet.charges)
    return Posting(posting_id, sheet.account_id, "refund_payment", on, None, entries, after)


def void(sheet: Sheet, posting_id: UUID, of: Refund, on: date, *, was_paid: bool) -> Posting:
    """The money stayed, or came back: it is credit again, and pays what is open."""
    back: Literal["cash", "refund_payable"] = "cash" if was_paid else "refund_payable"
    entries = (Entry(back, None, None, of.amount_cents), Entry("receivable", None, None, -of.amount_cents))
    after = Sheet(sheet.account_id, sheet.version + 1, sheet.balance_cents - of.amount_cents, sheet.charges)
    settled, applied = settle(after)
    return Posting(posting_id, sheet.account_id, "refund_return", on, None, (*entries, *applied), settled)


def explain(
    state: State, amount_cents: int, *, check_number: str | None, paid_on: date | None, reason: str | None
) -> str:
    """What became of a refund, in words."""
    return _WHY[state].format(
        amount=dollars(amount_cents), check_number=check_number, paid_on=paid_on,
        reason=(reason or "").replace("_", " "),
    )  # fmt: skip
