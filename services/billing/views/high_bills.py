"""A bill that is questioned, beside the same period last year: each reason weighed, and what to do next."""

from datetime import date
from typing import Any

from pydantic import BaseModel, Field

from services.billing.domain.bills import BillUnknown
from services.billing.domain.circumstances import Circumstances
from services.billing.domain.circumstances import Period as Days
from services.billing.domain.exact import Exact, exact
from services.billing.domain.high_bills import Kind, Questioned, Step, beside, next_step, weigh
from services.billing.domain.periods import Period, change_percent, per_day
from services.billing.domain.tariffs import tariff_from
from services.billing.domain.trials import Tried, try_tariff
from shared.ids import BillId
from shared.postgres import Reader

_FIND = """
SELECT b.*, b.quantity::text AS quantity_text, e.flags, s.quality = 'estimated' AS begins_estimated,
    coalesce(r.customer_class, g.customer_class) AS customer_class, g.meter_size,
    coalesce(r.dwelling_units, g.dwelling_units) AS dwelling_units, coalesce(r.discounts, g.discounts) AS discounts,
    g.unit AS metered_in, g.started_on, g.stopped_on,
    (SELECT jsonb_agg(to_jsonb(h) ORDER BY h.period_end_on) FROM (
        SELECT bill_id, tariff_id, period_start_on, period_end_on, quantity::text AS quantity_text, days_count, quality,
            total_cents
        FROM bills p WHERE p.agreement_id = b.agreement_id AND p.unit = b.unit AND p.state <> 'cancelled'
            AND p.period_end_on < b.period_end_on
        ORDER BY p.period_end_on DESC LIMIT 14) h) AS before
FROM bills b JOIN agreements g USING (agreement_id)
LEFT JOIN LATERAL (
    SELECT customer_class, dwelling_units, discounts FROM rate_changes
    WHERE agreement_id = g.agreement_id AND effective_on <= b.period_end_on
    ORDER BY effective_on DESC LIMIT 1) r ON true
LEFT JOIN readings s ON s.reading_id = b.begin_reading_id LEFT JOIN readings e ON e.reading_id = b.end_reading_id
WHERE b.bill_id = $1
"""
_TARIFF = "SELECT body FROM tariffs WHERE tariff_id = $1"


class PeriodBeside(BaseModel):
    """One of the two bills that are held beside each other."""

    bill_id: BillId
    period_end_on: date
    days_count: int
    quantity: str
    unit: str
    per_day: str = Field(description="Use a day, in the unit.")
    total_cents: int


class ReasonView(BaseModel):
    """One possible reason."""

    kind: Kind
    amount_cents: int | None = Field(description="What of the difference it explains; None where it cannot be told.")
    evidence: str


class BillReview(BaseModel):
    """Why a bill is higher than the one it is held beside."""

    now: PeriodBeside
    beside: PeriodBeside | None = Field(description="The same period last year, or else the last bill; None without.")
    difference_cents: int | None
    change_percent: int | None = Field(description="By how many percent the use a day changed.")
    reasons: list[ReasonView] = Field(description="The one that explains most first; their sum is the difference.")
    next_step: Step
    next_step_in_words: str


async def find_bill_review(reader: Reader, bill_id: BillId) -> BillReview:
    """A bill weighed against an earlier one. Raises BillUnknown."""
    row = await reader.fetchrow(_FIND, bill_id)
    if row is None:
        raise BillUnknown(field="bill_id", bill_id=bill_id)
    rows = {_period(one): one for one in row["before"] or ()}
    now, before = _period(row), tuple(rows)
    base = beside(before, now)
    at_old_cents = None
    if base is not None and rows[base]["tariff_id"] != str(row["tariff_id"]):
        body = await reader.fetchval(_TARIFF, rows[base]["tariff_id"])
        [outcome] = try_tariff(tariff_from(body), [_tried(row)])
        at_old_cents = outcome.after_cents
    of = Questioned(now, before, at_old_cents, bool(row["begins_estimated"]), frozenset(row["flags"] or ()))
    reasons = weigh(of)
    step, in_words = next_step(of, reasons)
    return BillReview(
        now=_beside(bill_id, now, row["unit"]),
        beside=None if base is None else _beside(rows[base]["bill_id"], base, row["unit"]),
        difference_cents=None if base is None else now.total_cents - base.total_cents,
        change_percent=None if base is None else change_percent(base, now),
        reasons=[ReasonView(kind=one.kind, amount_cents=one.cents, evidence=one.evidence) for one in reasons],
        next_step=step, next_step_in_words=in_words,
    )  # fmt: skip


def _period(row: Any) -> Period:
    return Period(
        _day(row["period_start_on"]), _day(row["period_end_on"]), exact(row["quantity_text"]), row["days_count"],
        row["quality"] == "estimated", row["total_cents"],
    )  # fmt: skip


def _day(day: date | str) -> date:
    return day if isinstance(day, date) else date.fromisoformat(day)


def _beside(bill_id: BillId, period: Period, unit: str) -> PeriodBeside:
    return PeriodBeside(
        bill_id=bill_id, period_end_on=period.end_on, days_count=period.days_count, quantity=period.quantity.plain,
        unit=unit, per_day=Exact(per_day(period), 3).plain, total_cents=period.total_cents,
    )  # fmt: skip


def _tried(row: Any) -> Tried:
    days = Days(row["period_start_on"], row["period_end_on"])
    bill = Circumstances(
        exact(row["quantity_text"]), days, meter_size=row["meter_size"], dwelling_units=row["dwelling_units"],
        classes=frozenset([row["customer_class"], *row["discounts"]]),
        is_partial=row["started_on"] == days.start_on or row["stopped_on"] == days.end_on,
    )  # fmt: skip
    return Tried(
        row["bill_id"], row["agreement_id"], row["account_id"], row["customer_class"], row["total_cents"], row["unit"],
        row["metered_in"] is not None, bill,
    )  # fmt: skip
