"""What a tariff on trial would change: revenue, by class, whose bills most, and how many by how much."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from services.billing.domain.trials import TrialUnknown
from shared.ids import AccountId, BillId, JobId
from shared.postgres import Reader

MOST_CHANGED_MAX = 20
BUCKETS = (
    "down more than 50 %", "down 20 to 50 %", "down 10 to 20 %", "down 5 to 10 %", "down to 5 %", "the same",
    "up to 5 %", "up 5 to 10 %", "up 10 to 20 %", "up 20 to 50 %", "up more than 50 %",
)  # fmt: skip
_FIND = """
SELECT j.job_id, j.parameters ->> 'rate_code' AS rate_code, j.parameters ->> 'cycle' AS cycle, j.requested_by,
    j.requested_at, j.finished_at, j.failed_at, j.last_error, j.done_count, j.total_count, s.*
FROM jobs j
CROSS JOIN LATERAL (
    SELECT count(after_cents) AS bills_count, count(reason) AS unpriced_count,
        coalesce(sum(before_cents) FILTER (WHERE reason IS NULL), 0)::bigint AS before_cents,
        coalesce(sum(after_cents), 0)::bigint AS after_cents
    FROM tariff_trial_bills WHERE job_id = j.job_id) s
WHERE j.job_id = $1 AND j.kind = 'tariff_trial'
"""
_BY_CLASS = """
SELECT customer_class, count(*) AS bills_count, sum(before_cents)::bigint AS before_cents,
    sum(after_cents)::bigint AS after_cents
FROM tariff_trial_bills WHERE job_id = $1 AND reason IS NULL GROUP BY customer_class ORDER BY customer_class
"""
_UNPRICED = """
SELECT reason, count(*) AS bills_count FROM tariff_trial_bills WHERE job_id = $1 AND reason IS NOT NULL
GROUP BY reason ORDER BY reason
"""
# Hundredths of a percent, away from nothing: a cent of change is a change.
_HISTOGRAM = """
SELECT width_bucket(
    CASE WHEN before_cents <= 0 THEN sign(after_cents - before_cents)::bigint * 1000000
    ELSE sign(after_cents - before_cents)::bigint
        * ((abs(after_cents - before_cents) * 10000 + before_cents - 1) / before_cents) END,
    ARRAY[-5000, -2000, -1000, -500, 0, 1, 501, 1001, 2001, 5001]::bigint[]) AS place, count(*) AS bills_count
FROM tariff_trial_bills WHERE job_id = $1 AND reason IS NULL GROUP BY place
"""
_MOST_CHANGED = """
SELECT t.account_id, a.account_number, t.bill_id, t.customer_class, t.before_cents, t.after_cents
FROM tariff_trial_bills t LEFT JOIN accounts a USING (account_id)
WHERE t.job_id = $1 AND t.reason IS NULL AND t.after_cents <> t.before_cents
ORDER BY abs(t.after_cents - t.before_cents) DESC, t.bill_id LIMIT $2
"""


class ClassChange(BaseModel):
    """What a class of customers was billed, and what it would be."""

    customer_class: str
    bills_count: int
    before_cents: int
    after_cents: int


class Bucket(BaseModel):
    """How many bills would change by so much."""

    change: str
    bills_count: int


class Unpriced(BaseModel):
    """How many bills the tariff cannot price, and by which rule."""

    reason: str
    bills_count: int


class BillChange(BaseModel):
    """A bill that would change much."""

    account_id: AccountId
    account_number: str | None
    bill_id: BillId
    customer_class: str
    before_cents: int
    after_cents: int


class TariffTrialView(BaseModel):
    """A trial, added up as far as it is. Bills that cannot be priced are in neither sum."""

    job_id: JobId
    rate_code: str
    cycle: str
    requested_by: str
    requested_at: datetime
    finished_at: datetime | None
    failed_at: datetime | None
    last_error: str | None
    done_count: int = Field(description="Agreements looked at so far.")
    total_count: int | None = Field(description="Agreements of the cycle with the rate code.")
    bills_count: int = Field(description="Bills that were priced anew: the last of each agreement.")
    unpriced_count: int
    before_cents: int = Field(description="What these bills came to.")
    after_cents: int = Field(description="What they would come to.")
    by_class: list[ClassChange]
    histogram: list[Bucket]
    unpriced: list[Unpriced]
    most_changed: list[BillChange]


async def find_tariff_trial(reader: Reader, job_id: JobId) -> TariffTrialView:
    """A trial, added up. Raises TrialUnknown."""
    row = await reader.fetchrow(_FIND, job_id)
    if row is None:
        raise TrialUnknown(field="job_id", job_id=job_id)
    counts = {each["place"]: each["bills_count"] for each in await reader.fetch(_HISTOGRAM, job_id)}
    return TariffTrialView(
        **dict(row),
        by_class=_all(ClassChange, await reader.fetch(_BY_CLASS, job_id)),
        histogram=[Bucket(change=change, bills_count=counts.get(n, 0)) for n, change in enumerate(BUCKETS)],
        unpriced=_all(Unpriced, await reader.fetch(_UNPRICED, job_id)),
        most_changed=_all(BillChange, await reader.fetch(_MOST_CHANGED, job_id, MOST_CHANGED_MAX)),
    )


def _all(model: type[Any], rows: list[Any]) -> list[Any]:
    return [model(**dict(row)) for row in rows]
