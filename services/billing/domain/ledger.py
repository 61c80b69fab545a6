"""The receivables ledger: double entry in integer cents, only ever added to; what comes in pays the oldest debt first.

A debit is positive, a credit negative, and the entries of a posting sum to zero. A receivable stands per account
and charge (a bill's part for one service); money that no charge takes yet stands on the account without a charge.
Source: rulebook 4; 6 (allocation: the oldest principal, ties by the priority of services).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple
from uuid import UUID

from services.billing.domain.bills import Head
from shared.errors import Conflict, Invalid, NotFound
from shared.ids import AccountId, BillId

Book = Literal["receivable", "cash", "revenue", "adjustment", "deposit", "deposit_interest", "budget", "refund_payable"]
Kind = Literal[
    "bill", "payment", "payment_reversal", "bill_cancellation", "adjustment", "dispute_decision", "deposit_receipt",
    "deposit_reversal", "deposit_interest", "deposit_return", "budget_true_up", "refund",
    "refund_payment", "refund_return",
]  # fmt: skip


class AccountNotInLedger(NotFound):
    """An account has a page in the ledger once it was opened, billed or paid."""

    remedy = "Check the account's id; one that was opened a moment ago may not have been heard of yet."


class DayAhead(Invalid):
    """A balance is known as of today and of past days."""

    remedy = "Ask as of today, or of a day before."


class PaymentNotCredited(NotFound):
    """Only a payment that was credited can be taken back."""

    remedy = "Replay what payments told before this (`curbstop aside list`); the credit comes first."


class PaymentAlreadyReversed(Conflict):
    """A payment is reversed at most once."""

    remedy = "Nothing is to be done: the credit was taken back."


class Charge(NamedTuple):
    """What one bill asks for one service, and how much of it is still open.

    `credited_cents` were taken off again by a cancellation or an adjustment; `disputed_cents` are not to be asked for.
    Charges and entries come by the hundred thousand: a named tuple is made in half the time of a frozen dataclass.
    """

    charge_id: UUID
    bill_id: BillId
    service: str
    due_on: date
    amount_cents: int
    open_cents: int
    credited_cents: int = 0
    disputed_cents: int = 0

    @property
    def paid_cents(self) -> int:
        """What money came in for."""
        return self.amount_cents - self.credited_cents - self.open_cents

    @property
    def owed_cents(self) -> int:
        """What is open and not disputed."""
        return max(0, self.open_cents - self.disputed_cents)

    def with_open(self, open_cents: int) -> "Charge":
        """The same charge, of which another part is open."""
        return Charge(
            self.charge_id, self.bill_id, self.service, self.due_on, self.amount_cents, open_cents,
            self.credited_cents, self.disputed_cents,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sheet:
    """An account's page: what it owes in all, and its charges in the order in which they are paid.

    `version` counts its postings. Charges that are paid may be left out, except to reverse a payment.
    """

    account_id: AccountId
    version: int
    balance_cents: int
    charges: tuple[Charge, ...]

    @property
    def credit_cents(self) -> int:
        """What came in beyond all charges: credit on account."""
        return sum(charge.open_cents for charge in self.charges) - self.balance_cents

    @property
    def debts(self) -> tuple[Charge, ...]:
        """Its charges with what of them may be asked for: a dispute holds the disputed part only (rulebook 5)."""
        if not self.is_disputed:
            return self.charges
        return tuple(one.with_open(one.owed_cents) for one in self.charges)

    @property
    def is_disputed(self) -> bool:
        """Whether some part of it is disputed."""
        return any(one.disputed_cents for one in self.charges)

    def past_due_cents(self, today: date) -> int:
        """What is open and not disputed of the charges whose due date has passed."""
        return sum(charge.owed_cents for charge in self.charges if charge.due_on < today)


class Entry(NamedTuple):
    """One side of a posting: a book gains (positive) or gives (negative)."""

    book: Book
    service: str | None
    charge_id: UUID | None
    amount_cents: int


@dataclass(frozen=True, slots=True)
class Posting:
    """What moved at once, for one reason. Its id is the id of its cause: the bill, the payment, the reversal."""

    posting_id: UUID
    account_id: AccountId
    kind: Kind
    effective_on: date
    reverses: UUID | None
    entries: tuple[Entry, ...]
    sheet: Sheet
    """The account's page after it."""
    tender: str | None = None
    """How a payment came."""


