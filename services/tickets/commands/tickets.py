"""What people do to tickets: open, start, wait, resume, resolve, close, reopen, cancel, mark as duplicate, escalate."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from services.tickets import store
from services.tickets.commands.board import read_board, read_board_for_person, tell_board, wake_queue, write_board
from services.tickets.domain.categories import category_named
from services.tickets.domain.consequences import Opening, new_ticket
from services.tickets.domain.escalation import TicketIsAtTheTop, climb
from services.tickets.domain.tickets import Act, Action, Resolution, TicketDuplicatesItself
from services.tickets.domain.work import fold, open_on
from shared.ids import AccountId, TicketId, new_id
from shared.postgres import Tx


@dataclass(frozen=True, slots=True)
class Matter:
    """What somebody brings to the desk; with `answer` it was answered at once."""

    category: str
    account_id: AccountId | None
    channel: str
    summary: str
    answer: Resolution | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """A ticket that something is asked for, at the version that was read (None: whatever it is)."""

    ticket_id: TicketId
    expected_version: int | None = None
    note: str | None = None


async def open_tickets(tx: Tx, matters: Sequence[Matter]) -> list[TicketId]:
    """Open tickets for matters that people bring; they wait in the queue until they are routed."""
    hand = await read_board(tx, [])
    openings = []
    for matter in matters:
        category = category_named(hand.desk.categories, matter.category)
        ticket = new_ticket(TicketId(new_id()), category.category, matter.account_id, category.weight, tx.now)
        openings.append(Opening(ticket, matter.channel, matter.summary, tx.actor.subject))
        act = Act(ticket.ticket_id, Action.OPEN, tx.actor.subject, tx.now, new_ids=(new_id(), new_id()))
        open_on(hand.board, ticket, act, hand.desk)
        if matter.answer is not None:
            resolve = Act(ticket.ticket_id, Action.RESOLVE, tx.actor.subject, tx.now, resolution=matter.answer)
            fold(hand.board, [resolve], hand.desk)
    await write_board(tx, hand, openings)
    await tell_board(tx, hand)
    return [opening.ticket.ticket_id for opening in openings]


async def start_tickets(tx: Tx, asks: Sequence[Ask]) -> None:
    """Begin to work on assigned tickets: that answers the acknowledgement clock."""
    await _do(tx, [_act(tx, ask, Action.START) for ask in asks])


async def put_tickets_on_wait(tx: Tx, asks: Sequence[Ask], waiting_on: str) -> None:
    """Wait for the customer or for somebody outside: the clocks pause."""
    await _do(tx, [_act(tx, ask, Action.WAIT, waiting_on=waiting_on) for ask in asks])


async def resume_tickets(tx: Tx, asks: Sequence[Ask]) -> None:
    """Go on with tickets that waited: the clocks run again."""
    await _do(tx, [_act(tx, ask, Action.RESUME) for ask in asks])


async def resolve_tickets(tx: Tx, asks: Sequence[Ask], resolution: Resolution) -> None:
    """Answer tickets, with a code and a text for the customer."""
    await _do(tx, [_act(tx, ask, Action.RESOLVE, resolution=resolution) for ask in asks], makes_room=True)


async def close_tickets(tx: Tx, asks: Sequence[Ask]) -> None:
    """Close what was resolved."""
    await _do(tx, [_act(tx, ask, Action.CLOSE) for ask in asks])


async def reopen_tickets(tx: Tx, asks: Sequence[Ask]) -> None:
    """Open again what was resolved, closed or taken for a duplicate: new clocks, and back to the queue."""
    await _do(tx, [_act(tx, ask, Action.REOPEN, new_ids=(new_id(), new_id())) for ask in asks])


async def cancel_tickets(tx: Tx, asks: Sequence[Ask], reason_code: str) -> None:
    """Call tickets off: there is nothing to do after all."""
    await _do(tx, [_act(tx, ask, Action.CANCEL, reason_code=reason_code) for ask in asks], makes_room=True)


async def mark_duplicates(tx: Tx, asks: Sequence[Ask], original: TicketId) -> None:
    """Say that tickets are the same matter as another one, which goes on. Raises TicketDuplicatesItself."""
    hand = await read_board_for_person(tx, [*(ask.ticket_id for ask in asks), original])
    if hand.board.tickets[original].duplicate_of is not None:
        raise TicketDuplicatesItself(field="duplicate_of", ticket_id=original)
    fold(hand.board, [_act(tx, ask, Action.DUPLICATE, duplicate_of=original) for ask in asks], hand.desk)
    await write_board(tx, hand)
    await tell_board(tx, hand)
    await wake_queue(tx)


async def escalate_tickets(tx: Tx, asks: Sequence[Ask], reason_code: str) -> None:
    """Ask the next level up. Raises TicketIsAtTheTop."""
    hand = await read_board_for_person(tx, [ask.ticket_id for ask in asks])
    superiors = await store.list_superiors(tx)
    for ask in asks:
        goal = climb(hand.board.tickets[ask.ticket_id], superiors, hand.desk)
        if goal is None:
            raise TicketIsAtTheTop(field="ticket_id", ticket_id=ask.ticket_id)
        up = _act(
            tx, ask, Action.ESCALATE, level=goal.level, escalated_to=goal.escalated_to, empty_levels=goal.empty_levels,
            reason_code=reason_code,
        )  # fmt: skip
        fold(hand.board, [up], hand.desk)
    await write_board(tx, hand)
    await tell_board(tx, hand)


def _act(tx: Tx, ask: Ask, action: Action, **said: Any) -> Act:
    return Act(ask.ticket_id, action, tx.actor.subject, tx.now, ask.expected_version, ask.note, **said)


async def _do(tx: Tx, acts: Sequence[Act], makes_room: bool = False) -> None:
    hand = await read_board_for_person(tx, [act.ticket_id for act in acts])
    fold(hand.board, acts, hand.desk)
    await write_board(tx, hand)
    await tell_board(tx, hand)
    if makes_room:
        await wake_queue(tx)
