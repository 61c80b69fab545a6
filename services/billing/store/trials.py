"""Trials of tariffs: the last bills of a cycle as they were made, and what each would come to. No bill is touched."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.billing.domain.circumstances import PROMPT, Circumstances, Period
from services.billing.domain.exact import exact
from services.billing.domain.trials import Outcome, Tried
from services.billing.store.columns import list_columns
from shared.ids import JobId
from shared.postgres import Tx

_COUNT = "SELECT count(*) FROM agreements WHERE billing_cycle = $1 AND rate_code = $2"
_LIST = """
SELECT g.agreement_id, g.account_id, g.meter_size, coalesce(r.customer_class, g.customer_class) AS customer_class,
    coalesce(r.dwelling_units, g.dwelling_units) AS dwelling_units, coalesce(r.discounts, g.discounts) AS discounts,
    g.unit AS metered_in, g.started_on, g.stopped_on, b.bill_id, b.period_start_on, b.period_end_on, b.quantity::text,
    b.unit, b.total_cents, NOT EXISTS (
        SELECT 1 FROM charges c WHERE c.account_id = g.account_id AND c.open_cents > 0 AND c.due_on < $5) AS is_prompt
FROM (
    SELECT * FROM agreements WHERE billing_cycle = $1 AND rate_code = $2 AND agreement_id > $3
    ORDER BY agreement_id LIMIT $4) g
LEFT JOIN LATERAL (
    SELECT * FROM bills WHERE agreement_id = g.agreement_id AND state <> 'cancelled'
    ORDER BY period_end_on DESC LIMIT 1) b ON true
LEFT JOIN LATERAL (
    SELECT customer_class, dwelling_units, discounts FROM rate_changes
    WHERE agreement_id = g.agreement_id AND effective_on <= b.period_end_on
    ORDER BY effective_on DESC LIMIT 1) r ON true
ORDER BY g.agreement_id
"""
_INSERT = """
INSERT INTO tariff_trial_bills (job_id, bill_id, account_id, customer_class, before_cents, after_cents, reason)
SELECT $1, bill_id, account_id, customer_class, before_cents, after_cents, reason
FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::bigint[], $6::bigint[], $7::text[])
    AS t (bill_id, account_id, customer_class, before_cents, after_cents, reason)
"""


async def find_trial_count(tx: Tx, cycle: str, rate_code: str) -> int:
    """How many agreements of a cycle have this rate code."""
    count: int = await tx.fetchval(_COUNT, cycle, rate_code)
    return count


async def list_tried(
    tx: Tx, cycle: str, rate_code: str, after: UUID, limit: int
) -> tuple[list[Tried], int, UUID]:  # fmt: skip
    """The last bills of the next agreements; how many agreements were looked at, and the last of them."""
    rows = await tx.fetch(_LIST, cycle, rate_code, after, limit, tx.today)
    last = rows[-1]["agreement_id"] if rows else after
    return [_tried(row) for row in rows if row["bill_id"] is not None], len(rows), last


async def insert_outcomes(tx: Tx, job_id: JobId, outcomes: Sequence[Outcome]) -> None:
    """Keep what bills would come to."""
    rows = [
        (one.tried.bill_id, one.tried.account_id, one.tried.customer_class, one.tried.before_cents, one.after_cents,
         one.reason)
        for one in outcomes
    ]  # fmt: skip
    await tx.execute(_INSERT, job_id, *list_columns(rows, 6))


def _tried(row: Any) -> Tried:
    period = Period(row["period_start_on"], row["period_end_on"])
    bill = Circumstances(
        exact(row["quantity"]), period, meter_size=row["meter_size"], dwelling_units=row["dwelling_units"],
        classes=frozenset([row["customer_class"], *row["discounts"], *([PROMPT] if row["is_prompt"] else [])]),
        is_partial=row["started_on"] == period.start_on or row["stopped_on"] == period.end_on,
    )  # fmt: skip
    return Tried(
        row["bill_id"], row["agreement_id"], row["account_id"], row["customer_class"], row["total_cents"], row["unit"],
        row["metered_in"] is not None, bill,
    )  # fmt: skip
