"""What a bill run came to, and what it could not bill."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from services.billing.domain.bills import BillRunUnknown
from services.billing.views.cursors import after_id
from shared.http import Page, PageRequest
from shared.ids import AccountId, AgreementId, JobId
from shared.postgres import Reader

_FIND = """
SELECT j.job_id, j.parameters, j.requested_by, j.requested_at, j.finished_at, j.failed_at, j.last_error, j.done_count,
    j.total_count, b.*, x.*
FROM jobs j
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE state = 'issued') AS issued_count,
        count(*) FILTER (WHERE state = 'held') AS held_count,
        count(*) FILTER (WHERE state = 'cancelled') AS cancelled_count,
        coalesce(sum(total_cents) FILTER (WHERE state = 'issued'), 0)::bigint AS issued_cents,
        coalesce(sum(total_cents) FILTER (WHERE state = 'held'), 0)::bigint AS held_cents,
        coalesce(sum(total_cents) FILTER (WHERE state <> 'cancelled'), 0)::bigint AS total_cents
    FROM bills WHERE job_id = $1) b
CROSS JOIN LATERAL (
    SELECT coalesce(sum(reason_count), 0)::bigint AS exceptions_count,
        coalesce(jsonb_object_agg(reason, reason_count), '{}') AS exceptions_by_reason
    FROM (SELECT reason, count(*) AS reason_count FROM billing_exceptions WHERE job_id = $1 GROUP BY reason) r) x
WHERE j.job_id = $1 AND j.kind = 'bill_run'
"""
_EXCEPTIONS = """
SELECT exception_id, job_id, agreement_id, account_id, reason, rule, remedy, facts, found_at FROM billing_exceptions
WHERE ($1::uuid IS NULL OR exception_id < $1) AND ($2::uuid IS NULL OR job_id = $2)
    AND ($3::uuid IS NULL OR account_id = $3)
ORDER BY exception_id DESC LIMIT $4
"""


class BillRunView(BaseModel):
    """A run over a cycle, added up."""

    job_id: JobId
    parameters: dict[str, Any]
    requested_by: str
    requested_at: datetime
    finished_at: datetime | None
    failed_at: datetime | None
    last_error: str | None
    done_count: int = Field(description="Agreements looked at so far.")
    total_count: int | None = Field(description="Agreements of the cycle.")
    issued_count: int
    held_count: int
    cancelled_count: int
    exceptions_count: int
    exceptions_by_reason: dict[str, int]
    issued_cents: int
    held_cents: int
    total_cents: int = Field(description="Of the bills that were made and are not cancelled.")


class ExceptionView(BaseModel):
    """An agreement that a run could not bill, the rule, and what to do."""

    exception_id: UUID
    job_id: JobId
    agreement_id: AgreementId
    account_id: AccountId
    reason: str
    rule: str
    remedy: str
    facts: dict[str, Any]
    found_at: datetime


async def find_bill_run(reader: Reader, job_id: JobId) -> BillRunView:
    """A run, added up. Raises BillRunUnknown."""
    row = await reader.fetchrow(_FIND, job_id)
    if row is None:
        raise BillRunUnknown(field="job_id", job_id=job_id)
    return BillRunView.model_validate(dict(row))


async def list_exceptions(
    reader: Reader, page: PageRequest, job_id: JobId | None, account_id: AccountId | None
) -> Page[ExceptionView]:
    """What could not be billed, newest first."""
    rows = await reader.fetch(_EXCEPTIONS, after_id(page), job_id, account_id, page.limit)
    items = [ExceptionView.model_validate(dict(row)) for row in rows]
    return Page[ExceptionView].of(items, page, key=lambda one: [one.exception_id])
