"""The beats that every command on tickets shares: take the board up, write it, tell it."""

from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from services.tickets import store
from services.tickets.domain.access import may_see
from services.tickets.domain.clocks import Appointment
from services.tickets.domain.consequences import Opening
from services.tickets.domain.desk import Desk
from services.tickets.domain.tickets import TicketUnknown
from services.tickets.domain.work import Board
from shared import deadlines, outbox
from shared.deadlines import Deadline
from shared.ids import TicketId
from shared.postgres import Tx

WOKEN_MAX = 50
"""How many waiting tickets are looked at when room is made: more are asked again in their own time."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Hand:
    """What a command holds in its hand: the desk's rules, the tickets it locked, and what was to strike for them."""

    desk: Desk
    board: Board
    agenda: frozenset[Appointment]


async def read_board(tx: Tx, ticket_ids: Sequence[TicketId]) -> Hand:
    """Read: the rules of today, and these tickets, locked, with their clocks."""
    desk = await store.find_desk(tx, tx.today)
    tickets = await store.lock_tickets(tx, ticket_ids)
    clocks = await store.list_clocks(tx, list(tickets))
    board = Board(tickets, clocks)
    return Hand(desk, board, board.agenda(desk))


async def read_board_for_person(tx: Tx, ticket_ids: Sequence[TicketId]) -> Hand:
    """Read, for somebody who names these tickets. Raises TicketUnknown for what is not there or not for her eyes."""
    hand = await read_board(tx, ticket_ids)
    for ticket_id in ticket_ids:
        ticket = hand.board.tickets.get(ticket_id)
        if ticket is None or not may_see(tx.actor, hand.desk.categories[ticket.category].privacy, ticket.owner):
            raise TicketUnknown(field="ticket_id", ticket_id=ticket_id)
    return hand


async def write_board(tx: Tx, hand: Hand, openings: Sequence[Opening] = ()) -> None:
    """Write: the tickets that changed, their clocks and history, and what was struck, escalated and lacking."""
    board = hand.board
    changed = list(dict.fromkeys(change.ticket_id for change in board.changes))
    await store.insert_tickets(tx, openings)
    await store.save_tickets(tx, [board.tickets[ticket_id] for ticket_id in changed])
    await store.save_clocks(tx, [clock for ticket_id in changed for clock in board.clocks.get(ticket_id, ())])
    await store.insert_changes(tx, board.changes)
    await store.insert_marks(tx, board.marks)
    await store.insert_escalations(tx, board.escalations)
    await store.insert_alarms(tx, board.alarms)


async def tell_board(tx: Tx, hand: Hand) -> None:
    """Tell: the facts, and to the clock what it must strike now and what no longer."""
    await outbox.put(tx, *hand.board.facts)
    agenda = hand.board.agenda(hand.desk)
    kept = {(one.kind, one.about) for one in agenda}
    gone = [one for one in hand.agenda if (one.kind, one.about) not in kept]
    await _remove(tx, "sla_warning", gone)
    await _remove(tx, "sla_breach", gone)
    await _remove(tx, "escalation", gone)
    await _remove(tx, "closure", gone)
    await _remove(tx, "routing", gone)
    await deadlines.put(tx, *(Deadline(one.kind, one.about, one.due_at) for one in agenda - hand.agenda))
    for alarm in hand.board.alarms:
        log.warning("desk_alarm", kind=alarm.kind, subject=alarm.subject, ticket_id=str(alarm.ticket_id))


async def _remove(tx: Tx, kind: str, gone: Sequence[Appointment]) -> None:
    await deadlines.remove(tx, kind, [one.about for one in gone if one.kind == kind])


async def wake_queue(tx: Tx) -> None:
    """Room was made: the tickets that wait longest are routed now, not when their time comes."""
    waiting = await store.list_queued_ids(tx, WOKEN_MAX)
    await deadlines.put(tx, *(Deadline("routing", ticket_id, tx.now) for ticket_id in waiting))
