"""Tariffs and policies as they are on record: which numbers, from which day on."""

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, Field

from services.billing.domain.tariffs import TariffUnknown
from services.billing.views.cursors import after_code_and_day
from shared.http import Page, PageRequest
from shared.ids import TariffId
from shared.postgres import Reader

_SELECT = "SELECT tariff_id, rate_code, effective_on, body, loaded_at, loaded_by FROM tariffs"
_LIST = f"""
{_SELECT} WHERE ($1::text IS NULL OR rate_code = $1)
    AND ($2::text IS NULL OR (rate_code, effective_on) > ($2, $3::date))
ORDER BY rate_code, effective_on LIMIT $4
"""
_POLICIES = """
SELECT name, effective_on, body FROM policies WHERE ($1::text IS NULL OR (name, effective_on) > ($1, $2::date))
ORDER BY name, effective_on LIMIT $3
"""


class TariffView(BaseModel):
    """A version of a rate code's tariff, as it was loaded."""

    tariff_id: TariffId
    rate_code: str
    effective_on: date = Field(description="In force from this day until the next version of the rate code begins.")
    body: dict[str, Any]
    loaded_at: datetime
    loaded_by: str


class PolicyView(BaseModel):
    """A version of a policy pack's numbers."""

    name: str
    effective_on: date
    body: dict[str, Any]


async def find_tariff(reader: Reader, tariff_id: TariffId) -> TariffView:
    """One tariff. Raises TariffUnknown."""
    row = await reader.fetchrow(f"{_SELECT} WHERE tariff_id = $1", tariff_id)
    if row is None:
        raise TariffUnknown(field="tariff_id", tariff_id=tariff_id)
    return TariffView.model_validate(dict(row))


async def list_tariffs(reader: Reader, page: PageRequest, rate_code: str | None) -> Page[TariffView]:
    """Tariffs by rate code and first day."""
    rows = await reader.fetch(_LIST, rate_code, *after_code_and_day(page), page.limit)
    items = [TariffView.model_validate(dict(row)) for row in rows]
    return Page[TariffView].of(items, page, key=lambda one: [one.rate_code, one.effective_on])


async def list_policies(reader: Reader, page: PageRequest) -> Page[PolicyView]:
    """Policies by pack and first day."""
    rows = await reader.fetch(_POLICIES, *after_code_and_day(page), page.limit)
    items = [PolicyView.model_validate(dict(row)) for row in rows]
    return Page[PolicyView].of(items, page, key=lambda one: [one.name, one.effective_on])
