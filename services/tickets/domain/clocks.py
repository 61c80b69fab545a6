"""A ticket's clocks: they run in business time, pause only while waiting, warn once, and are breached once.

Source: rulebook section 8, clocks. Each cycle of a ticket (opened, opened again) has clocks of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.tickets.domain.categories import CLOCK_KINDS, ClockKind
from services.tickets.domain.desk import Desk
from services.tickets.domain.tickets import QUEUED, Act, Action, State, Ticket
from shared.ids import TicketId

Pause = tuple[datetime, datetime]


class Running(StrEnum):
    """Whether a clock goes: `met` was in time or late but answered; `dropped` ended with the ticket itself."""

    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock of one cycle. Its moments are computed from start, target and pauses, never moved by hand."""

    clock_id: UUID
    ticket_id: TicketId
    clock: ClockKind
    cycle: int
    state: Running
    target_minutes: int
    started_at: datetime
    warn_at: datetime
    due_at: datetime
    pauses: tuple[Pause, ...] = ()
    paused_at: datetime | None = None
    ended_at: datetime | None = None
    warned_at: datetime | None = None
    breached_at: datetime | None = None

    @property
    def unanswered(self) -> bool:
        """Whether it was breached and still nobody did what it waits for."""
        return self.state is Running.RUNNING and self.breached_at is not None


def started(ticket: Ticket, at: datetime, desk: Desk, new_ids: Sequence[UUID]) -> tuple[Clock, ...]:
    """The clocks of a ticket's present cycle; a category without a target for one has none (that is an alarm)."""
    targets = desk.categories[ticket.category].targets_minutes
    return tuple(
        _timed(Clock(clock_id, ticket.ticket_id, kind, ticket.cycle, Running.RUNNING, targets[kind], at, at, at), desk)
        for kind, clock_id in zip(CLOCK_KINDS, new_ids, strict=False)
        if kind in targets
    )


def _timed(clock: Clock, desk: Desk) -> Clock:
    warn_minutes = max(1, clock.target_minutes * desk.policy.warning_percent // 100)
    return replace(
        clock,
        warn_at=desk.due(clock.started_at, warn_minutes, clock.pauses),
        due_at=desk.due(clock.started_at, clock.target_minutes, clock.pauses),
    )


_ENDS: Mapping[Action, tuple[Running, tuple[ClockKind, ...]]] = {
    Action.START: (Running.MET, ("acknowledge",)),
    Action.RESOLVE: (Running.MET, CLOCK_KINDS),
    Action.CANCEL: (Running.DROPPED, CLOCK_KINDS),
    Action.DUPLICATE: (Running.DROPPED, CLOCK_KINDS),
}


def after(act: Act, ticket: Ticket, clocks: Sequence[Clock], desk: Desk) -> tuple[Clock, ...]:
    """A ticket's clocks after one act; `ticket` is as the act left it."""
    if act.action is Action.REOPEN:
        return (*clocks, *started(ticket, act.at, desk, act.new_ids))
    return tuple(_after(act, clock, desk) for clock in clocks)


def _after(act: Act, clock: Clock, desk: Desk) -> Clock:
    match act.action:
        case Action.WAIT:
            return _paused(clock, act.at)
        case Action.RESUME:
            return _resumed(clock, act.at, desk)
        case Action.WARN | Action.BREACH:
            return _struck(clock, act)
        case Action.NOTE if act.answers:
            return _ended(clock, Running.MET, act.at, ("acknowledge",))
        case action if action in _ENDS:
            how, which = _ENDS[action]
            return _ended(clock, how, act.at, which)
        case _:
            return clock


def _struck(clock: Clock, act: Act) -> Clock:
    if clock.clock_id != act.clock_id:
        return clock
    if act.action is Action.WARN:
        return replace(clock, warned_at=act.at)
    return replace(clock, breached_at=act.at)


def _ended(clock: Clock, how: Running, at: datetime, which: tuple[ClockKind, ...]) -> Clock:
    if clock.ended_at is not None or clock.clock not in which:
        return clock
    pauses = clock.pauses if clock.paused_at is None else (*clock.pauses, (clock.paused_at, at))
    return replace(clock, state=how, ended_at=at, pauses=pauses, paused_at=None)


def _paused(clock: Clock, at: datetime) -> Clock:
    return replace(clock, state=Running.PAUSED, paused_at=at) if clock.state is Running.RUNNING else clock


def _resumed(clock: Clock, at: datetime, desk: Desk) -> Clock:
    if clock.state is not Running.PAUSED or clock.paused_at is None:
        return clock
    pauses = (*clock.pauses, (clock.paused_at, at))
    return _timed(replace(clock, state=Running.RUNNING, pauses=pauses, paused_at=None), desk)


@dataclass(frozen=True, slots=True)
class Appointment:
    """What the clock on the wall must strike for a ticket: `about` is the clock's id, or the ticket's."""

    kind: str
    about: UUID
    due_at: datetime


def agenda(ticket: Ticket, clocks: Sequence[Clock], desk: Desk) -> frozenset[Appointment]:
    """Everything that must be struck for this ticket as it stands; what it does not list must not strike."""
    running = [clock for clock in clocks if clock.state is Running.RUNNING and clock.breached_at is None]
    strikes = {Appointment("sla_breach", clock.clock_id, clock.due_at) for clock in running}
    early = [clock for clock in running if clock.warned_at is None]
    strikes |= {Appointment("sla_warning", clock.clock_id, clock.warn_at) for clock in early}
    if (climb_at := _climbs_at(ticket, clocks, desk)) is not None:
        strikes.add(Appointment("escalation", ticket.ticket_id, climb_at))
    if ticket.state in QUEUED:
        strikes.add(Appointment("routing", ticket.ticket_id, ticket.queued_at))
    if ticket.state is State.RESOLVED and ticket.resolved_at is not None:
        strikes.add(Appointment("closure", ticket.ticket_id, desk.due(ticket.resolved_at, desk.policy.closure_minutes)))
    return frozenset(strikes)


def _climbs_at(ticket: Ticket, clocks: Sequence[Clock], desk: Desk) -> datetime | None:
    """When it goes a level higher because a breached clock is still not answered."""
    if ticket.escalated_at is None or ticket.level == desk.policy.escalation_levels[-1]:
        return None
    if not any(clock.unanswered for clock in clocks):
        return None
    pauses = tuple({pause for clock in clocks for pause in clock.pauses})
    return desk.due(ticket.escalated_at, desk.policy.escalation_minutes, tuple(sorted(pauses)))