def order(charges: Iterable[Charge], priority: Sequence[str]) -> tuple[Charge, ...]:
    """Charges in the order in which they are paid: oldest due first, then the older bill, then by service."""
    rank = {service: place for place, service in enumerate(priority)}
    return tuple(sorted(charges, key=lambda one: (one.due_on, one.bill_id, rank.get(one.service, len(rank)))))


def charge(sheet: Sheet, bill: Head, charges: Sequence[Charge], issued_on: date, priority: Sequence[str]) -> Posting:
    """Post an issued bill: each service's receivable against its revenue; credit on account pays it at once.

    A service that comes to less than nothing has no charge: it is credit on account.
    """
    entries = []
    for service, amount_cents in bill.cents_by_service.items():
        if amount_cents:
            asked = next((one.charge_id for one in charges if one.service == service), None)
            entries.append(Entry("receivable", service if asked else None, asked, amount_cents))
            entries.append(Entry("revenue", service, None, -amount_cents))
    billed = Sheet(
        sheet.account_id, sheet.version + 1, sheet.balance_cents + bill.total_cents,
        order((*sheet.charges, *charges), priority),
    )  # fmt: skip
    settled, applied = settle(billed)
    return Posting(bill.bill_id, bill.account_id, "bill", issued_on, None, (*entries, *applied), settled)


def credit(sheet: Sheet, payment_id: UUID, amount_cents: int, received_on: date, tender: str | None = None) -> Posting:
    """Post a payment: cash against the oldest open charges; what is left over stays as credit on account."""
    charges, paid, left = _pay(sheet.charges, amount_cents)
    entries = [Entry("cash", None, None, amount_cents), *paid]
    if left:
        entries.append(Entry("receivable", None, None, -left))
    after = Sheet(sheet.account_id, sheet.version + 1, sheet.balance_cents - amount_cents, charges)
    return Posting(payment_id, sheet.account_id, "payment", received_on, None, tuple(entries), after, tender)


def reverse(sheet: Sheet, reversal_id: UUID, payment_id: UUID, amount_cents: int, reversed_on: date) -> Posting:
    """Take a payment back by a counter-entry, and allocate anew what remains: the newest charges open again first.

    All charges of the account must be on the sheet, the paid ones too.
    """
    charges, opened = take_back(sheet.charges, sheet.credit_cents, amount_cents)
    entries = (Entry("cash", None, None, -amount_cents), *opened)
    after = Sheet(sheet.account_id, sheet.version + 1, sheet.balance_cents + amount_cents, charges)
    return Posting(reversal_id, sheet.account_id, "payment_reversal", reversed_on, payment_id, entries, after)


def settle(sheet: Sheet) -> tuple[Sheet, tuple[Entry, ...]]:
    """Let credit on account pay open charges: moved from the account to the charge, in the same posting."""
    credit_cents = sheet.credit_cents
    if credit_cents <= 0:
        return sheet, ()
    charges, paid, left = _pay(sheet.charges, credit_cents)
    if left == credit_cents:
        return sheet, ()
    entries = (*paid, Entry("receivable", None, None, credit_cents - left))
    return Sheet(sheet.account_id, sheet.version, sheet.balance_cents, charges), entries


def take_back(charges: Sequence[Charge], credit_cents: int, cents: int) -> tuple[tuple[Charge, ...], list[Entry]]:
    """Take money away: from credit on account first, then the newest charges that were paid are open again.

    What is left after that was refunded meanwhile: it is owed without a charge, and what comes in pays it last.
    """
    entries = []
    left = cents
    unused = min(left, max(0, credit_cents))
    if unused:
        entries.append(Entry("receivable", None, None, unused))
        left -= unused
    after = list(charges)
    for place in reversed(range(len(after))):
        one = after[place]
        part = min(left, one.paid_cents)
        if part > 0:
            entries.append(Entry("receivable", one.service, one.charge_id, part))
            after[place] = one.with_open(one.open_cents + part)
            left -= part
    if left:
        entries.append(Entry("receivable", None, None, left))
    return tuple(after), entries


def _pay(charges: Sequence[Charge], cents: int) -> tuple[tuple[Charge, ...], list[Entry], int]:
    """Pay what is owed in its order, then what is disputed; answers what is left, too."""
    after = list(charges)
    entries: list[Entry] = []
    for disputed in (False, True):
        for place, one in enumerate(after):
            part = min(cents, one.open_cents if disputed else one.owed_cents)
            if part > 0:
                entries.append(Entry("receivable", one.service, one.charge_id, -part))
                after[place] = one.with_open(one.open_cents - part)
                cents -= part
        if not cents:
            break
    return tuple(after), entries, cents
