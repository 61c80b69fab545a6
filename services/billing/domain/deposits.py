"""A deposit is the customer's money in the city's keeping: asked for within the law, given back with interest.

A payment that is kept as a deposit moves from the receivables to the book `deposit`, a liability; what it earns is an
expense in the book `deposit_interest`; both come back as credit on account, which pays what is open first.
Source: rulebook 3 (deposits); N.J.A.C. 14:3-3.4(b) (two average monthly bills of the last twelve months), 14:3-3.5
(reviewed every year or two, given back at closing, simple interest by a yearly table).
"""

from calendar import isleap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple
from uuid import UUID

from services.billing.domain.ledger import Entry, Kind, Posting, Sheet, settle, take_back
from services.billing.domain.policies import DepositPolicy
from shared.errors import Conflict, NotFound
from shared.ids import AccountId, DepositId, PaymentId
from shared.money import dollars, half_up

LAW = "N.J.A.C. 14:3-3.4(b)"
State = Literal["asked", "refused", "withdrawn", "held", "returned"]
Kept = Literal["past_due", "notices"]
"""Why a review does not give a deposit back: something is past due, or there were too many notices since the last."""
Ending = Literal["review", "service_ended"]
_PERCENT_YEARS = 10_000 * 365
"""A hundred percent in hundredths of a percent, for a year of 365 days."""
_WAITING: Mapping[str, str] = {
    "asked": "{amount} is asked for and not paid; when it is, name the payment in the deposit's receipt.",
    "withdrawn": "{amount} was asked for and is not any more: another decision took its place.",
}
_KEPT: Mapping[Kept, str] = {
    "past_due": "At the last review something was past due, so it stays; what it had earned was credited.",
    "notices": "A notice had been sent in the time that was reviewed, so it stays; what it had earned was credited.",
}


class DepositUnknown(NotFound):
    """A deposit is known by its id."""

    remedy = "List the deposits of the account, and choose from there."


class DepositNotAsked(Conflict):
    """A payment is kept as a deposit that is asked for and not paid yet."""

    remedy = "List the deposits of the account; to ask for another, have it decided at the account."


class PaymentNotForDeposit(Conflict):
    """A deposit is kept of one payment on its account that stands, is at least as much, and keeps no other deposit."""

    remedy = "Name a payment that was credited, was neither taken back nor refunded, and is enough for the deposit."


class History(NamedTuple):
    """What an account has left with the city, and was billed in twelve months: nothing, or over so many days."""

    held_cents: int
    billed_cents: int
    days_count: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A deposit that was decided. `most_cents` is what may be asked in all; None where no bill tells."""

    deposit_id: DepositId
    account_id: AccountId
    amount_cents: int
    reason_code: str
    decided_on: date
    most_cents: int | None
    state: State


class Paid(NamedTuple):
    """A payment that somebody wants to be kept as a deposit."""

    account_id: AccountId
    amount_cents: int
    received_on: date
    is_reversed: bool
    keeps_another: bool


@dataclass(frozen=True, slots=True)
class Deposit:
    """A deposit that is kept. Interest was credited up to `since_on`, the day of receipt or of the last review."""

    deposit_id: DepositId
    account_id: AccountId
    amount_cents: int
    payment_id: PaymentId
    receipt_id: UUID
    since_on: date


class Conduct(NamedTuple):
    """What a review goes by, beside what is past due."""

    is_residential: bool
    notices_count: int


class Line(NamedTuple):
    """Interest by one rate: from a day up to, and without, another."""

    from_on: date
    until_on: date
    rate_hundredths: int
    rate_since: str

    @property
    def days_count(self) -> int:
        """Nights in the city's keeping."""
        return (self.until_on - self.from_on).days


