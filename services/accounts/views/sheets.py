"""A crew's sheet for a day: where to go, what to do there, which meter to look for."""

from datetime import date

from pydantic import BaseModel, Field

from services.accounts.domain.safety import Measure
from services.accounts.views.orders import COLUMNS, FROM, OrderLine
from shared.postgres import Reader

LINES_MAX = 500

_SHEET = f"""
SELECT {COLUMNS}, m.serial AS meter_serial, m.size AS meter_size, m.dials AS meter_dials,
       coalesce((SELECT f.measures FROM safety_flags f
                 WHERE f.account_id = o.account_id AND f.ended_at IS NULL), '{{}}') AS safety_measures
{FROM} LEFT JOIN meter_installations i ON i.service_point_id = o.service_point_id AND i.removed_on IS NULL
       LEFT JOIN meters m USING (meter_id)
WHERE o.crew = $1 AND o.scheduled_on = $2 AND o.state <> 'cancelled'
ORDER BY p.address_key, o.order_id LIMIT $3
"""


class SheetLine(OrderLine):
    """One stop of the day."""

    meter_serial: str | None
    meter_size: str | None
    meter_dials: int | None
    safety_measures: list[Measure] = Field(description="What to take care of there; mostly nothing.")


class CrewSheet(BaseModel):
    """A crew's work for a day, by address; what was done already shows its state. No work is an empty list."""

    crew: str
    on: date
    to_do_count: int
    orders: list[SheetLine]


async def find_crew_sheet(tx: Reader, crew: str, on: date) -> CrewSheet:
    """The sheet of a crew for a day, at most 500 stops."""
    lines = [SheetLine.model_validate(dict(row)) for row in await tx.fetch(_SHEET, crew, on, LINES_MAX)]
    to_do = [line for line in lines if line.state in ("scheduled", "dispatched")]
    return CrewSheet(crew=crew, on=on, to_do_count=len(to_do), orders=lines)
