"""Readings as people look them up: of an account, of an agreement, or those that wait for a person."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.billing.domain.reading_refusals import ReadingUnknown
from services.billing.domain.references import ReferenceKind, Use, per_day
from services.billing.views.cursors import after_id
from shared.http import Page, PageRequest
from shared.ids import AccountId, AgreementId, MeterId, ReadingId
from shared.postgres import Reader

ReadingState = Literal["accepted", "flagged", "superseded"]

_SELECT = """
SELECT r.reading_id, r.agreement_id, r.account_id, r.meter_id, m.serial AS meter_serial, r.value, r.read_at, r.read_on,
    r.quality, r.source, r.state, r.flags, r.used_units, r.days_count, r.rolled_over_units > 0 AS rolled_over,
    r.reference_kind, r.reference_used, r.reference_days, r.reread_asked_at,
    r.previous_reading_id, r.taken_at, r.taken_by, r.reviewed_at, r.reviewed_by, r.review_why, r.superseded_by
FROM readings r LEFT JOIN meters m USING (meter_id)
"""
# With those that stood in its place before it and after it.
_FIND = f"""
WITH RECURSIVE before AS (
    SELECT reading_id FROM readings WHERE reading_id = $1
    UNION SELECT r.reading_id FROM readings r JOIN before b ON r.superseded_by = b.reading_id
), after AS (
    SELECT reading_id, superseded_by FROM readings WHERE reading_id = $1
    UNION SELECT r.reading_id, r.superseded_by FROM readings r JOIN after a ON r.reading_id = a.superseded_by
)
SELECT one.*, (
    SELECT jsonb_agg(to_jsonb(l) ORDER BY l.reading_id) FROM readings l
    WHERE l.reading_id IN (SELECT reading_id FROM before UNION SELECT reading_id FROM after)) AS chain
FROM ({_SELECT} WHERE r.reading_id = $1) AS one
"""
_FILTERS = {"account_id": "r.account_id = {}", "agreement_id": "r.agreement_id = {}", "state": "r.state = {}"}


class ReferenceView(BaseModel):
    """The use with which a reading was compared, in the meter's unit."""

    kind: ReferenceKind = Field(description="The same season last year, the last three periods, or peers.")
    used: int
    days_count: int
    per_day: str = Field(description="With two decimals, as people read it.")


class ReadingView(BaseModel):
    """One reading: what the dials showed, how it was judged, and what a person said of it."""

    reading_id: ReadingId
    agreement_id: AgreementId
    account_id: AccountId
    meter_id: MeterId
    meter_serial: str | None
    value: int
    read_at: datetime
    read_on: date
    quality: str
    source: str
    state: ReadingState
    flags: list[str] = Field(description="Why it stands out.")
    used_units: int = Field(description="Dial units since the accepted reading before it.")
    days_count: int
    rolled_over: bool = Field(description="The dials passed their end and began again at zero.")
    reference: ReferenceView | None = Field(description="What it was compared with; null where nothing was known.")
    reread_asked_at: datetime | None = Field(description="When a crew was asked to read the meter again.")
    previous_reading_id: ReadingId | None
    taken_at: datetime
    taken_by: str
    reviewed_at: datetime | None
    reviewed_by: str | None
    review_why: str | None
    superseded_by: ReadingId | None


class Link(BaseModel):
    """One reading of a chain: what it said, and why another stands in its place."""

    reading_id: ReadingId
    value: int
    read_at: datetime
    quality: str
    source: str
    state: ReadingState
    flags: list[str]
    taken_at: datetime
    taken_by: str
    reviewed_at: datetime | None
    reviewed_by: str | None
    review_why: str | None
    superseded_by: ReadingId | None


class ReadingHistory(ReadingView):
    """One reading, with all that stood in its place before it and after it."""

    chain: list[Link] = Field(description="From the first that was taken to the one that stands; none is ever deleted.")


async def find_reading(reader: Reader, reading_id: ReadingId) -> ReadingHistory:
    """One reading and its chain. Raises ReadingUnknown."""
    row = await reader.fetchrow(_FIND, reading_id)
    if row is None:
        raise ReadingUnknown(field="reading_id", reading_id=reading_id)
    return ReadingHistory.model_validate({**_fields(row), "chain": row["chain"]})


async def list_readings(reader: Reader, page: PageRequest, **named: UUID | str | None) -> Page[ReadingView]:
    """Readings, newest first: those that all the names given fit (see _FILTERS)."""
    wanted = {name: value for name, value in named.items() if value is not None}
    filters = [_FILTERS[name].format(f"${n}") for n, name in enumerate(wanted, start=3)]
    where = " AND ".join(["($1::uuid IS NULL OR r.reading_id < $1)", *filters])
    rows = await reader.fetch(
        f"{_SELECT} WHERE {where} ORDER BY r.reading_id DESC LIMIT $2", after_id(page), page.limit, *wanted.values()
    )
    items = [ReadingView.model_validate(_fields(row)) for row in rows]
    return Page[ReadingView].of(items, page, key=lambda one: [one.reading_id])


def reference_in(row: Any) -> ReferenceView | None:
    """What a reading was compared with."""
    if row["reference_kind"] is None:
        return None
    used, days = row["reference_used"], row["reference_days"]
    return ReferenceView(kind=row["reference_kind"], used=used, days_count=days, per_day=per_day(Use(used, days)))


def _fields(row: Any) -> dict[str, Any]:
    return {**dict(row), "reference": reference_in(row)}
