"""Giving tickets to people: by the router's order, or by name; each decision is kept with its candidates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from services.tickets import store
from services.tickets.commands.board import Hand, read_board, read_board_for_person, tell_board, write_board
from services.tickets.commands.tickets import Ask
from services.tickets.domain.access import check_giver
from services.tickets.domain.queue import asked_again_at, need_of
from services.tickets.domain.router import Decision, Need, decide_all
from services.tickets.domain.tickets import HELD, QUEUED, Act, Action, State, Ticket, TicketNotInState, owner_may_change
from services.tickets.domain.work import fold
from shared import deadlines
from shared.deadlines import Deadline
from shared.ids import TicketId
from shared.postgres import Tx


@dataclass(frozen=True, slots=True)
class Handover:
    """A ticket asked to change hands: to whom (None: the router says), and from whom if it has an owner."""

    ask: Ask
    representative: str | None = None
    instead_of: str | None = None


async def assign_tickets(tx: Tx, handovers: Sequence[Handover]) -> None:
    """Give tickets to whom people name, or to whom the router chooses; one owner, whoever asks at the same time.

    Asked again for what is so already, nothing changes.
    Raises TicketIsSomebodyElses, RepresentativeCannotTakeIt, RepresentativeUnknown, OnlyLeadsGiveWorkToOthers,
    TicketNotInState.
    """
    for handover in handovers:
        check_giver(tx.actor, handover.representative, handover.instead_of)
    hand = await read_board_for_person(tx, [handover.ask.ticket_id for handover in handovers])
    wanted = [one for one in handovers if _changes(hand.board.tickets[one.ask.ticket_id], one)]
    await _hand_over(tx, hand, wanted)


async def route_queue(tx: Tx, ticket_ids: Sequence[TicketId]) -> None:
    """Ask the router for tickets that wait in the queue; those that wait longest first."""
    hand = await read_board(tx, ticket_ids)
    waiting = [ticket for ticket in hand.board.tickets.values() if ticket.state in QUEUED]
    waiting.sort(key=lambda ticket: (ticket.queued_at, ticket.ticket_id))
    await _hand_over(tx, hand, [Handover(Ask(ticket.ticket_id)) for ticket in waiting])


async def take_from_owners(tx: Tx, ticket_ids: Sequence[TicketId]) -> None:
    """Give tickets that their owners did not begin to somebody else; where nobody else can, they stay."""
    hand = await read_board(tx, ticket_ids)
    assigned = [ticket for ticket in hand.board.tickets.values() if ticket.state is State.ASSIGNED]
    await _hand_over(tx, hand, [Handover(Ask(ticket.ticket_id), instead_of=ticket.owner) for ticket in assigned])


def _changes(ticket: Ticket, handover: Handover) -> bool:
    """Whether there is anything to do: the same owner again, or the router for what has an owner, is none."""
    if ticket.state not in QUEUED | HELD:
        raise TicketNotInState(ticket_id=ticket.ticket_id, state=ticket.state, step=Action.ASSIGN)
    if ticket.owner is not None and ticket.owner == handover.representative:
        return False
    if ticket.owner is not None and handover.representative is None and handover.instead_of is None:
        return False
    owner_may_change(ticket, handover.instead_of)
    return True


async def _hand_over(tx: Tx, hand: Hand, handovers: Sequence[Handover]) -> None:
    if not handovers:
        return
    await store.lock_representatives(tx)
    candidates = await store.find_candidates(tx)
    familiar = await store.find_familiar(tx, list(hand.board.tickets.values()))
    needs = [_need(tx, hand, one, familiar) for one in handovers]
    decisions = decide_all(needs, candidates, hand.desk.policy.scarce_holders_max, tx.now)
    fold(hand.board, _acts(tx, handovers, decisions), hand.desk)
    await write_board(tx, hand)
    await store.insert_assignments(tx, decisions, [need.named for need in needs])
    await tell_board(tx, hand)
    again_at = asked_again_at(hand.desk, tx.now)
    queued = [decision.ticket_id for decision in decisions if hand.board.tickets[decision.ticket_id].state in QUEUED]
    await deadlines.put(tx, *(Deadline("routing", ticket_id, again_at) for ticket_id in queued))


def _need(tx: Tx, hand: Hand, handover: Handover, familiar: Mapping[TicketId, frozenset[str]]) -> Need:
    ticket = hand.board.tickets[handover.ask.ticket_id]
    need = need_of(ticket, hand.desk, tx.now, familiar.get(ticket.ticket_id, ()))
    excluded = frozenset({handover.instead_of}) if handover.instead_of else frozenset[str]()
    return replace(need, named=handover.representative, excluded=excluded)


def _acts(tx: Tx, handovers: Sequence[Handover], decisions: Sequence[Decision]) -> list[Act]:
    by, at = tx.actor.subject, tx.now
    return [
        Act(one.ask.ticket_id, Action.ASSIGN, by, at, one.ask.expected_version, one.ask.note, decision.chosen)
        for one, decision in zip(handovers, decisions, strict=True)
        if decision.chosen is not None
    ]
