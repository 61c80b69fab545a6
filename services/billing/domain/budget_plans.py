"""A budget plan asks equal amounts for a year's uneven charges: who may have one, what it asks, and when it is off.

What its bills ask and put off is in `budget_shares`.
Source: rulebook 3 (10-12 equal months from last year's use, true-up at the end); all else is practice, and policy.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, NamedTuple

from services.billing.domain.policies import BudgetPolicy
from shared.errors import Conflict, Invalid, NotFound, Stale
from shared.ids import AccountId, AgreementId, BillId, BudgetPlanId
from shared.money import dollars, half_up

State = Literal["active", "completed", "left", "missed", "service_stopped", "account_closed"]
Ending = Literal["completed", "left", "missed", "service_stopped", "account_closed"]
YEAR_DAYS = 365
_ENDINGS: Mapping[Ending, str] = {
    "completed": "The plan's year is over",
    "left": "The customer left the plan",
    "missed": "As many amounts were missed as its terms allow",
    "service_stopped": "The service stopped",
    "account_closed": "The account was closed",
}


class AgreementNotKnown(NotFound):
    """A budget plan is for a service agreement that billing has heard of."""

    remedy = "Take the agreement's id from the account; one that began a moment ago may not have been heard of yet."


class BudgetPlanUnknown(NotFound):
    """A budget plan is known by its id."""

    remedy = "List the plans of the account (GET /v1/budget-plans?account_id=), and choose from there."


class MonthsNotOffered(Invalid):
    """A budget plan has as many equal months as policy offers."""

    remedy = "Choose a number of months within the bounds that are named."


class ServiceNotTaken(Conflict):
    """A budget plan is for a service that runs, on an account that is open."""

    remedy = "Bill what is left as it was used; where the customer takes service elsewhere, enroll that agreement."


class AgreementOnPlan(Conflict):
    """An agreement is on one budget plan at a time."""

    remedy = "Let the plan that is named run to its true-up, or end it (POST /v1/budget-plans/{plan_id}/withdrawal)."


class HistoryTooShort(Conflict):
    """A budget amount is reckoned from a year's bills of this agreement, of at least as many days as policy asks."""

    remedy = "Bill what was used until enough days were billed, and enroll then."


class NothingToSpread(Conflict):
    """A budget amount is more than nothing: a year that came to nothing has nothing to spread."""

    remedy = "Bill what was used; the bills show why the year came to nothing."


class QuoteOutdated(Conflict):
    """A customer is enrolled for the amount that she was told."""

    remedy = "Ask for the quote again, tell the customer the new amount, and send it."


class PlanChangedSince(Stale):
    """Somebody changed the plan since it was read."""


class PlanEnded(Conflict):
    """Only a plan that runs is ended or reviewed."""

    remedy = "Nothing is to be done: its true-up is on the ledger. For a new year, enroll the agreement again."


class AmountStillFits(Conflict):
    """A plan's amount is set anew when it is further ahead or behind than policy says, and months are left."""

    remedy = "Leave the amount as it is; what is ahead or behind is settled at the true-up."


class Candidate(NamedTuple):
    """An agreement that somebody wants on a plan, with the plan it is on already, if it is."""

    agreement_id: AgreementId
    account_id: AccountId
    stopped_on: date | None
    closed_on: date | None
    plan_id: BudgetPlanId | None
    past: tuple["Past", ...]


class Past(NamedTuple):
    """An issued bill of the year that ends with the last one."""

    bill_id: BillId
    start_on: date
    end_on: date
    total_cents: int


