"""Budget plans: enrolled for a quoted amount, followed by each bill, settled when their year or the service ends."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, time, timedelta
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.billing import store
from services.billing.commands.booking import book
from services.billing.domain import budget_shares
from services.billing.domain.bills import Head, due_on
from services.billing.domain.budget_plans import (
    AgreementNotKnown,
    AmountStillFits,
    BudgetPlanUnknown,
    Ending,
    Plan,
    QuoteOutdated,
    check_running,
    quote,
    suggested_cents,
)
from services.billing.domain.budget_shares import Share
from services.billing.domain.ledger import Charge
from services.billing.domain.policies import Policy
from services.billing.store.budget_plans import Budgeted, PlanPosting
from shared import deadlines
from shared.calendar import new_jersey
from shared.deadlines import Deadline
from shared.events.fields import CentsPaid, Sentence
from shared.ids import AccountId, AgreementId, BillId, BudgetPlanId, new_id
from shared.postgres import Tx

MISSED = "budget_missed"


class NewBudgetPlan(BaseModel):
    """A customer agreed to equal amounts; ask for the quote first, and name its amount."""

    model_config = ConfigDict(extra="forbid")

    months_count: int = Field(ge=1, le=12, description="In which the amount is asked; the quote was for as many.")
    amount_cents: CentsPaid = Field(description="What the customer was told: the amount of the quote.")


class NewBudgetChange(BaseModel):
    """Why a plan ends, or its amount is set anew."""

    model_config = ConfigDict(extra="forbid")

    why: Sentence


async def enroll(tx: Tx, agreement_id: AgreementId, new: NewBudgetPlan) -> BudgetPlanId:
    """Put an agreement on a plan, from its next bill on.

    Raises AgreementNotKnown, the refusals of the quote, and QuoteOutdated.
    """
    await store.lock_agreements(tx, [agreement_id])
    of = await store.find_budget_candidate(tx, agreement_id)
    if of is None:
        raise AgreementNotKnown(field="agreement_id", agreement_id=agreement_id)
    policy = (await store.find_policy(tx, tx.today)).budget_plans
    quoted = quote(of, new.months_count, policy)
    if quoted.amount_cents != new.amount_cents:
        raise QuoteOutdated(field="amount_cents", amount_cents=quoted.amount_cents)
    plan_id = BudgetPlanId(new_id())
    await store.insert_budget_plan(tx, plan_id, of, quoted, policy)
    await tx.audit(plan_id, "budget_plan.enrolled", after=new.model_dump())
    return plan_id


async def leave_plan(tx: Tx, plan_id: BudgetPlanId, new: NewBudgetChange, seen: int | None) -> None:
    """End a plan because the customer wants it; what was put off is due by an ordinary due date.

    Raises BudgetPlanUnknown, PlanChangedSince, PlanEnded.
    """
    plan, policy = await _lock(tx, plan_id, seen)
    await tx.audit(plan_id, "budget_plan.left", after={"balance_cents": plan.balance_cents}, why=new.why)
    await _end(tx, [plan], "left", new.why, policy)


async def review_plan(tx: Tx, plan_id: BudgetPlanId, new: NewBudgetChange, seen: int | None) -> None:
    """Set the amount anew so that the year ends even. Raises BudgetPlanUnknown, PlanChangedSince, AmountStillFits, …"""
    plan, _ = await _lock(tx, plan_id, seen)
    cents = suggested_cents(plan)
    if cents is None:
        raise AmountStillFits(
            field="plan_id", balance_cents=plan.balance_cents, review_over_percent=plan.review_over_percent,
            months_left=plan.months_left,
        )  # fmt: skip
    await store.save_budget_amount(tx, plan_id, cents)
    before, after = {"amount_cents": plan.amount_cents}, {"amount_cents": cents}
    await tx.audit(plan_id, "budget_plan.reviewed", before=before, after=after, why=new.why)


async def find_shares(tx: Tx, heads: Sequence[Head]) -> dict[BillId, Share]:
    """What these bills ask under plans; the accounts' pages are locked. Most bills are under none."""
    plans = await store.lock_running_plans(tx, {head.agreement_id for head in heads})
    return {one.bill_id: one for one in budget_shares.share(plans, heads)} if plans else {}


async def follow_budgets(tx: Tx, shares: Mapping[BillId, Share], policy: Policy) -> None:
    """Keep what issued bills asked and put off; the last of a plan's year settles it."""
    if not shares:
        return
    await store.insert_plan_postings(
        tx,
        [
            PlanPosting(
                bill_id, of.plan.plan_id, bill_id, "bill", of.months_count, of.asked_cents,
                sum(of.deferred.values()), of.plan.balance_cents,
            )
            for bill_id, of in shares.items()
        ],
    )  # fmt: skip
    day_after = due_on(tx.today, policy, new_jersey(tx.zone)) + timedelta(days=1)
    at = datetime.combine(day_after, time(), tx.zone)
    await deadlines.put(tx, *(Deadline(MISSED, bill_id, at) for bill_id, of in shares.items() if of.asked_cents))
    last = {of.plan.plan_id: of for of in shares.values()}
    await _end(tx, [of.plan for of in last.values() if of.is_last], "completed", None, policy)


