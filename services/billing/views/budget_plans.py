"""Budget plans as people look them up: what one would ask, what it asks, and how far ahead or behind it is."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.billing.domain.budget_plans import (
    AgreementNotKnown,
    BudgetPlanUnknown,
    Plan,
    State,
    explain,
    explain_quote,
    quote,
    suggested_cents,
)
from services.billing.store.budget_plans import find_budget_candidate
from services.billing.store.policies import find_policy
from services.billing.views.cursors import after_id
from shared.http import Page, PageRequest
from shared.ids import AccountId, AgreementId, BillId, BudgetPlanId
from shared.postgres import Reader

BudgetPlanState = State
PostingKind = Literal["bill", "bill_cancellation", "true_up"]

_FIND = """
SELECT p.*, coalesce(m.asked, 0) AS months_asked, coalesce(m.through_on, p.since_on) AS billed_through_on,
    NULL::uuid AS last_bill_id, coalesce(m.postings, '[]') AS postings,
    (SELECT coalesce(jsonb_object_agg(service, cents), '{}') FROM (
        SELECT e.service, sum(e.amount_cents) AS cents FROM budget_plan_postings o JOIN entries e USING (posting_id)
        WHERE o.plan_id = p.plan_id AND e.book = 'budget' GROUP BY e.service) s) AS deferred
FROM budget_plans p LEFT JOIN LATERAL (
    SELECT sum(m.months_count)::int AS asked, sum(m.deferred_cents)::bigint AS balance_cents,
        max(b.period_end_on) FILTER (WHERE m.kind = 'bill' AND b.state = 'issued') AS through_on,
        jsonb_agg(jsonb_build_array(m.posting_id, m.bill_id, m.kind, b.period_end_on, m.effective_on, m.asked_cents,
            m.deferred_cents, m.balance_cents) ORDER BY m.effective_on, m.posting_id) AS postings
    FROM budget_plan_postings m JOIN bills b USING (bill_id) WHERE m.plan_id = p.plan_id) m ON true
