"""Budget plans: their terms, what each posting of the ledger did to them, and how they ended."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from services.billing.domain.budget_plans import Candidate, Ending, Past, Plan, Quote
from services.billing.domain.policies import BudgetPolicy
from shared.ids import AccountId, AgreementId, BillId, BudgetPlanId
from shared.postgres import Reader, Tx

_FIND_CANDIDATE = """
SELECT g.agreement_id, g.account_id, g.stopped_on, a.closed_on,
    (SELECT plan_id FROM budget_plans p WHERE p.agreement_id = g.agreement_id AND p.state = 'active') AS plan_id,
    (SELECT jsonb_agg(jsonb_build_array(b.bill_id, b.period_start_on, b.period_end_on, b.total_cents)
        ORDER BY b.period_end_on) FROM bills b
     WHERE b.agreement_id = g.agreement_id AND b.state = 'issued' AND b.period_end_on > (
        SELECT max(period_end_on) FROM bills l WHERE l.agreement_id = g.agreement_id AND l.state = 'issued') - 365
    ) AS past
FROM agreements g LEFT JOIN accounts a USING (account_id) WHERE g.agreement_id = $1
"""
_INSERT = """
INSERT INTO budget_plans (plan_id, agreement_id, account_id, amount_cents, months_count, billed_cents, days_count,
    since_on, until_on, round_up_to_cents, review_over_percent, ends_after_missed, true_up_within_days, enrolled_at,
    enrolled_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
"""
_PLANS = """
SELECT p.plan_id, p.agreement_id, p.account_id, p.version, p.state, p.amount_cents, p.months_count, p.billed_cents,
    p.days_count, p.since_on, p.until_on, p.round_up_to_cents, p.review_over_percent, p.ends_after_missed,
    p.true_up_within_days,
    (SELECT coalesce(sum(m.months_count), 0)::int FROM budget_plan_postings m WHERE m.plan_id = p.plan_id) AS asked,
    (SELECT coalesce(max(b.period_end_on), p.since_on) FROM budget_plan_postings m JOIN bills b USING (bill_id)
     WHERE m.plan_id = p.plan_id AND m.kind = 'bill' AND b.state = 'issued') AS billed_through_on,
    (SELECT m.bill_id FROM budget_plan_postings m JOIN bills b USING (bill_id)
     WHERE m.plan_id = p.plan_id AND m.kind = 'bill' ORDER BY b.period_end_on DESC, b.version DESC LIMIT 1) AS last_id,
    (SELECT coalesce(jsonb_object_agg(service, cents), '{}') FROM (
        SELECT e.service, sum(e.amount_cents) AS cents FROM budget_plan_postings m JOIN entries e USING (posting_id)
        WHERE m.plan_id = p.plan_id AND e.book = 'budget' GROUP BY e.service) s) AS deferred
FROM budget_plans p
"""
_LOCK = f"{_PLANS} WHERE p.plan_id = ANY($1::uuid[]) ORDER BY p.plan_id FOR NO KEY UPDATE OF p"
_LOCK_ACTIVE = f"""
{_PLANS} WHERE p.state = 'active' AND p.agreement_id = ANY($1::uuid[]) ORDER BY p.plan_id FOR NO KEY UPDATE OF p
"""
_FIND_ACCOUNT = "SELECT account_id FROM budget_plans WHERE plan_id = $1"
_FIND_MISSING = """
SELECT p.plan_id, p.account_id
FROM budget_plan_postings m JOIN budget_plans p USING (plan_id)
JOIN budget_plan_postings o ON o.plan_id = p.plan_id AND o.kind = 'bill'
WHERE m.bill_id = ANY($1::uuid[]) AND m.kind = 'bill' AND p.state = 'active' AND EXISTS (
    SELECT FROM charges c WHERE c.bill_id = o.bill_id AND c.due_on < $2 AND c.open_cents > c.disputed_cents)
GROUP BY p.plan_id HAVING count(DISTINCT o.bill_id) >= p.ends_after_missed
"""
_FIND_ENDED = """
SELECT p.plan_id, p.account_id, CASE WHEN g.stopped_on IS NULL THEN 'account_closed' ELSE 'service_stopped' END AS why
FROM budget_plans p LEFT JOIN agreements g USING (agreement_id) LEFT JOIN accounts a ON a.account_id = p.account_id
WHERE p.account_id = ANY($1::uuid[]) AND p.state = 'active'
    AND (g.stopped_on IS NOT NULL OR a.closed_on IS NOT NULL)
"""
_FIND_OF_BILL = """
SELECT m.plan_id, m.months_count, m.asked_cents, (
    SELECT coalesce(jsonb_object_agg(e.service, e.amount_cents), '{}') FROM entries e
    WHERE e.posting_id = m.posting_id AND e.book = 'budget') AS deferred, (
    SELECT array_agg(e.charge_id) FROM budget_plan_postings t JOIN entries e USING (posting_id)
    WHERE t.bill_id = m.bill_id AND t.kind = 'true_up' AND e.charge_id IS NOT NULL) AS settled
FROM budget_plan_postings m WHERE m.bill_id = $1 AND m.kind = 'bill'
"""
_INSERT_POSTINGS = """
INSERT INTO budget_plan_postings (posting_id, plan_id, account_id, bill_id, kind, months_count, asked_cents,
    deferred_cents, balance_cents, effective_on)
SELECT m.posting_id, m.plan_id, p.account_id, m.bill_id, m.kind, m.months_count, m.asked_cents, m.deferred_cents,
    m.balance_cents, $9
FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::int[], $6::bigint[], $7::bigint[], $8::bigint[])
    AS m (posting_id, plan_id, bill_id, kind, months_count, asked_cents, deferred_cents, balance_cents)
