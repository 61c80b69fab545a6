"""What a heard fact does to the tickets on the board: opens them, writes on them, ends them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.tickets.domain.categories import category_named
from services.tickets.domain.desk import Desk
from services.tickets.domain.matters import Consequence, Effect
from services.tickets.domain.tickets import OPEN, Act, Action, State, Ticket
from services.tickets.domain.work import Board, fold, open_on
from shared.ids import AccountId, TicketId


@dataclass(frozen=True, slots=True)
class Opening:
    """A ticket as it comes in, with what only the record keeps: its channel and summary, and who opened it."""

    ticket: Ticket
    channel: str
    summary: str
    opened_by: str


def carry_out(board: Board, consequences: Sequence[Consequence], desk: Desk, by: str) -> list[Opening]:
    """Do what follows to the tickets, in order; answers the tickets that were opened by it."""
    openings = []
    for consequence in consequences:
        if consequence.effect is Effect.OPEN:
            opening = _opening(consequence, desk, by)
            open_on(board, opening.ticket, _act(consequence, Action.OPEN, by), desk)
            openings.append(opening)
        elif (ticket := board.tickets.get(consequence.ticket_id)) is not None:
            fold(board, _acts(consequence, ticket.state, by), desk)
    return openings


def _opening(consequence: Consequence, desk: Desk, by: str) -> Opening:
    heard = consequence.heard
    category = category_named(desk.categories, heard.rule.category or "")
    ticket = new_ticket(consequence.ticket_id, category.category, heard.account_id, category.weight, heard.at)
    return Opening(ticket, "system", consequence.text or category.title, by)


def new_ticket(ticket_id: TicketId, category: str, account_id: AccountId | None, weight: int, at: datetime) -> Ticket:
    """A ticket as it is first: in the queue, with nobody's name on it."""
    return Ticket(ticket_id, category, account_id, weight, State.NEW, opened_at=at, queued_at=at, changed_at=at)


def _acts(consequence: Consequence, state: State, by: str) -> list[Act]:
    close = _act(consequence, Action.CLOSE, by)
    if consequence.effect is Effect.END and state in OPEN:
        return [_act(consequence, Action.RESOLVE, by), close]
    if consequence.effect is Effect.END and state is State.RESOLVED:
        return [close]
    return [_act(consequence, Action.NOTE, by)]


def _act(consequence: Consequence, action: Action, by: str) -> Act:
    heard = consequence.heard
    return Act(
        ticket_id=consequence.ticket_id,
        action=action,
        by=by,
        at=heard.at,
        note=consequence.text if action in (Action.NOTE, Action.OPEN) else None,
        resolution=consequence.resolution if action is Action.RESOLVE else None,
        reason_code=heard.reason_code,
        heard=heard.event_type,
        answers=heard.rule.answers,
        new_ids=consequence.clock_ids,
    )
