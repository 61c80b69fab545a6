"""Which fact an act on a ticket is told as; what a person wrote is never in it."""

from collections.abc import Sequence
from typing import Any

from services.tickets.domain.clocks import Clock
from services.tickets.domain.tickets import Act, Action, Ticket
from shared.events import Fact
from shared.events import tickets as facts


def told_by(ticket: Ticket, act: Act, clocks: Sequence[Clock]) -> tuple[Fact, ...]:
    """The facts of one act; `ticket` is as the act left it."""
    same: dict[str, Any] = {"ticket_id": ticket.ticket_id, "category": ticket.category, "version": ticket.version}
    struck = [clock for clock in clocks if clock.clock_id == act.clock_id]
    if act.action is Action.WARN:
        return tuple(facts.SlaWarned(**same, clock=c.clock, cycle=c.cycle, due_at=c.due_at) for c in struck)
    if act.action is Action.BREACH:
        return tuple(facts.SlaBreached(**same, clock=c.clock, cycle=c.cycle, due_at=c.due_at) for c in struck)
    fact = _life(ticket, act, same) or _end(act, same)
    return (fact,) if fact else ()


def _life(ticket: Ticket, act: Act, same: dict[str, Any]) -> Fact | None:
    match act.action:
        case Action.OPEN:
            return facts.TicketOpened(**same, account_id=ticket.account_id, opened_at=ticket.opened_at)
        case Action.ASSIGN if ticket.owner is not None:
            return facts.TicketAssigned(**same, representative=ticket.owner, assigned_at=act.at)
        case Action.REOPEN:
            return facts.TicketReopened(**same, reopened_at=act.at)
        case Action.ESCALATE if act.level is not None and act.level != "representative":
            return facts.TicketEscalated(
                **same,
                level=act.level,
                escalated_to=act.escalated_to,
                reason_code=act.reason_code or "asked",
                escalated_at=act.at,
            )
        case _:
            return None


def _end(act: Act, same: dict[str, Any]) -> Fact | None:
    match act.action:
        case Action.RESOLVE if act.resolution is not None:
            return facts.TicketResolved(**same, resolution_code=act.resolution.code, resolved_at=act.at)
        case Action.CLOSE:
            return facts.TicketClosed(**same, closed_at=act.at)
        case Action.CANCEL:
            return facts.TicketClosed(**same, closed_at=act.at, outcome="cancelled")
        case Action.DUPLICATE:
            return facts.TicketClosed(**same, closed_at=act.at, outcome="duplicate")
        case _:
            return None
