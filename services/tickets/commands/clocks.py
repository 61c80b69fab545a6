"""What the clock strikes: warnings, breaches with their escalation, higher levels, and closing what was answered."""

from collections.abc import Sequence

from services.tickets import store
from services.tickets.commands.board import read_board, tell_board, write_board
from services.tickets.domain import strikes
from services.tickets.domain.strikes import Ladder, Strike
from shared.deadlines import Deadline
from shared.ids import TicketId
from shared.postgres import Tx


async def warn_tickets(tx: Tx, due: Sequence[Deadline]) -> None:
    """Say that three quarters of the time are gone, once a clock and cycle."""
    tickets = await store.list_ticket_ids_of_clocks(tx, [deadline.about for deadline in due])
    hand = await read_board(tx, list(tickets.values()))
    strikes.warn(hand.board, _strikes(due), hand.desk, tx.actor.subject)
    await write_board(tx, hand)
    await tell_board(tx, hand)


async def breach_tickets(tx: Tx, due: Sequence[Deadline]) -> list[TicketId]:
    """Say that the time is gone, once a clock and cycle, and take the tickets to the next level.

    Answers those that nobody began in the time for it: they are given to somebody else.
    """
    tickets = await store.list_ticket_ids_of_clocks(tx, [deadline.about for deadline in due])
    hand = await read_board(tx, list(tickets.values()))
    ladder = Ladder(await store.list_superiors(tx), hand.desk, tx.actor.subject)
    strikes.breach(hand.board, _strikes(due), ladder)
    await write_board(tx, hand)
    await tell_board(tx, hand)
    return strikes.not_begun(hand.board)


async def take_tickets_higher(tx: Tx, due: Sequence[Deadline]) -> None:
    """Take tickets that are still unanswered to the level above."""
    hand = await read_board(tx, [TicketId(deadline.about) for deadline in due])
    ladder = Ladder(await store.list_superiors(tx), hand.desk, tx.actor.subject)
    strikes.take_higher(hand.board, _strikes(due), ladder)
    await write_board(tx, hand)
    await tell_board(tx, hand)


async def close_answered_tickets(tx: Tx, due: Sequence[Deadline]) -> None:
    """Close what was resolved and not reopened in time."""
    hand = await read_board(tx, [TicketId(deadline.about) for deadline in due])
    strikes.close_answered(hand.board, _strikes(due), hand.desk, tx.actor.subject)
    await write_board(tx, hand)
    await tell_board(tx, hand)


def _strikes(due: Sequence[Deadline]) -> list[Strike]:
    return [Strike(deadline.about, deadline.due_at) for deadline in due]
