"""What people ask of budget plans: what one would ask, enroll, set the amount anew, leave."""

from typing import Annotated, Literal

from fastapi import Query

from services.billing import commands, views
from services.billing.commands import NewBudgetChange, NewBudgetPlan
from services.billing.views import BudgetPlanState, BudgetPlanView, BudgetQuote
from shared.auth import Role, permission
from shared.http import Door, IfMatch, Page, PageQuery, ReadTx, WriteTx
from shared.ids import AccountId, AgreementId, BudgetPlanId

door = Door()

READ_BUDGET_PLANS = permission(
    "budget-plans.read", Role.CSR, Role.SENIOR, Role.SUPERVISOR, Role.CASHIER, Role.BILLING
)  # fmt: skip
ENROLL_IN_BUDGET_PLANS = permission("budget-plans.enroll", Role.CSR, Role.SENIOR, Role.SUPERVISOR, Role.BILLING)
REVIEW_BUDGET_PLANS = permission("budget-plans.review", Role.SENIOR, Role.SUPERVISOR, Role.BILLING)

Months = Annotated[int, Query(ge=1, le=12, description="In which the amount is asked; policy says how many may be.")]


@door.get("/agreements/{agreement_id}/budget-quote", needs=READ_BUDGET_PLANS)
async def get_budget_quote(tx: ReadTx, agreement_id: AgreementId, months_count: Months = 12) -> BudgetQuote:
    """What a budget plan would ask a month from the next bill on, and how that was reckoned from the last year."""
    return await views.find_budget_quote(tx, agreement_id, months_count)


@door.post("/agreements/{agreement_id}/budget-plan", needs=ENROLL_IN_BUDGET_PLANS, status_code=201, idempotent=True)
async def post_budget_plan(tx: WriteTx, agreement_id: AgreementId, body: NewBudgetPlan) -> BudgetPlanView:
    """Put a service on a budget plan for the amount that the customer was told, from its next bill on."""
    return await views.find_budget_plan(tx, await commands.enroll(tx, agreement_id, body))


@door.get("/budget-plans", needs=READ_BUDGET_PLANS)
async def list_budget_plans(
    tx: ReadTx, page: PageQuery, *, account_id: AccountId | None = None, agreement_id: AgreementId | None = None,
    state: BudgetPlanState | None = None, review: Literal["due"] | None = None,
) -> Page[BudgetPlanView]:  # fmt: skip
    """Budget plans, newest first; `review=due` are those further ahead or behind than their terms say."""
    return await views.list_budget_plans(
        tx, page, account_id=account_id, agreement_id=agreement_id, state=state, review=review
    )


@door.get("/budget-plans/{plan_id}", needs=READ_BUDGET_PLANS)
async def get_budget_plan(tx: ReadTx, plan_id: BudgetPlanId) -> BudgetPlanView:
    """A budget plan: what it asks, bill by bill, and how far ahead or behind it is."""
    return await views.find_budget_plan(tx, plan_id)


@door.post("/budget-plans/{plan_id}/review", needs=REVIEW_BUDGET_PLANS, status_code=201, idempotent=True)
async def post_budget_review(
    tx: WriteTx, plan_id: BudgetPlanId, body: NewBudgetChange, seen: IfMatch
) -> BudgetPlanView:  # fmt: skip
    """Set the amount anew, from the next bill on, so that the plan's year ends even."""
    await commands.review_plan(tx, plan_id, body, seen)
    return await views.find_budget_plan(tx, plan_id)


@door.post("/budget-plans/{plan_id}/withdrawal", needs=ENROLL_IN_BUDGET_PLANS, status_code=201, idempotent=True)
async def post_budget_withdrawal(
    tx: WriteTx, plan_id: BudgetPlanId, body: NewBudgetChange, seen: IfMatch
) -> BudgetPlanView:  # fmt: skip
    """End a plan because the customer wants it: what is behind is due, what is ahead is credit on account."""
    await commands.leave_plan(tx, plan_id, body, seen)
    return await views.find_budget_plan(tx, plan_id)
