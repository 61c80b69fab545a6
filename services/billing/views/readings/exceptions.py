"""Readings that stand out: why, beside what, and the use of a year as bars with this one marked."""

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, Field

from services.billing.domain.flags import WORDS, Flag
from services.billing.domain.references import Use, per_day
from services.billing.views.cursors import after_id
from services.billing.views.readings.listed import ReferenceView, reference_in
from shared.http import Page, PageRequest
from shared.ids import AccountId, AgreementId, ReadingId
from shared.postgres import Reader

# A use belongs to the month in which the middle of its days lies.
_LIST = """
SELECT r.reading_id, r.agreement_id, r.account_id, a.account_number, a.holder_name, a.service_address, g.billing_cycle,
    coalesce(m.serial, g.meter_serial) AS meter_serial, g.unit, r.value, r.read_at, r.read_on, r.quality,
    r.source, r.flags, coalesce(r.compared_used, r.used_units * g.multiplier) AS used,
    coalesce(r.compared_days, r.days_count) AS days_count, r.reference_kind,
    r.reference_used, r.reference_days, r.thresholds, r.taken_at, r.reread_asked_at, p.months
FROM readings r JOIN agreements g USING (agreement_id) LEFT JOIN accounts a ON a.account_id = r.account_id
LEFT JOIN meters m ON m.meter_id = r.meter_id
LEFT JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_object('month', month, 'used', used, 'days_count', days, 'marked', marked)
        ORDER BY month) AS months
    FROM (
        SELECT to_char(m.read_on - m.days_count / 2, 'YYYY-MM') AS month,
            sum(m.used_units * g.multiplier)::bigint AS used,
            sum(m.days_count) AS days, bool_or(m.reading_id = r.reading_id) AS marked
        FROM readings m
        WHERE m.agreement_id = r.agreement_id AND (m.state = 'accepted' OR m.reading_id = r.reading_id)
            AND m.source <> 'start' AND m.state <> 'superseded'
            AND m.read_at BETWEEN r.read_at - interval '13 months' AND r.read_at + interval '3 months'
        GROUP BY 1) AS bars
) p ON true
WHERE r.state = 'flagged' AND ($1::uuid IS NULL OR r.reading_id > $1) AND ($3::text IS NULL OR $3 = ANY(r.flags))
    AND ($4::text IS NULL OR g.billing_cycle = $4) AND ($5::uuid IS NULL OR r.account_id = $5)
ORDER BY r.reading_id LIMIT $2
"""


class Reason(BaseModel):
    """Why a reading stands out."""

    flag: Flag
    words: str = Field(description="As it is said to the person who looks at it.")


class Bar(BaseModel):
    """The use that was read in a month: a bar of the picture."""

    month: str = Field(description="As 2026-03.")
    used: int
    days_count: int
    per_day: str = Field(description="With two decimals; empty where no day lies between two readings.")
    marked: bool = Field(description="The month of the reading that stands out.")


class ReadingExceptionView(BaseModel):
    """A reading that a person must look at. Uses are in the meter's unit, its multiplier counted in."""

    reading_id: ReadingId
    agreement_id: AgreementId
    account_id: AccountId
    account_number: str | None
    holder_name: str | None
    service_address: str | None
    billing_cycle: str
    meter_serial: str
    unit: str
    value: int
    read_at: datetime
    read_on: date
    quality: str
    source: str
    reasons: list[Reason]
    used: int = Field(description="What was compared: since the last actual reading a week or more before.")
    days_count: int
    per_day: str
    reference: ReferenceView | None
    percent_of_reference: int | None = Field(description="Use a day, in percent of the reference; rounded down.")
    thresholds: dict[str, Any] = Field(description="The numbers of policy that it was judged by.")
    months: list[Bar]
    taken_at: datetime
    reread_asked_at: datetime | None = Field(description="When a crew was asked to read the meter again.")


async def list_reading_exceptions(
    reader: Reader, page: PageRequest, *, flag: Flag | None, cycle: str | None, account_id: AccountId | None
) -> Page[ReadingExceptionView]:
    """What waits for a person, oldest first."""
    rows = await reader.fetch(_LIST, after_id(page), page.limit, flag, cycle, account_id)
    items = [ReadingExceptionView.model_validate(_fields(row)) for row in rows]
    return Page[ReadingExceptionView].of(items, page, key=lambda one: [one.reading_id])


def _fields(row: Any) -> dict[str, Any]:
    use, reference = Use(row["used"], row["days_count"]), reference_in(row)
    return {
        **dict(row),
        "reasons": [{"flag": flag, "words": WORDS[flag]} for flag in row["flags"]],
        "per_day": per_day(use),
        "reference": reference,
        "percent_of_reference": None if reference is None else _percent(use, Use(reference.used, reference.days_count)),
        "thresholds": row["thresholds"] or {},
        "months": [{**bar, "per_day": per_day(Use(bar["used"], bar["days_count"]))} for bar in row["months"] or ()],
    }


def _percent(use: Use, reference: Use) -> int | None:
    if use.days_count <= 0 or reference.used <= 0:
        return None
    return 100 * use.used * reference.days_count // (reference.used * use.days_count)
