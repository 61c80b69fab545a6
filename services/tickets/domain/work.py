"""The fold: what a batch of acts makes of the tickets on the desk, one act after the other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

from services.tickets.domain import clocks, tickets
from services.tickets.domain.categories import CLOCK_KINDS, ClockKind
from services.tickets.domain.clocks import Appointment, Clock
from services.tickets.domain.desk import Desk
from services.tickets.domain.telling import told_by
from services.tickets.domain.tickets import Act, Action, Level, State, Ticket, TicketUnknown
from shared.events import Fact
from shared.ids import TicketId


@dataclass(frozen=True, slots=True)
class Change:
    """One line of a ticket's history: what was done, by whom, and from which state to which."""

    ticket_id: TicketId
    version: int
    action: Action
    from_state: State | None
    to_state: State
    by: str
    at: datetime
    note: str | None
    detail: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Mark:
    """A clock was struck."""

    clock_id: UUID
    mark: Literal["warning", "breach"]
    struck_at: datetime


@dataclass(frozen=True, slots=True)
class Escalation:
    """A ticket went up to a level, to somebody or to nobody."""

    ticket_id: TicketId
    cycle: int
    level: Level
    escalated_to: str | None
    reason_code: str
    escalated_at: datetime


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that a person must put right; `subject` is the level, or the clock, that lacks."""

    ticket_id: TicketId
    cycle: int
    kind: Literal["nobody_to_escalate_to", "clock_without_target"]
    subject: str


@dataclass(slots=True)
class Board:
    """The tickets that a batch is about, with their clocks; the fold moves them and keeps what there is to write."""

    tickets: dict[TicketId, Ticket]
    clocks: dict[TicketId, tuple[Clock, ...]]
    changes: list[Change] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    escalations: list[Escalation] = field(default_factory=list)
    alarms: list[Alarm] = field(default_factory=list)

    def agenda(self, desk: Desk) -> frozenset[Appointment]:
        """What must be struck for all of them, as they stand now."""
        return frozenset().union(
            *(clocks.agenda(ticket, self.clocks.get(ticket_id, ()), desk) for ticket_id, ticket in self.tickets.items())
        )


def open_on(board: Board, ticket: Ticket, act: Act, desk: Desk) -> None:
    """Put a new ticket on the board: its clocks start with it."""
    board.tickets[ticket.ticket_id] = ticket
    board.clocks[ticket.ticket_id] = clocks.started(ticket, ticket.opened_at, desk, act.new_ids)
    _record(board, None, ticket, act)


def fold(board: Board, acts: Sequence[Act], desk: Desk) -> None:
    """Do each act to its ticket, in order; two acts on one ticket both count.

    Raises TicketUnknown and what `tickets.step` raises.
    """
    for act in acts:
        if (before := board.tickets.get(act.ticket_id)) is None:
            raise TicketUnknown(field="ticket_id", ticket_id=act.ticket_id)
        ticket = tickets.step(before, act)
        board.tickets[act.ticket_id] = ticket
        board.clocks[act.ticket_id] = clocks.after(act, ticket, board.clocks.get(act.ticket_id, ()), desk)
        _record(board, before, ticket, act)


def _record(board: Board, before: Ticket | None, ticket: Ticket, act: Act) -> None:
    clocks_now = board.clocks.get(ticket.ticket_id, ())
    board.facts.extend(told_by(ticket, act, clocks_now))
    came_from = before.state if before else None
    said = _detail(act)
    board.changes.append(
        Change(ticket.ticket_id, ticket.version, act.action, came_from, ticket.state, act.by, act.at, act.note, said)
    )
    _keep_besides(board, ticket, act, {clock.clock for clock in clocks_now if clock.cycle == ticket.cycle})


def _keep_besides(board: Board, ticket: Ticket, act: Act, has_clocks: set[ClockKind]) -> None:
    same = (ticket.ticket_id, ticket.cycle)
    if act.clock_id is not None:
        board.marks.append(Mark(act.clock_id, "warning" if act.action is Action.WARN else "breach", act.at))
    if act.action is Action.ESCALATE:
        reason = act.reason_code or "asked"
        board.escalations.append(Escalation(*same, ticket.level, act.escalated_to, reason, act.at))
        board.alarms.extend(Alarm(*same, "nobody_to_escalate_to", level) for level in act.empty_levels)
    if act.action in (Action.OPEN, Action.REOPEN):
        lacking = [kind for kind in CLOCK_KINDS if kind not in has_clocks]
        board.alarms.extend(Alarm(*same, "clock_without_target", kind) for kind in lacking)


def _detail(act: Act) -> dict[str, str]:
    said = {
        "owner": act.owner,
        "waiting_on": act.waiting_on,
        "resolution_code": act.resolution.code if act.resolution else None,
        "text": act.resolution.text if act.resolution else None,
        "duplicate_of": str(act.duplicate_of) if act.duplicate_of else None,
        "level": act.level,
        "escalated_to": act.escalated_to,
        "reason_code": act.reason_code,
        "heard": act.heard,
        "clock_id": str(act.clock_id) if act.clock_id else None,
    }
    return {name: value for name, value in said.items() if value is not None}