class Quote(NamedTuple):
    """What a plan would ask, and how that was reckoned: what was billed over some days, for a year, by the months."""

    months_count: int
    amount_cents: int
    year_cents: int
    billed_cents: int
    days_count: int
    since_on: date
    until_on: date


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan with its terms, and what its bills asked and put off so far, by service."""

    plan_id: BudgetPlanId
    agreement_id: AgreementId
    account_id: AccountId
    version: int
    state: State
    amount_cents: int
    months_count: int
    billed_cents: int
    days_count: int
    since_on: date
    until_on: date
    round_up_to_cents: int
    review_over_percent: int
    ends_after_missed: int
    true_up_within_days: int
    months_asked: int
    billed_through_on: date
    last_bill_id: BillId | None
    deferred: Mapping[str, int]

    @property
    def balance_cents(self) -> int:
        """Used more than asked; less than nothing is paid ahead."""
        return sum(self.deferred.values())

    @property
    def months_left(self) -> int:
        """Whose amounts were not asked yet."""
        return self.months_count - self.months_asked


def quote(of: Candidate, months_count: int, policy: BudgetPolicy) -> Quote:
    """What a plan would ask a month. Raises MonthsNotOffered, ServiceNotTaken, AgreementOnPlan, HistoryTooShort, …"""
    if not policy.months_at_least <= months_count <= policy.months_at_most:
        raise MonthsNotOffered(
            field="months_count", given=months_count, at_least=policy.months_at_least, at_most=policy.months_at_most
        )
    if of.stopped_on is not None or of.closed_on is not None:
        raise ServiceNotTaken(field="agreement_id", stopped_on=of.stopped_on, closed_on=of.closed_on)
    if of.plan_id is not None:
        raise AgreementOnPlan(field="agreement_id", plan_id=of.plan_id)
    days_count = sum((one.end_on - one.start_on).days for one in of.past)
    if days_count < policy.history_from_days:
        raise HistoryTooShort(field="agreement_id", billed_days=days_count, at_least=policy.history_from_days)
    billed_cents = sum(one.total_cents for one in of.past)
    if billed_cents <= 0:
        raise NothingToSpread(field="agreement_id", billed_cents=billed_cents)
    year_cents = half_up(billed_cents * YEAR_DAYS, days_count)
    since_on = max(one.end_on for one in of.past)
    amount_cents = _rounded_up(year_cents, months_count, policy.round_up_to_cents)
    until_on = since_on + timedelta(days=YEAR_DAYS)
    return Quote(months_count, amount_cents, year_cents, billed_cents, days_count, since_on, until_on)


def check_running(plan: Plan, seen: int | None) -> None:
    """Raises PlanChangedSince, PlanEnded."""
    if seen is not None and seen != plan.version:
        raise PlanChangedSince(field="If-Match", version=plan.version, seen=seen)
    if plan.state != "active":
        raise PlanEnded(field="plan_id", state=plan.state)


def suggested_cents(plan: Plan) -> int | None:
    """The amount that would end the year even: what is ahead or behind, and the days left as they were last year.

    None where the plan is not further off than its terms allow, or has no month left to ask anything in.
    """
    off, allowed = abs(plan.balance_cents) * plan.days_count, plan.billed_cents * YEAR_DAYS
    if plan.state != "active" or not plan.months_left or off * 100 <= allowed * plan.review_over_percent:
        return None
    days_left = max(0, (plan.until_on - plan.billed_through_on).days)
    to_come = half_up(plan.billed_cents * days_left, plan.days_count) + plan.balance_cents
    return max(0, _rounded_up(to_come, plan.months_left, plan.round_up_to_cents))


def explain_quote(of: Quote, round_up_to_cents: int) -> list[str]:
    """How the amount of a quote was reckoned, in words."""
    billed, year, amount = dollars(of.billed_cents), dollars(of.year_cents), dollars(of.amount_cents)
    return [
        f"{billed} was billed for {of.days_count} days; for {YEAR_DAYS} days that is {year}.",
        f"In {of.months_count} months, each rounded up to full {dollars(round_up_to_cents)}: {amount} a month.",
        "Each bill still says what was used, line by line, beside the amount that it asks.",
        f"What is ahead or behind is settled with the last bill of the plan's year, about {_day(of.until_on)}.",
        "It is settled at once when the service stops, or the plan ends for another reason.",
    ]


def explain(plan: Plan, suggested: int | None) -> list[str]:
    """Where a plan stands, in words, and what is to be done next."""
    if plan.state != "active":
        return [
            f"{_ENDINGS[plan.state]}: what was ahead or behind is settled on the ledger.",
            "For another year of equal amounts, ask for a quote and enroll the agreement again.",
        ]
    said = [
        f"{dollars(plan.amount_cents)} a month, {plan.months_asked} of {plan.months_count} months asked.",
        _explain_balance(plan.balance_cents, plan.until_on),
    ]
    if suggested is None:
        return said
    return [
        *said,
        f"That is more than {plan.review_over_percent} % of a year: review the plan.",
        f"{dollars(suggested)} a month from the next bill on would end the year even.",
    ]


def _explain_balance(cents: int, until_on: date) -> str:
    if not cents:
        return f"As much was used as was asked so far; the true-up is about {_day(until_on)}."
    if cents > 0:
        return f"{dollars(cents)} more was used than asked so far; not due before the true-up about {_day(until_on)}."
    return f"{dollars(-cents)} more was asked than used so far; credited at the true-up about {_day(until_on)}."


def _day(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"


def _rounded_up(cents: int, months_count: int, to_cents: int) -> int:
    """A month's part, up to the next full dollar or what policy says."""
    return -(-cents // (months_count * to_cents)) * to_cents