"""
_OFF = """
p.state = 'active' AND m.asked < p.months_count AND abs(m.balance_cents) * 100 * p.days_count
    > p.review_over_percent * p.billed_cents * 365"""
_FILTERS = {
    "account_id": "p.account_id = {}",
    "agreement_id": "p.agreement_id = {}",
    "state": "p.state = {}",
    "review": f"{{}}::text = 'due' AND {_OFF}",
}


class PastBill(BaseModel):
    """A bill that the amount was reckoned from."""

    bill_id: BillId
    period_start_on: date
    period_end_on: date
    total_cents: int


class BudgetQuote(BaseModel):
    """What a plan would ask a month, and how that was reckoned."""

    agreement_id: AgreementId
    account_id: AccountId
    months_count: int = Field(description="In which the amount is asked.")
    amount_cents: int = Field(description="To be asked a month; name it when you enroll.")
    year_cents: int = Field(description="What was billed, for 365 days.")
    billed_cents: int
    days_count: int
    since_on: date = Field(description="The end of the last bill: what is billed after it is under the plan.")
    until_on: date = Field(description="About when the true-up comes.")
    bills: list[PastBill]
    why: list[str]


class BudgetPosting(BaseModel):
    """What one posting of the ledger did to a plan."""

    posting_id: UUID
    bill_id: BillId
    kind: PostingKind
    period_end_on: date
    effective_on: date
    asked_cents: int = Field(description="Made due.")
    deferred_cents: int = Field(description="Used more than asked; paid ahead is negative.")
    balance_cents: int = Field(description="Of the plan, after it.")


class BudgetPlanView(BaseModel):
    """A budget plan: what it asks, and how far ahead or behind it is."""

    plan_id: BudgetPlanId
    agreement_id: AgreementId
    account_id: AccountId
    state: BudgetPlanState
    amount_cents: int = Field(description="Asked a month.")
    months_count: int
    months_asked: int
    balance_cents: int = Field(description="Used more than asked, and not due; less than nothing is paid ahead.")
    cents_by_service: dict[str, int] = Field(description="The balance, by service.")
    since_on: date
    until_on: date = Field(description="About when the true-up comes.")
    suggested_amount_cents: int | None = Field(description="Null where the amount still fits by the plan's terms.")
    billed_cents: int
    days_count: int
    review_over_percent: int
    ends_after_missed: int
    enrolled_at: datetime
    enrolled_by: str
    ended_on: date | None
    ended_by: str | None
    ended_why: str | None
    postings: list[BudgetPosting]
    why: list[str]
    version: int


class BudgetShare(BaseModel):
    """What a bill asks under a budget plan, beside what was used."""

    plan_id: BudgetPlanId
    asked_cents: int = Field(description="The budget amount of this bill: due by its due date.")
    deferred_cents: int = Field(description="Used more than asked; less than nothing is paid ahead.")
    balance_cents: int = Field(description="Of the plan after this bill; less than nothing is paid ahead.")
    true_up_on: date = Field(description="About when what is ahead or behind is settled.")
    true_up_cents: int | None = Field(description="On the last bill of the plan's year: the balance, made due.")


async def find_budget_quote(reader: Reader, agreement_id: AgreementId, months_count: int) -> BudgetQuote:
    """What a plan would ask from the next bill on. Raises AgreementNotKnown and the refusals of the quote."""
    of = await find_budget_candidate(reader, agreement_id)
    if of is None:
        raise AgreementNotKnown(field="agreement_id", agreement_id=agreement_id)
    policy = (await find_policy(reader, reader.today)).budget_plans
    quoted = quote(of, months_count, policy)
    bills = [
        PastBill(bill_id=bill_id, period_start_on=start_on, period_end_on=end_on, total_cents=cents)
        for bill_id, start_on, end_on, cents in of.past
    ]
    return BudgetQuote(
        agreement_id=of.agreement_id, account_id=of.account_id, bills=bills, **quoted._asdict(),
        why=explain_quote(quoted, policy.round_up_to_cents),
    )  # fmt: skip


async def find_budget_plan(reader: Reader, plan_id: BudgetPlanId) -> BudgetPlanView:
    """One plan. Raises BudgetPlanUnknown."""
    row = await reader.fetchrow(f"{_FIND} WHERE p.plan_id = $1", plan_id)
    if row is None:
        raise BudgetPlanUnknown(field="plan_id", plan_id=plan_id)
    return _plan(row)


async def list_budget_plans(reader: Reader, page: PageRequest, **named: UUID | str | None) -> Page[BudgetPlanView]:
    """Plans, newest first: those that all the names given fit (see _FILTERS)."""
    wanted = {name: value for name, value in named.items() if value is not None}
    filters = [_FILTERS[name].format(f"${n}") for n, name in enumerate(wanted, start=3)]
    where = " AND ".join(["($1::uuid IS NULL OR p.plan_id < $1)", *filters])
    rows = await reader.fetch(
        f"{_FIND} WHERE {where} ORDER BY p.plan_id DESC LIMIT $2", after_id(page), page.limit, *wanted.values()
    )
    return Page[BudgetPlanView].of([_plan(row) for row in rows], page, key=lambda one: [one.plan_id])


def share_from(values: Sequence[Any]) -> BudgetShare:
    """What a bill asks, as the statement that found the bill gives it: the fields in their order."""
    return BudgetShare(**dict(zip(BudgetShare.model_fields, values, strict=True)))


def _plan(row: Mapping[str, Any]) -> BudgetPlanView:
    plan = Plan(**{one.name: row[one.name] for one in fields(Plan)})
    suggested = suggested_cents(plan)
    postings = [
        BudgetPosting(**dict(zip(BudgetPosting.model_fields, values, strict=True))) for values in row["postings"]
    ]
    return BudgetPlanView(**{
        **row, "postings": postings, "balance_cents": plan.balance_cents, "cents_by_service": plan.deferred,
        "suggested_amount_cents": suggested, "why": explain(plan, suggested),
    })  # fmt: skip