def most_cents(of: History, policy: DepositPolicy) -> int | None:
    """What may be asked of an account in all, never a cent above; a month is a twelfth of 365 days."""
    if not of.days_count:
        return None
    return max(0, policy.at_most_monthly_bills * of.billed_cents * 365 // (12 * of.days_count))


def judge(amount_cents: int, held_cents: int, most: int | None) -> State:
    """Asked for, unless it were more than the law lets the city hold."""
    return "asked" if most is None or held_cents + amount_cents <= most else "refused"


def check_receipt(of: Asked, paid: Paid | None) -> Paid:
    """The payment that is kept. Raises DepositNotAsked, PaymentNotForDeposit."""
    if of.state != "asked":
        raise DepositNotAsked(field="deposit_id", state=of.state)
    if paid is None or paid.account_id != of.account_id:
        raise PaymentNotForDeposit(field="payment_id", asked_cents=of.amount_cents)
    if paid.is_reversed or paid.keeps_another or paid.amount_cents < of.amount_cents:
        found = "taken back" if paid.is_reversed else "keeps another deposit" if paid.keeps_another else "too little"
        raise PaymentNotForDeposit(
            field="payment_id", found=found, asked_cents=of.amount_cents, paid_cents=paid.amount_cents
        )
    return paid


def next_review_on(since_on: date, policy: DepositPolicy, *, is_residential: bool) -> date:
    """The same day a year or more on; the 28th stands for February 29."""
    year = since_on.year + policy.review_after_years["residential" if is_residential else "other"]
    leaps = (since_on.month, since_on.day) == (2, 29) and not isleap(year)
    return since_on.replace(year=year, day=28 if leaps else since_on.day)


def review(past_due_cents: int, conduct: Conduct, policy: DepositPolicy) -> Kept | None:
    """Why it is kept; None gives it back."""
    if past_due_cents > 0:
        return "past_due"
    return "notices" if conduct.notices_count > policy.notices_at_most else None


def interest_lines(since_on: date, until_on: date, rates: Mapping[str, int]) -> list[Line]:
    """A line for each year that it was kept in: the table's rate of that year, or of the last year before it."""
    lines = []
    for year in range(since_on.year, until_on.year + 1):
        since = max((named for named in rates if named <= str(year)), default=min(rates))
        line = Line(max(since_on, date(year, 1, 1)), min(until_on, date(year + 1, 1, 1)), rates[since], since)
        if line.days_count > 0:
            lines.append(line)
    return lines


def interest_cents(amount_cents: int, lines: Sequence[Line]) -> int:
    """Simple interest by days over 365, rounded half up once."""
    return half_up(sum(amount_cents * line.rate_hundredths * line.days_count for line in lines), _PERCENT_YEARS)


def explain_line(amount_cents: int, line: Line) -> str:
    """A line as it is worked out with a pencil, to a hundredth of a cent; only the sum of the lines is money."""
    parts = half_up(amount_cents * line.rate_hundredths * line.days_count * 100, _PERCENT_YEARS)
    rate = f"{line.rate_hundredths // 100}.{line.rate_hundredths % 100:02d} %"
    said = f"{dollars(amount_cents)} x {rate} x {line.days_count} / 365 = ${parts // 10_000:,}.{parts % 10_000:04d}"
    if line.rate_since == str(line.from_on.year):
        return f"{said}, by the rate of {line.rate_since}."
    return f"{said}; the table names no rate for {line.from_on.year}, and that of {line.rate_since} holds."


def explain(
    state: State, amount_cents: int, most: int | None, earned_cents: int, *, kept_for: Kept | None,
    returned_for: Ending | None,
) -> list[str]:  # fmt: skip
    """What became of a deposit, and what is to be done next, in words."""
    amount = dollars(amount_cents)
    if state == "refused":
        law = f"two average monthly bills of the last twelve months ({LAW})"
        return [
            f"{amount} was not asked for: with what is kept already it would be more than {law}.",
            f"At most {dollars(most or 0)} may be asked in all; decide again at the account.",
        ]
    if state == "returned":
        at = "at its review" if returned_for == "review" else "after the final bill"
        return [
            f"{amount} was given back {at}; its interest came to {dollars(earned_cents)}.",
            "It paid what was open; the rest stands as credit on the account until a refund pays it out.",
        ]
    if state != "held":
        return [_WAITING[state].format(amount=amount)]
    said = [f"{amount} is kept, and earned {dollars(earned_cents)}; the customer's money, and no part of the balance."]
    return said if kept_for is None else [*said, _KEPT[kept_for]]


def receive(sheet: Sheet, posting_id: UUID, of: Asked, on: date) -> Posting:
    """Keep a payment as a deposit: from credit first, and what it had paid meanwhile, the newest first, is open again.

    All charges of the account must be on the sheet, the paid ones too. Raises PaymentNotForDeposit.
    """
    at_hand_cents = max(0, sheet.credit_cents) + sum(one.paid_cents for one in sheet.charges)
    if at_hand_cents < of.amount_cents:
        raise PaymentNotForDeposit(field="payment_id", found="refunded", asked_cents=of.amount_cents)
    charges, opened = take_back(sheet.charges, sheet.credit_cents, of.amount_cents)
    entries = (*opened, Entry("deposit", None, None, -of.amount_cents))
    after = Sheet(sheet.account_id, sheet.version + 1, sheet.balance_cents + of.amount_cents, charges)
    return Posting(posting_id, sheet.account_id, "deposit_receipt", on, None, entries, after)


def undo(sheet: Sheet, posting_id: UUID, of: Deposit, on: date) -> Posting:
    """Its payment is taken back, so there is no deposit: the counter-entry comes first."""
    entries = [Entry("deposit", None, None, of.amount_cents)]
    return _credit(sheet, posting_id, "deposit_reversal", on, entries, reverses=of.receipt_id)


def credit_interest(sheet: Sheet, posting_id: UUID, cents: int, on: date) -> Posting:
    """Credit what a deposit earned that is kept on."""
    return _credit(sheet, posting_id, "deposit_interest", on, [Entry("deposit_interest", None, None, cents)])


def give_back(sheet: Sheet, posting_id: UUID, of: Deposit, cents: int, on: date) -> Posting:
    """Give a deposit back with its interest: it pays what is open, and the rest is credit on account."""
    entries = [Entry("deposit", None, None, of.amount_cents)]
    if cents:
        entries.append(Entry("deposit_interest", None, None, cents))
    return _credit(sheet, posting_id, "deposit_return", on, entries)


def _credit(
    sheet: Sheet, posting_id: UUID, kind: Kind, on: date, debits: Sequence[Entry], *, reverses: UUID | None = None
) -> Posting:
    cents = sum(entry.amount_cents for entry in debits)
    entries = (*debits, Entry("receivable", None, None, -cents))
    after = Sheet(sheet.account_id, sheet.version + 1, sheet.balance_cents - cents, sheet.charges)
    settled, applied = settle(after)
    return Posting(posting_id, sheet.account_id, kind, on, reverses, (*entries, *applied), settled)