JOIN budget_plans p USING (plan_id)
"""
_SAVE_AMOUNT = "UPDATE budget_plans SET amount_cents = $2, version = version + 1 WHERE plan_id = $1"
_SAVE_ENDED = """
UPDATE budget_plans SET state = $2, ended_on = $3, ended_by = $4, ended_why = $5, version = version + 1
WHERE plan_id = ANY($1::uuid[])
"""


class PlanPosting(NamedTuple):
    """What a posting of the ledger did to a plan, and how the plan stood after it."""

    posting_id: UUID
    plan_id: BudgetPlanId
    bill_id: BillId
    kind: str
    months_count: int
    asked_cents: int
    deferred_cents: int
    balance_cents: int


class Budgeted(NamedTuple):
    """What an issued bill asked under a plan, what it put off, and charges on it that are of the plan's true-up."""

    plan_id: BudgetPlanId
    months_count: int
    asked_cents: int
    deferred: dict[str, int]
    settled: frozenset[UUID]


async def find_budget_candidate(reader: Reader, agreement_id: AgreementId) -> Candidate | None:
    """An agreement that somebody wants on a plan, with the issued bills of its last year."""
    row = await reader.fetchrow(_FIND_CANDIDATE, agreement_id)
    if row is None:
        return None
    past = tuple(
        Past(BillId(UUID(bill_id)), date.fromisoformat(start_on), date.fromisoformat(end_on), total_cents)
        for bill_id, start_on, end_on, total_cents in row["past"] or ()
    )
    return Candidate(
        row["agreement_id"], row["account_id"], row["stopped_on"], row["closed_on"], row["plan_id"], past
    )  # fmt: skip


async def insert_budget_plan(
    tx: Tx, plan_id: BudgetPlanId, of: Candidate, quoted: Quote, policy: BudgetPolicy
) -> None:  # fmt: skip
    """Keep that an agreement is on a plan, with the terms of the day."""
    await tx.execute(
        _INSERT, plan_id, of.agreement_id, of.account_id, quoted.amount_cents, quoted.months_count, quoted.billed_cents,
        quoted.days_count, quoted.since_on, quoted.until_on, policy.round_up_to_cents, policy.review_over_percent,
        policy.ends_after_missed, policy.true_up_within_days, tx.now, tx.actor.subject,
    )  # fmt: skip


async def find_budget_account(tx: Tx, plan_id: BudgetPlanId) -> AccountId | None:
    """Whose plan it is: the account's page is locked before it."""
    return await tx.fetchval(_FIND_ACCOUNT, plan_id)


async def lock_budget_plans(tx: Tx, plan_ids: Collection[BudgetPlanId]) -> dict[BudgetPlanId, Plan]:
    """Lock plans, running or not."""
    return {plan.plan_id: plan for plan in _plans(await tx.fetch(_LOCK, list(plan_ids)))}


async def lock_running_plans(tx: Tx, agreement_ids: Collection[AgreementId]) -> dict[AgreementId, Plan]:
    """Lock the plans that these agreements are on; most are on none."""
    return {plan.agreement_id: plan for plan in _plans(await tx.fetch(_LOCK_ACTIVE, list(agreement_ids)))}


async def find_missing(tx: Tx, bill_ids: Collection[BillId]) -> dict[BudgetPlanId, AccountId]:
    """Running plans of these bills of which as many amounts are past due as their terms allow to be missed."""
    rows = await tx.fetch(_FIND_MISSING, list(bill_ids), tx.today)
    return {row["plan_id"]: row["account_id"] for row in rows}


async def find_ended_budgets(
    tx: Tx, account_ids: Collection[AccountId]
) -> list[tuple[BudgetPlanId, AccountId, Ending]]:  # fmt: skip
    """Running plans of services that stopped or accounts that closed, and which of the two."""
    return [tuple(row) for row in await tx.fetch(_FIND_ENDED, list(account_ids))]


async def find_budgeted(tx: Tx, bill_id: BillId) -> Budgeted | None:
    """What an issued bill asked under a plan; None for one that asked what it came to."""
    row = await tx.fetchrow(_FIND_OF_BILL, bill_id)
    if row is None:
        return None
    return Budgeted(
        row["plan_id"], row["months_count"], row["asked_cents"], row["deferred"], frozenset(row["settled"] or ())
    )


async def insert_plan_postings(tx: Tx, postings: Sequence[PlanPosting]) -> None:
    """Keep what postings of the ledger did to plans."""
    if postings:
        await tx.execute(_INSERT_POSTINGS, *zip(*postings, strict=True), tx.today)


async def save_budget_amount(tx: Tx, plan_id: BudgetPlanId, amount_cents: int) -> None:
    """Keep what a plan asks from its next bill on."""
    await tx.execute(_SAVE_AMOUNT, plan_id, amount_cents)


async def save_budgets_ended(
    tx: Tx, plan_ids: Collection[BudgetPlanId], ending: Ending, why: str | None
) -> None:  # fmt: skip
    """Keep that plans ended."""
    await tx.execute(_SAVE_ENDED, list(plan_ids), ending, tx.today, tx.actor.subject, why)


def _plans(rows: Sequence[Any]) -> list[Plan]:
    return [Plan(*row) for row in rows]
