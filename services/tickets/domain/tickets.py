"""A ticket and the states it goes through: who may be asked for what, and when."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Literal
from uuid import UUID

from shared.errors import Conflict, Invalid, NotFound, Stale
from shared.ids import AccountId, TicketId


class State(StrEnum):
    """How far a ticket has come (rulebook 8)."""

    NEW = "new"
    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    WAITING = "waiting"
    RESOLVED = "resolved"
    CLOSED = "closed"
    REOPENED = "reopened"
    CANCELLED = "cancelled"
    DUPLICATE = "duplicate"


class Action(StrEnum):
    """What can happen to a ticket; each leaves one line in its history."""

    OPEN = "open"
    ASSIGN = "assign"
    START = "start"
    WAIT = "wait"
    RESUME = "resume"
    RESOLVE = "resolve"
    CLOSE = "close"
    REOPEN = "reopen"
    CANCEL = "cancel"
    DUPLICATE = "duplicate"
    NOTE = "note"
    WARN = "warn"
    BREACH = "breach"
    ESCALATE = "escalate"


Level = Literal["representative", "senior", "supervisor", "department_head"]

QUEUED = frozenset({State.NEW, State.REOPENED})
HELD = frozenset({State.ASSIGNED, State.IN_PROGRESS, State.WAITING})
OPEN = QUEUED | HELD

_EVERY = frozenset(State)
_FROM: Mapping[Action, frozenset[State]] = MappingProxyType(
    {
        Action.ASSIGN: OPEN,
        Action.START: frozenset({State.ASSIGNED}),
        Action.WAIT: frozenset({State.IN_PROGRESS}),
        Action.RESUME: frozenset({State.WAITING}),
        Action.RESOLVE: OPEN,
        Action.CLOSE: frozenset({State.RESOLVED}),
        Action.REOPEN: frozenset({State.RESOLVED, State.CLOSED, State.DUPLICATE}),
        Action.CANCEL: OPEN,
        Action.DUPLICATE: OPEN,
        Action.NOTE: _EVERY,
        Action.WARN: OPEN,
        Action.BREACH: OPEN,
        Action.ESCALATE: OPEN,
    }
)
_TO: Mapping[Action, State] = MappingProxyType(
    {
        Action.START: State.IN_PROGRESS,
        Action.WAIT: State.WAITING,
        Action.RESUME: State.IN_PROGRESS,
        Action.RESOLVE: State.RESOLVED,
        Action.CLOSE: State.CLOSED,
        Action.REOPEN: State.REOPENED,
        Action.CANCEL: State.CANCELLED,
        Action.DUPLICATE: State.DUPLICATE,
    }
)


class TicketUnknown(NotFound):
    """No ticket of this id may be seen here."""

    remedy = "Check the ticket's number; a restricted ticket is shown only to those who work on it."


class TicketNotInState(Conflict):
    """A ticket in this state does not take this step."""

    remedy = "Read the ticket again; the steps from each state are in the service's README."


class TicketChangedMeanwhile(Stale):
    """Somebody changed this ticket since it was read."""


class TicketIsSomebodyElses(Conflict):
    """A ticket has one owner; it is taken from that owner by name or not at all."""

    remedy = "Send instead_of with the present owner's name if it is to be taken over."


class ResolutionTellsNothing(Invalid):
    """A resolution needs a code and a text for the customer."""

    remedy = "Say in one sentence what was found and done."


class TicketDuplicatesItself(Invalid):
    """A ticket is the duplicate of another one that is not itself a duplicate."""

    remedy = "Name the ticket that goes on with the work."


@dataclass(frozen=True, slots=True)
class Resolution:
    """How a ticket was answered: a code for the reports, a text for the customer."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Ticket:
    """A matter at the desk. `cycle` counts how often it was opened; `version` counts its changes."""

    ticket_id: TicketId
    category: str
    account_id: AccountId | None
    weight: int
    state: State
    opened_at: datetime
    queued_at: datetime
    changed_at: datetime
    owner: str | None = None
    waiting_on: str | None = None
    level: Level = "representative"
    escalated_at: datetime | None = None
    resolution: Resolution | None = None
    resolved_at: datetime | None = None
    duplicate_of: TicketId | None = None
    cycle: int = 1
    version: int = 1

    @property
    def is_open(self) -> bool:
        """Whether there is still something to do."""
        return self.state in OPEN


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that somebody does to a ticket, and what he says about it."""

    ticket_id: TicketId
    action: Action
    by: str
    at: datetime
    expected_version: int | None = None
    note: str | None = None
    owner: str | None = None
    waiting_on: str | None = None
    resolution: Resolution | None = None
    duplicate_of: TicketId | None = None
    level: Level | None = None
    escalated_to: str | None = None
    empty_levels: tuple[Level, ...] = ()
    reason_code: str | None = None
    heard: str | None = None
    clock_id: UUID | None = None
    answers: bool = False
    new_ids: tuple[UUID, ...] = ()


def step(ticket: Ticket, act: Act) -> Ticket:
    """The ticket after one act.

    Raises TicketNotInState, TicketChangedMeanwhile, ResolutionTellsNothing, TicketDuplicatesItself.
    """
    if act.expected_version is not None and act.expected_version != ticket.version:
        raise TicketChangedMeanwhile(
            ticket_id=ticket.ticket_id, expected_version=act.expected_version, version=ticket.version
        )
    if ticket.state not in _FROM[act.action]:
        raise TicketNotInState(ticket_id=ticket.ticket_id, state=ticket.state, step=act.action)
    moved = replace(
        ticket,
        state=_next_state(ticket, act),
        waiting_on=act.waiting_on if act.action is Action.WAIT else None,
        version=ticket.version + 1,
        changed_at=act.at,
    )
    return _with_what_was_said(moved, ticket, act)


def _next_state(ticket: Ticket, act: Act) -> State:
    if act.action is Action.ASSIGN:
        return ticket.state if ticket.state is State.WAITING else State.ASSIGNED
    return _TO.get(act.action, ticket.state)


def _with_what_was_said(moved: Ticket, before: Ticket, act: Act) -> Ticket:
    match act.action:
        case Action.ASSIGN:
            return replace(moved, owner=act.owner, waiting_on=before.waiting_on)
        case Action.RESOLVE:
            if act.resolution is None or not act.resolution.code.strip() or not act.resolution.text.strip():
                raise ResolutionTellsNothing(field="text")
            return replace(moved, resolution=act.resolution, resolved_at=act.at)
        case Action.DUPLICATE:
            if act.duplicate_of is None or act.duplicate_of == before.ticket_id:
                raise TicketDuplicatesItself(field="duplicate_of", ticket_id=before.ticket_id)
            return replace(moved, duplicate_of=act.duplicate_of)
        case Action.REOPEN:
            return _opened_again(moved, act.at)
        case Action.ESCALATE:
            return replace(moved, level=act.level or before.level, escalated_at=act.at, waiting_on=before.waiting_on)
        case Action.NOTE | Action.WARN | Action.BREACH:
            return replace(moved, waiting_on=before.waiting_on)
        case _:
            return moved


def _opened_again(moved: Ticket, at: datetime) -> Ticket:
    return replace(
        moved, owner=None, resolution=None, resolved_at=None, duplicate_of=None, level="representative",
        escalated_at=None, cycle=moved.cycle + 1, queued_at=at,
    )  # fmt: skip


def owner_may_change(ticket: Ticket, instead_of: str | None) -> None:
    """One owner: whoever takes an owned ticket names the owner it is taken from. Raises TicketIsSomebodyElses."""
    if ticket.owner is not None and ticket.owner != instead_of:
        raise TicketIsSomebodyElses(field="instead_of", ticket_id=ticket.ticket_id, owner=ticket.owner)
