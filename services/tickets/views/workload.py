"""How work lies on the desk: each representative's load, and what waits in the queue."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from services.tickets.domain.tickets import Level
from shared.postgres import Reader

_PEOPLE = """
SELECT r.subject AS representative, r.name, r.level, r.availability, r.capacity,
       coalesce(sum(t.weight), 0)::int AS load,
       count(t.ticket_id) FILTER (WHERE t.state = 'assigned')::int AS assigned_count,
       count(t.ticket_id) FILTER (WHERE t.state = 'in_progress')::int AS in_progress_count,
       count(t.ticket_id) FILTER (WHERE t.state = 'waiting')::int AS waiting_count,
       count(t.ticket_id) FILTER (WHERE EXISTS (
           SELECT 1 FROM ticket_clocks k JOIN clock_marks m USING (clock_id)
           WHERE k.ticket_id = t.ticket_id AND k.state = 'running' AND m.mark = 'breach'))::int AS overdue_count,
       EXISTS (SELECT 1 FROM representative_shifts s WHERE s.subject = r.subject AND s.weekday = $1
               AND $2 >= s.starts AND $2 < s.ends) AS on_shift
FROM representatives r LEFT JOIN tickets t
     ON t.owner = r.subject AND t.state IN ('assigned', 'in_progress', 'waiting')
GROUP BY r.subject ORDER BY r.subject
"""
_QUEUE = """
SELECT t.category, count(*)::int AS tickets_count, sum(t.weight)::int AS weight, min(t.queued_at) AS oldest_at
FROM tickets t WHERE t.state IN ('new', 'reopened') GROUP BY t.category ORDER BY min(t.queued_at), t.category
"""


class LoadView(BaseModel):
    """What one representative holds; `load` is the weight of her open tickets, of at most `capacity`."""

    representative: str
    name: str
    level: Level
    presence: Literal["on_shift", "off_shift", "away"]
    capacity: int
    load: int
    assigned_count: int
    in_progress_count: int
    waiting_count: int
    overdue_count: int = Field(description="Tickets of hers with a breached clock that still runs.")


class QueueView(BaseModel):
    """What waits for an owner in one category."""

    category: str
    tickets_count: int
    weight: int
    oldest_at: datetime


class WorkloadView(BaseModel):
    """The desk at a glance."""

    at: datetime
    people: list[LoadView]
    queue: list[QueueView]


async def find_workload(reader: Reader) -> WorkloadView:
    """Who holds how much now, and what waits."""
    local = reader.now.astimezone(reader.zone)
    people = await reader.fetch(_PEOPLE, local.weekday(), local.time())
    queue = await reader.fetch(_QUEUE)
    return WorkloadView(
        at=reader.now,
        people=[LoadView.model_validate({**row, "presence": _presence(row)}) for row in people],
        queue=[QueueView.model_validate(dict(row)) for row in queue],
    )


def _presence(row: Any) -> str:
    if row["availability"] == "away":
        return "away"
    return "on_shift" if row["on_shift"] else "off_shift"
