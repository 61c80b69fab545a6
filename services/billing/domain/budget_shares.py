"""What a bill asks under a budget plan, and what it puts off: the difference stands in a book of its own.

A bill's revenue is posted whole. Its receivable is the amount that is asked, shared among its services; the rest is in
the book `budget`, a service at a time: a debit where more was used than asked, a credit where the customer paid ahead.
So what is due is never a deferred cent, and at the true-up the book is emptied into the receivables.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from services.billing.domain.bills import Head
from services.billing.domain.budget_plans import YEAR_DAYS, Plan
from services.billing.domain.ledger import Charge, Entry, Posting, Sheet, order, settle
from shared.ids import AgreementId, BillId
from shared.money import half_up

_MONTHS = 12
_ANY_SERVICE = "other"
"""Of a bill without a line: it asks its amount all the same."""


class Share(NamedTuple):
    """What a bill asks under a plan, and what it puts off; `plan` is as it stands then."""

    bill_id: BillId
    months_count: int
    asked: Mapping[str, int]
    deferred: Mapping[str, int]
    plan: Plan
    is_last: bool

    @property
    def asked_cents(self) -> int:
        """The budget amount of this bill."""
        return sum(self.asked.values())


def share(plans: Mapping[AgreementId, Plan], heads: Sequence[Head]) -> list[Share]:
    """What bills ask under plans, one after another; a bill of a period before its plan began is none of it."""
    running = dict(plans)
    shares = []
    for head in sorted(heads, key=lambda one: one.period_end_on):
        plan = running.get(head.agreement_id)
        if plan is not None and head.period_end_on > plan.since_on:
            shares.append(of := _share(plan, head))
            running[head.agreement_id] = of.plan
            if of.is_last:
                del running[head.agreement_id]
    return shares


def _share(plan: Plan, head: Head) -> Share:
    days = (head.period_end_on - head.period_start_on).days
    months = min(plan.months_left, max(1, half_up(days * _MONTHS, YEAR_DAYS)))
    asked = spread(months * plan.amount_cents, head.cents_by_service)
    services = {**head.cents_by_service, **asked}
    deferred = {one: head.cents_by_service.get(one, 0) - asked.get(one, 0) for one in services}
    after = replace(
        plan, months_asked=plan.months_asked + months, deferred=_sum(plan.deferred, deferred),
        last_bill_id=head.bill_id, billed_through_on=max(plan.billed_through_on, head.period_end_on),
    )  # fmt: skip
    is_last = head.period_end_on + timedelta(days=plan.true_up_within_days) >= plan.until_on
    return Share(head.bill_id, months, asked, deferred, after, is_last)


def spread(cents: int, by_service: Mapping[str, int]) -> dict[str, int]:
    """Share an amount among services as their charges are to each other, to the cent; the last takes what is left."""
    if not cents:
        return {}
    charged = {service: amount for service, amount in by_service.items() if amount > 0}
    if not charged:
        return {next(iter(by_service), _ANY_SERVICE): cents}
    whole, spent, parts = sum(charged.values()), 0, {}
    reached = 0
    for service, amount in charged.items():
        reached += amount
        upto = cents * reached // whole
        parts[service], spent = upto - spent, upto
    return parts


def charge(
    sheet: Sheet, bill: Head, of: Share, charges: Sequence[Charge], *, on: date, priority: Sequence[str]
) -> Posting:
    """Post an issued bill under a plan: revenue whole, receivable as asked, and the rest put off."""
    entries = [Entry("receivable", one.service, one.charge_id, one.amount_cents) for one in charges]
    entries += [Entry("revenue", service, None, -cents) for service, cents in bill.cents_by_service.items() if cents]
    entries += [Entry("budget", service, None, cents) for service, cents in of.deferred.items() if cents]
    billed = Sheet(
        sheet.account_id, sheet.version + 1, sheet.balance_cents + of.asked_cents,
        order((*sheet.charges, *charges), priority),
    )  # fmt: skip
    settled, applied = settle(billed)
    return Posting(bill.bill_id, bill.account_id, "bill", on, None, (*entries, *applied), settled)


def true_up(
    sheet: Sheet, posting_id: UUID, deferred: Mapping[str, int], charges: Sequence[Charge], *, on: date,
    priority: Sequence[str],
) -> Posting:  # fmt: skip
    """Make what was put off due, service by service; what was paid ahead is credit, and pays what is open."""
    entries = [Entry("budget", service, None, -cents) for service, cents in deferred.items() if cents]
    entries += [Entry("receivable", one.service, one.charge_id, one.amount_cents) for one in charges]
    entries += [Entry("receivable", None, None, cents) for cents in deferred.values() if cents < 0]
    after = Sheet(
        sheet.account_id, sheet.version + 1, sheet.balance_cents + sum(deferred.values()),
        order((*sheet.charges, *charges), priority),
    )  # fmt: skip
    settled, applied = settle(after)
    return Posting(posting_id, sheet.account_id, "budget_true_up", on, None, (*entries, *applied), settled)


def _sum(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {service: one.get(service, 0) + other.get(service, 0) for service in {**one, **other}}