async def end_missed_plans(tx: Tx, bill_ids: Collection[BillId]) -> None:
    """End plans of which as many amounts were missed as their terms say; the rest is due by an ordinary due date."""
    missing = await store.find_missing(tx, bill_ids)
    if not missing:
        return
    policy = await store.find_policy(tx, tx.today)
    await store.lock_standings(tx, missing.values(), policy.service_priority)
    still = await store.find_missing(tx, bill_ids)
    plans = await store.lock_budget_plans(tx, still)
    await _end(tx, [plan for plan in plans.values() if plan.state == "active"], "missed", None, policy)


async def end_stopped_plans(tx: Tx, account_ids: Collection[AccountId]) -> None:
    """Settle the plans of services that stopped and of accounts that closed."""
    found = await store.find_ended_budgets(tx, account_ids)
    if not found:
        return
    policy = await store.find_policy(tx, tx.today)
    await store.lock_standings(tx, [account_id for _, account_id, _ in found], policy.service_priority)
    plans = await store.lock_budget_plans(tx, [plan_id for plan_id, _, _ in found])
    running = {plan_id for plan_id, plan in plans.items() if plan.state == "active"}
    stopped = {plan_id for plan_id, _, why in found if why == "service_stopped"}
    await _end(tx, [plans[one] for one in sorted(running & stopped)], "service_stopped", None, policy)
    await _end(tx, [plans[one] for one in sorted(running - stopped)], "account_closed", None, policy)


async def take_back_share(tx: Tx, bill_id: BillId, posting_id: UUID, of: Budgeted, policy: Policy) -> None:
    """A bill under a plan was cancelled: its months are asked anew. A plan that has ended is settled again at once."""
    plan = (await store.lock_budget_plans(tx, [of.plan_id]))[of.plan_id]
    deferred_cents = sum(of.deferred.values())
    row = PlanPosting(
        posting_id, of.plan_id, bill_id, "bill_cancellation", -of.months_count, -of.asked_cents, -deferred_cents,
        plan.balance_cents - deferred_cents,
    )  # fmt: skip
    await deadlines.remove(tx, MISSED, [bill_id])
    await store.insert_plan_postings(tx, [row])
    if plan.state != "active":
        left = (await store.lock_budget_plans(tx, [of.plan_id]))[of.plan_id]
        await _settle(tx, [left], policy)


async def _lock(tx: Tx, plan_id: BudgetPlanId, seen: int | None) -> tuple[Plan, Policy]:
    """Raises BudgetPlanUnknown, PlanChangedSince, PlanEnded."""
    account_id = await store.find_budget_account(tx, plan_id)
    if account_id is None:
        raise BudgetPlanUnknown(field="plan_id", plan_id=plan_id)
    policy = await store.find_policy(tx, tx.today)
    await store.lock_standings(tx, [account_id], policy.service_priority)
    plan = (await store.lock_budget_plans(tx, [plan_id]))[plan_id]
    check_running(plan, seen)
    return plan, policy


async def _end(tx: Tx, plans: Sequence[Plan], ending: Ending, why: str | None, policy: Policy) -> None:
    if not plans:
        return
    await store.save_budgets_ended(tx, [plan.plan_id for plan in plans], ending, why)
    await _settle(tx, plans, policy)


async def _settle(tx: Tx, plans: Sequence[Plan], policy: Policy) -> None:
    """Make due what plans put off, on the last bill of each."""
    open_plans = [(plan, plan.last_bill_id) for plan in plans if plan.last_bill_id and any(plan.deferred.values())]
    if not open_plans:
        return
    standings = await store.lock_standings(tx, (plan.account_id for plan, _ in open_plans), policy.service_priority)
    sheets = {account_id: standing.sheet for account_id, standing in standings.items()}
    due = due_on(tx.today, policy, new_jersey(tx.zone))
    postings, rows, added = [], [], set()
    for plan, bill_id in open_plans:
        charges = [
            Charge(new_id(), bill_id, service, due, cents, cents)
            for service, cents in plan.deferred.items() if cents > 0
        ]  # fmt: skip
        posting = budget_shares.true_up(
            sheets[plan.account_id], new_id(), plan.deferred, charges, on=tx.today, priority=policy.service_priority
        )
        sheets[plan.account_id] = posting.sheet
        postings.append(posting)
        added |= {one.charge_id for one in charges}
        rows.append(PlanPosting(
            posting.posting_id, plan.plan_id, bill_id, "true_up", 0, plan.balance_cents, -plan.balance_cents, 0
        ))  # fmt: skip
    kept = [one for sheet in sheets.values() for one in sheet.charges if one.charge_id in added]
    await store.insert_later_charges(tx, kept)
    await store.insert_plan_postings(tx, rows)
    await book(tx, standings, postings, (), policy)
