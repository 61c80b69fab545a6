"""What the clock's strikes do to the tickets on the board: warn, breach and escalate, take higher, close."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from services.tickets.domain.clocks import Clock, Running
from services.tickets.domain.desk import Desk
from services.tickets.domain.escalation import Superior, climb
from services.tickets.domain.tickets import Act, Action, State
from services.tickets.domain.work import Board, fold
from shared.ids import TicketId


@dataclass(frozen=True, slots=True)
class Strike:
    """The clock struck for something: a ticket's clock, or a ticket."""

    about: UUID
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Ladder:
    """Who stands above the representatives, by which rules a ticket climbs to them, and in whose name."""

    superiors: Sequence[Superior]
    desk: Desk
    by: str


def warn(board: Board, strikes: Sequence[Strike], desk: Desk, by: str) -> None:
    """Three quarters of the time are gone: once a clock, and not after its breach."""
    for strike in strikes:
        clock = _clock(board, strike)
        if clock is not None and clock.warned_at is None and clock.breached_at is None:
            act = Act(clock.ticket_id, Action.WARN, by, strike.due_at, clock_id=clock.clock_id, reason_code=clock.clock)
            fold(board, [act], desk)


def breach(board: Board, strikes: Sequence[Strike], ladder: Ladder) -> None:
    """The time is gone: once a clock; and the ticket goes a level higher."""
    for strike in strikes:
        clock = _clock(board, strike)
        if clock is not None and clock.breached_at is None:
            said = Act(clock.ticket_id, Action.BREACH, ladder.by, strike.due_at, reason_code=clock.clock)
            fold(board, [replace(said, clock_id=clock.clock_id)], ladder.desk)
            _take_higher(board, clock.ticket_id, strike.due_at, f"{clock.clock}_breached", ladder)


def not_begun(board: Board) -> list[TicketId]:
    """The tickets whose acknowledgement has just become late, and whose owner did nothing."""
    late = {mark.clock_id for mark in board.marks if mark.mark == "breach"}
    return [
        clock.ticket_id
        for clocks in board.clocks.values()
        for clock in clocks
        if clock.clock_id in late
        and clock.clock == "acknowledge"
        and board.tickets[clock.ticket_id].state is State.ASSIGNED
    ]


def take_higher(board: Board, strikes: Sequence[Strike], ladder: Ladder) -> None:
    """A breached clock is still not answered: a level higher again."""
    for strike in strikes:
        ticket_id = TicketId(strike.about)
        if any(clock.unanswered for clock in board.clocks.get(ticket_id, ())):
            _take_higher(board, ticket_id, strike.due_at, "still_unanswered", ladder)


def close_answered(board: Board, strikes: Sequence[Strike], desk: Desk, by: str) -> None:
    """Nobody came back on what was answered: it is closed."""
    for strike in strikes:
        ticket = board.tickets.get(TicketId(strike.about))
        if ticket is not None and ticket.state is State.RESOLVED:
            fold(board, [Act(ticket.ticket_id, Action.CLOSE, by, strike.due_at, reason_code="not_reopened")], desk)


def _clock(board: Board, strike: Strike) -> Clock | None:
    """The clock that struck, if it still runs."""
    for clocks in board.clocks.values():
        for clock in clocks:
            if clock.clock_id == strike.about:
                return clock if clock.state is Running.RUNNING else None
    return None


def _take_higher(board: Board, ticket_id: TicketId, at: datetime, reason: str, ladder: Ladder) -> None:
    goal = climb(board.tickets[ticket_id], ladder.superiors, ladder.desk)
    if goal is not None:
        up = Act(ticket_id, Action.ESCALATE, ladder.by, at, level=goal.level, escalated_to=goal.escalated_to)
        fold(board, [replace(up, empty_levels=goal.empty_levels, reason_code=reason)], ladder.desk)
