"""Tickets as people read them: a line in a list, the state after a step, and the whole with its history."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.tickets.domain.access import READ_RESTRICTED, RestrictedTicketIsReadOnTheRecord, may_see
from services.tickets.domain.tickets import Action, Level, State, TicketUnknown
from services.tickets.views.cursors import after
from shared.http.pages import Page, PageRequest
from shared.ids import AccountId, TicketId
from shared.postgres import Reader

_LINE = """
SELECT t.ticket_id, t.ticket_number, t.category, t.account_id, t.channel, t.state, t.owner, t.waiting_on, t.level,
       t.opened_at, t.changed_at, t.cycle, t.version, c.privacy,
       CASE WHEN c.privacy = 'ordinary' THEN t.summary END AS summary,
       (SELECT min(k.due_at) FROM ticket_clocks k WHERE k.ticket_id = t.ticket_id AND k.state = 'running') AS due_at
FROM tickets t JOIN categories c USING (category)
"""
_WHOLE = """
SELECT t.*, c.privacy, c.title AS category_title,
    (SELECT min(k.due_at) FROM ticket_clocks k WHERE k.ticket_id = t.ticket_id AND k.state = 'running') AS due_at,
    ARRAY(SELECT to_jsonb(h) - 'ticket_id' FROM ticket_changes h WHERE h.ticket_id = t.ticket_id
          ORDER BY h.version) AS changes,
    ARRAY(SELECT to_jsonb(a) - 'ticket_id' FROM assignments a WHERE a.ticket_id = t.ticket_id
          ORDER BY a.decided_at, a.assignment_id) AS assignments,
    ARRAY(SELECT to_jsonb(e) - 'ticket_id' FROM escalations e WHERE e.ticket_id = t.ticket_id
          ORDER BY e.escalated_at, e.level) AS escalations,
    ARRAY(SELECT to_jsonb(k) - 'ticket_id' || jsonb_build_object(
              'warned_at', (SELECT struck_at FROM clock_marks m WHERE m.clock_id = k.clock_id AND m.mark = 'warning'),
              'breached_at', (SELECT struck_at FROM clock_marks m WHERE m.clock_id = k.clock_id AND m.mark = 'breach'),
              'pauses', (SELECT coalesce(jsonb_agg(to_jsonb(p) - 'clock_id' ORDER BY p.paused_at), '[]'::jsonb)
                         FROM clock_pauses p WHERE p.clock_id = k.clock_id))
          FROM ticket_clocks k WHERE k.ticket_id = t.ticket_id ORDER BY k.cycle, k.clock) AS clocks
FROM tickets t JOIN categories c USING (category) WHERE t.ticket_id = $1
"""
_FILTERS = {
    "state": "t.state = {}",
    "owner": "t.owner = {}",
    "category": "t.category = {}",
    "account_id": "t.account_id = {}",
    "ticket_number": "t.ticket_number = {}",
}


class TicketState(BaseModel):
    """A ticket after a step: where it stands, and the version for the next step."""

    ticket_id: TicketId
    ticket_number: str
    category: str
    state: State
    owner: str | None
    waiting_on: Literal["customer", "external"] | None
    level: Level
    cycle: int
    due_at: datetime | None = Field(description="When the next of its running clocks is breached.")
    version: int


class TicketLine(TicketState):
    """A ticket in a list. The summary of a restricted one is not shown here."""

    account_id: AccountId | None
    channel: str
    privacy: Literal["ordinary", "restricted"]
    summary: str | None
    opened_at: datetime
    changed_at: datetime


class ChangeView(BaseModel):
    """One line of a ticket's history."""

    version: int
    action: Action
    from_state: State | None
    to_state: State
    changed_by: str
    changed_at: datetime
    recorded_at: datetime
    note: str | None
    detail: dict[str, str]


class StandingView(BaseModel):
    """How one candidate stood when the router decided; a barrier says why she could not take it."""

    representative: str
    barrier: Literal["away", "off_shift", "lacks_skill", "at_capacity", "excluded"] | None
    familiar: int
    filled: str = Field(description="(load + weight) / capacity, as a fraction.")
    optional_skills_count: int
    scarce_skills_count: int
    last_assigned_at: datetime | None


