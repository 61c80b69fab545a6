"""Takes in what the other services tell: opens, advances and ends the tickets that it concerns."""

from collections.abc import Sequence

from services.tickets import store
from services.tickets.commands.board import read_board, tell_board, wake_queue, write_board
from services.tickets.domain.consequences import carry_out
from services.tickets.domain.matters import Heard, Matter, MatterKey, Memory, NewIds, take_in, understood
from shared.events import Fact
from shared.ids import TicketId, new_id
from shared.postgres import Tx


async def take_in_facts(tx: Tx, facts: Sequence[Fact]) -> None:
    """Take in facts of other services, of one type or several, in their order."""
    desk = await store.find_desk(tx, tx.today)
    said = [understood(fact, desk.templates, tx.now, tx.zone) for fact in facts]
    heard = [one for one in said if one is not None]
    memory = Memory(await _lock_matters(tx, heard))
    before = dict(memory.matters)
    take_in(memory, heard, [_fresh_ids() for _ in heard])
    hand = await read_board(tx, sorted({one.ticket_id for one in memory.consequences}))
    openings = carry_out(hand.board, memory.consequences, hand.desk, tx.actor.subject)
    await write_board(tx, hand, openings)
    await store.save_matters(tx, [matter for key, matter in memory.matters.items() if matter != before[key]])
    await tell_board(tx, hand)
    if any(not ticket.is_open for ticket in hand.board.tickets.values()):
        await wake_queue(tx)


async def _lock_matters(tx: Tx, heard: Sequence[Heard]) -> dict[MatterKey, Matter]:
    """What is known of these matters, and of the authorizations behind them; locked in that order."""
    remembered = [one.key for one in heard if one.rule.remembered]
    matters = await store.lock_matters(tx, [one.key for one in heard], remembered)
    named: list[MatterKey] = [("authorization", one.authorization_id) for one in heard if one.authorization_id]
    known: list[MatterKey] = [("authorization", m.authorization_id) for m in matters.values() if m.authorization_id]
    behind = await store.lock_matters(tx, [*named, *known], named)
    return {**matters, **behind}


def _fresh_ids() -> NewIds:
    return NewIds(TicketId(new_id()), (new_id(), new_id()))
