"""Readings as people look them up: of an account, of an agreement, or those that wait for a person."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.billing.domain.readings import ReadingUnknown
from services.billing.views.cursors import after_id
from shared.http import Page, PageRequest
from shared.ids import AccountId, AgreementId, MeterId, ReadingId
from shared.postgres import Reader

ReadingState = Literal["accepted", "flagged", "superseded"]

_SELECT = """
SELECT r.reading_id, r.agreement_id, r.account_id, r.meter_id, g.meter_serial, r.value, r.read_at, r.read_on, r.quality,
    r.source, r.state, r.flags, r.used_units, r.days_count, r.rolled_over_units > 0 AS rolled_over,
    r.previous_reading_id, r.taken_at, r.taken_by, r.reviewed_at, r.reviewed_by, r.review_why, r.superseded_by
FROM readings r LEFT JOIN agreements g USING (agreement_id)
"""
_FILTERS = {"account_id": "r.account_id = {}", "agreement_id": "r.agreement_id = {}", "state": "r.state = {}"}


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
    previous_reading_id: ReadingId | None
    taken_at: datetime
    taken_by: str
    reviewed_at: datetime | None
    reviewed_by: str | None
    review_why: str | None
    superseded_by: ReadingId | None


async def find_reading(reader: Reader, reading_id: ReadingId) -> ReadingView:
    """One reading. Raises ReadingUnknown."""
    row = await reader.fetchrow(f"{_SELECT} WHERE r.reading_id = $1", reading_id)
    if row is None:
        raise ReadingUnknown(field="reading_id", reading_id=reading_id)
    return ReadingView.model_validate(dict(row))


async def list_readings(reader: Reader, page: PageRequest, **named: UUID | str | None) -> Page[ReadingView]:
    """Readings, newest first: those that all the names given fit (see _FILTERS)."""
    wanted = {name: value for name, value in named.items() if value is not None}
    filters = [_FILTERS[name].format(f"${n}") for n, name in enumerate(wanted, start=3)]
    where = " AND ".join(["($1::uuid IS NULL OR r.reading_id < $1)", *filters])
    rows = await reader.fetch(
        f"{_SELECT} WHERE {where} ORDER BY r.reading_id DESC LIMIT $2", after_id(page), page.limit, *wanted.values()
    )
    items = [ReadingView.model_validate(dict(row)) for row in rows]
    return Page[ReadingView].of(items, page, key=lambda one: [one.reading_id])