class AssignmentView(BaseModel):
    """A decision: who was chosen (nobody: it stayed in the queue), and among whom; best first."""

    assignment_id: UUID
    representative: str | None
    chosen_by: Literal["router", "name"]
    decided_by: str
    decided_at: datetime
    standings: list[StandingView]


class PauseView(BaseModel):
    """A time in which a clock did not run: the ticket waited for the customer, or for somebody outside."""

    paused_at: datetime
    resumed_at: datetime


class ClockView(BaseModel):
    """One clock of one cycle."""

    clock_id: UUID
    clock: Literal["acknowledge", "resolution"]
    cycle: int
    state: Literal["running", "paused", "met", "dropped"]
    target_minutes: int = Field(description="Of the desk's business time.")
    started_at: datetime
    warn_at: datetime
    due_at: datetime
    warned_at: datetime | None
    breached_at: datetime | None
    paused_at: datetime | None
    ended_at: datetime | None
    pauses: list[PauseView]


class TicketEscalationView(BaseModel):
    """A level that the ticket went up to."""

    cycle: int
    level: Level
    escalated_to: str | None
    reason_code: str
    escalated_at: datetime


class TicketView(TicketState):
    """The whole of a ticket."""

    category_title: str
    account_id: AccountId | None
    channel: str
    privacy: Literal["ordinary", "restricted"]
    summary: str
    opened_by: str
    opened_at: datetime
    changed_at: datetime
    resolution_code: str | None
    resolution_text: str | None
    resolved_at: datetime | None
    duplicate_of: TicketId | None
    changes: list[ChangeView]
    assignments: list[AssignmentView]
    clocks: list[ClockView]
    escalations: list[TicketEscalationView]


async def find_ticket_state(reader: Reader, ticket_id: TicketId) -> TicketState:
    """Where a ticket stands. Raises TicketUnknown."""
    row = await reader.fetchrow(f"{_LINE} WHERE t.ticket_id = $1", ticket_id)
    if row is None:
        raise TicketUnknown(field="ticket_id", ticket_id=ticket_id)
    return TicketState.model_validate(dict(row))


async def find_ticket(reader: Reader, ticket_id: TicketId) -> TicketView:
    """An ordinary ticket, whole. Raises TicketUnknown, RestrictedTicketIsReadOnTheRecord."""
    ticket = await find_restricted_ticket(reader, ticket_id)
    if ticket.privacy == "restricted":
        raise RestrictedTicketIsReadOnTheRecord(field="ticket_id", ticket_id=ticket_id)
    return ticket


async def find_restricted_ticket(reader: Reader, ticket_id: TicketId) -> TicketView:
    """A ticket, whole, if this person may see it. Raises TicketUnknown: whoever may not, is not told that it exists."""
    row = await reader.fetchrow(_WHOLE, ticket_id)
    if row is None or not may_see(reader.actor, row["privacy"], row["owner"]):
        raise TicketUnknown(field="ticket_id", ticket_id=ticket_id)
    return TicketView.model_validate(dict(row))


async def list_tickets(reader: Reader, page: PageRequest, **named: Any) -> Page[TicketLine]:
    """Tickets, newest first: those that all the names given fit (see _FILTERS) and that this person may see."""
    wanted = {name: value for name, value in named.items() if value is not None}
    filters = [_FILTERS[name].format(f"${n}") for n, name in enumerate(wanted, start=6)]
    seen = "(c.privacy = 'ordinary' OR t.owner = $4 OR $5)"
    behind = "($1::timestamptz IS NULL OR (t.opened_at, t.ticket_id) < ($1, $2))"
    rows = await reader.fetch(
        f"{_LINE} WHERE {' AND '.join([behind, seen, *filters])} ORDER BY t.opened_at DESC, t.ticket_id DESC LIMIT $3",
        *after(page), page.limit, reader.actor.subject, reader.actor.may(READ_RESTRICTED), *wanted.values(),
    )  # fmt: skip
    lines = [TicketLine.model_validate(dict(row)) for row in rows]
    return Page[TicketLine].of(lines, page, key=lambda line: [line.opened_at, line.ticket_id])
