"""Why an account owes what it owes, in words."""

from collections.abc import Mapping, Sequence
from datetime import date

from shared.money import dollars

_SUMS = {
    "bill": "Bills issued", "payment": "Payments received", "payment_reversal": "Payments taken back",
    "bill_cancellation": "Bills cancelled", "adjustment": "Adjustments",
    "dispute_decision": "Moved to another due date after a dispute",
    "deposit_receipt": "Kept as deposits", "deposit_reversal": "Deposits not kept after all",
    "deposit_interest": "Interest on deposits", "deposit_return": "Deposits given back with interest",
    "budget_true_up": "Budget plans settled",
    "refund": "Credit taken off to be refunded", "refund_payment": "Refunds paid out",
    "refund_return": "Refunds that came back",
}  # fmt: skip
_POSTINGS = {
    "bill": "Bill of", "payment": "Payment of", "payment_reversal": "Payment taken back:",
    "bill_cancellation": "Bill cancelled:", "adjustment": "Adjustment of",
    "dispute_decision": "Moved to another due date after a dispute:",
    "deposit_receipt": "Kept as a deposit:", "deposit_reversal": "Not kept as a deposit after all:",
    "deposit_interest": "Interest on a deposit:", "deposit_return": "Deposit given back with interest:",
    "budget_true_up": "Budget plan settled:",
    "refund": "Taken off to be refunded:", "refund_return": "A refund came back:",
}  # fmt: skip
_TAKEN_OFF = {"bill_cancellation", "adjustment", "dispute_decision"}
"""In these, what a charge loses was not paid."""


def explain_open(charges: Sequence[tuple[str, date, int, int]], credit_cents: int, today: date) -> list[str]:
    """What is open, charge by charge (service, due date, amount, open), and what stands to the customer's credit."""
    said = [
        f"{dollars(left)} of {dollars(amount)} for {service} is open,"
        f" {'past due since' if due < today else 'due'} {_day(due)}."
        for service, due, amount, left in charges
    ]
    if credit_cents > 0:
        said.append(f"{dollars(credit_cents)} was paid beyond all bills and pays the next one.")
    if credit_cents < 0:
        said.append(f"{dollars(-credit_cents)} is owed for money that was taken back after it had been refunded.")
    return said or ["Everything that was billed is paid."]


def explain_disputed(cents: int) -> list[str]:
    """What a dispute holds, if one is open."""
    if not cents:
        return []
    return [f"{dollars(cents)} of it is disputed and not asked for until the dispute is decided."]


def explain_deferred(cents: int) -> list[str]:
    """What budget plans put off, or hold as paid ahead: no part of the balance."""
    if not cents:
        return []
    if cents > 0:
        return [f"{dollars(cents)} more was used than budget plans asked; it is not due before their true-up."]
    return [f"{dollars(-cents)} was asked ahead by budget plans; it is settled at their true-up."]


def explain_sums(cents_by_kind: Mapping[str, int], as_of: date) -> list[str]:
    """What had moved the balance by a day, by kind of posting."""
    said = [f"{_SUMS[kind]} through {_day(as_of)}: {dollars(cents)}." for kind, cents in sorted(cents_by_kind.items())]
    return said or [f"Nothing was billed or paid through {_day(as_of)}."]


def explain_posting(kind: str, moved: Sequence[tuple[str | None, date | None, int]]) -> str:
    """One posting: what it did to the balance, and to which charges (service, due date, amount) it went."""
    if kind == "refund_payment":
        return "A refund was paid out; it had left the balance when it was approved."
    total_cents = abs(sum(cents for _, _, cents in moved))
    off = "taken off" if kind in _TAKEN_OFF else "paid"
    parts = [_part(service, due, cents, off) for service, due, cents in moved]
    return f"{_POSTINGS[kind]} {dollars(total_cents)}{': ' if parts else ''}{', '.join(parts)}."


def _part(service: str | None, due: date | None, cents: int, off: str) -> str:
    amount = dollars(abs(cents))
    if service is None or due is None:
        return f"{amount} {'kept as credit' if cents < 0 else 'taken from credit'}"
    return f"{amount} {off if cents < 0 else 'owed'} for {service} due {_day(due)}"


def _day(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"
