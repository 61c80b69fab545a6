"""What a person looks at before a run is released: totals, what stands out against before, what is held, and why."""

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, Field

from services.billing.domain.run_reviews import RunNotForReview
from shared.ids import AccountId, AccountNumber, AgreementId, BillId, JobId
from shared.money import dollars
from shared.postgres import Reader

LISTED_MAX = 100

_FIND = """
SELECT r.*, j.finished_at, j.done_count, j.total_count, b.*, x.*,
    (SELECT coalesce(jsonb_agg(to_jsonb(c) ORDER BY c.rate_code), '[]') FROM (
        SELECT rate_code, unit, count(*) AS bills_count, sum(total_cents)::bigint AS total_cents,
            sum(quantity)::text AS quantity, min(total_cents) AS least_cents, max(total_cents) AS most_cents
        FROM bills WHERE job_id = $1 AND state <> 'cancelled' GROUP BY rate_code, unit) c) AS by_rate_code,
    (SELECT coalesce(jsonb_agg(to_jsonb(h) ORDER BY h.bill_id), '[]') FROM (
        SELECT b.bill_id, b.account_id, b.account_number, b.total_cents,
            CASE WHEN o.bill_id IS NULL THEN b.held_for ELSE 'held_in_review' END AS reason_code, o.why, o.held_by
        FROM bills b LEFT JOIN bill_holds o USING (bill_id)
        WHERE b.job_id = $1 AND b.state = 'held' AND (b.held_for <> 'review' OR o.bill_id IS NOT NULL)
        ORDER BY b.bill_id LIMIT $2) h) AS held
FROM run_reviews r JOIN jobs j USING (job_id)
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE state = 'held') AS waiting_count,
        count(*) FILTER (WHERE state = 'issued') AS issued_count,
        count(*) FILTER (WHERE state <> 'cancelled') AS bills_count,
        coalesce(sum(total_cents) FILTER (WHERE state <> 'cancelled'), 0)::bigint AS total_cents
    FROM bills WHERE job_id = $1) b
CROSS JOIN LATERAL (
    SELECT coalesce(jsonb_object_agg(reason, n), '{}') AS exceptions_by_reason
    FROM (SELECT reason, count(*) AS n FROM billing_exceptions WHERE job_id = $1 GROUP BY reason) e) x
WHERE r.job_id = $1
"""
# A bill is weighed against the one that ended about a year before, or else against the last one, in cents a day.
_OUTLIERS = """
WITH weighed AS (
    SELECT b.bill_id, b.account_id, b.account_number, b.agreement_id, b.rate_code, b.period_end_on, b.total_cents,
        greatest(b.days_count, 1) AS days_count, p.bill_id AS against_bill_id, p.period_end_on AS against_end_on,
        p.total_cents AS against_cents, greatest(p.days_count, 1) AS against_days_count
    FROM bills b CROSS JOIN LATERAL (
        SELECT * FROM bills o WHERE o.agreement_id = b.agreement_id AND o.state <> 'cancelled'
            AND o.period_end_on < b.period_end_on
        ORDER BY o.period_end_on BETWEEN b.period_end_on - 380 AND b.period_end_on - 350 DESC,
            o.period_end_on DESC LIMIT 1) p
    WHERE b.job_id = $1 AND b.state <> 'cancelled'
), compared AS (
    SELECT w.*, CASE WHEN against_cents > 0
        THEN (total_cents * 100 * against_days_count / (against_cents * days_count))::bigint END AS percent
    FROM weighed w
)
SELECT c.* FROM compared c JOIN run_reviews r ON r.job_id = $1
WHERE greatest(total_cents, against_cents) >= r.floor_cents
    AND (percent IS NULL OR percent >= r.high_percent OR percent <= r.low_percent)
ORDER BY abs(total_cents - against_cents) DESC, bill_id LIMIT $2
"""


class RateCodeTotal(BaseModel):
    """What a run comes to for one rate code."""

    rate_code: str
    unit: str
    bills_count: int
    quantity: str = Field(description="Billed in all, in this unit.")
    total_cents: int
    least_cents: int
    most_cents: int


class HeldBill(BaseModel):
    """A bill that stays behind when the run is released, and why."""

    bill_id: BillId
    account_id: AccountId
    account_number: AccountNumber
    total_cents: int
    reason_code: str
    why: str | None = Field(description="In the words of the person who held it.")
    held_by: str | None


class Outlier(BaseModel):
    """A bill that stands out against the one of a year ago, or else the last one, in cents a day."""

    bill_id: BillId
    account_id: AccountId
    account_number: AccountNumber
    agreement_id: AgreementId
    rate_code: str
    period_end_on: date
    total_cents: int
    days_count: int
    against_bill_id: BillId
    against_end_on: date
    against_cents: int
    against_days_count: int
    percent: int | None = Field(description="Of what it was a day; None where nothing was charged before.")
    why: str


class RunReview(BaseModel):
    """A run, as it is looked at before it is released."""

    job_id: JobId
    asked_by: str
    asked_at: datetime
    finished_at: datetime | None
    released_at: datetime | None
    released_by: str | None
    release_job_id: JobId | None
    done_count: int = Field(description="Agreements looked at so far.")
    total_count: int | None
    bills_count: int
    waiting_count: int = Field(description="Bills that are not issued, those held for a reason too.")
    issued_count: int
    total_cents: int
    by_rate_code: list[RateCodeTotal]
    exceptions_by_reason: dict[str, int] = Field(description="What could not be billed; see /v1/billing-exceptions.")
    held: list[HeldBill] = Field(description=f"The first {LISTED_MAX}.")
    outliers: list[Outlier] = Field(description=f"Those that differ most, at most {LISTED_MAX}.")


async def find_run_review(reader: Reader, job_id: JobId) -> RunReview:
    """A run for review. Raises RunNotForReview."""
    row = await reader.fetchrow(_FIND, job_id, LISTED_MAX)
    if row is None:
        raise RunNotForReview(field="job_id", job_id=job_id)
    outliers = [_outlier(one) for one in await reader.fetch(_OUTLIERS, job_id, LISTED_MAX)]
    return RunReview(**{**row, "outliers": outliers})


def _outlier(row: Any) -> Outlier:
    before = f"{dollars(row['against_cents'])} for {row['against_days_count']} days to {row['against_end_on']}"
    now = f"{dollars(row['total_cents'])} for {row['days_count']} days"
    share = "" if row["percent"] is None else f", {row['percent']} % of it a day"
    return Outlier(**row, why=f"{now} against {before}{share}.")
