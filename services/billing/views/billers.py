"""Who bills, as it is on record: which facts, from which day on."""

from datetime import date, datetime

from pydantic import BaseModel, Field

from services.billing.domain.billers import Biller
from services.billing.views.cursors import after_day
from shared.http import Page, PageRequest
from shared.postgres import Reader

_LIST = """
SELECT effective_on, body, set_at, set_by FROM billers WHERE ($1::date IS NULL OR effective_on < $1)
ORDER BY effective_on DESC LIMIT $2
"""


class BillerView(BaseModel):
    """A version of the facts that stand on a bill."""

    effective_on: date = Field(description="On bills issued from this day until the next version begins.")
    body: Biller
    set_at: datetime
    set_by: str


async def list_billers(reader: Reader, page: PageRequest) -> Page[BillerView]:
    """The versions, newest first."""
    rows = await reader.fetch(_LIST, after_day(page), page.limit)
    items = [BillerView.model_validate(dict(row)) for row in rows]
    return Page[BillerView].of(items, page, key=lambda one: [one.effective_on])
