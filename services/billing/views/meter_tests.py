"""Tests of meters as people look them up: what was found, and what is to be given back of which bill."""

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from services.billing.domain.meter_tests import Finding
from services.billing.views.cursors import after_id
from shared.http import Page, PageRequest
from shared.ids import AccountId, AgreementId, BillId, MeterId, OrderId
from shared.postgres import Reader

# What was credited is what the form `meter_error` took off these bills since the test.
_LIST = """
SELECT t.order_id, t.account_id, t.agreement_id, t.meter_id, t.meter_serial, t.tested_at, t.error_hundredths,
    t.tolerance_hundredths, t.finding, t.last_right_on, t.wrong_since_on, coalesce(c.total, 0) AS total_cents,
    coalesce(c.lines, '[]'::jsonb) AS credits, coalesce((
        SELECT -sum(a.total_cents) FROM adjustments a
        WHERE a.form = 'meter_error' AND a.state = 'approved' AND a.proposed_at >= t.heard_at
        AND a.bill_id IN (SELECT bill_id FROM meter_test_credits m WHERE m.order_id = t.order_id)), 0)::bigint
    AS credited_cents
FROM meter_tests t LEFT JOIN LATERAL (
    SELECT sum(amount_cents)::bigint AS total, jsonb_agg(to_jsonb(m) - 'order_id' ORDER BY bill_id, service) AS lines
    FROM meter_test_credits m WHERE m.order_id = t.order_id) c ON true
WHERE ($1::uuid IS NULL OR t.order_id < $1) AND ($3::uuid IS NULL OR t.account_id = $3)
    AND ($4::text IS NULL OR t.finding = $4)
ORDER BY t.order_id DESC LIMIT $2
"""


class CreditLine(BaseModel):
    """What is to be given back of one service of one bill: a line of the form `meter_error`, there negative."""

    bill_id: BillId
    service: str
    charged_cents: int
    days_count: int = Field(description="Days of the bill's period on which the meter was wrong.")
    of_days: int
    amount_cents: int


class MeterTestView(BaseModel):
    """A test of a meter, and what follows from it."""

    order_id: OrderId
    account_id: AccountId
    agreement_id: AgreementId
    meter_id: MeterId
    meter_serial: str
    tested_at: datetime
    error_hundredths: int = Field(description="Hundredths of a percent: 215 is 2.15 % fast, -300 is 3 % slow.")
    tolerance_hundredths: int = Field(description="More than this is fast (N.J.A.C. 14:3-4.6).")
    finding: Finding = Field(description="For a slow meter nobody is charged, except for tampering.")
    last_right_on: date = Field(description="When it was tested before, or hung, or the service began.")
    wrong_since_on: date | None = Field(description="From which day the whole error is given back.")
    basis: Literal["charges"] = Field("charges", description="The error is taken of the charges, as the law says.")
    credits: list[CreditLine]
    total_cents: int = Field(description="Proposed: give it by the form `meter_error`, cause `fast_meter`.")
    credited_cents: int = Field(description="Given so far by that form on these bills.")


async def list_meter_tests(
    reader: Reader, page: PageRequest, account_id: AccountId | None, finding: Finding | None
) -> Page[MeterTestView]:
    """Tests, newest first."""
    rows: list[Any] = await reader.fetch(_LIST, after_id(page), page.limit, account_id, finding)
    items = [MeterTestView.model_validate(dict(row)) for row in rows]
    return Page[MeterTestView].of(items, page, key=lambda one: [one.order_id])
