"""What other services' facts mean at the desk: the table of what each opens, advances or ends.

Facts of different services come in any order, so a matter remembers what was heard of it before its beginning:
work that was ended before its opening was heard is opened and closed, never left open for ever.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, tzinfo
from enum import StrEnum
from typing import Any
from uuid import UUID

from services.tickets.domain.rules import RULES, MatterKind, Move, Rule
from services.tickets.domain.texts import day, filled, words
from services.tickets.domain.tickets import Resolution
from shared.events import Fact
from shared.ids import AccountId, TicketId

_ID_FIELDS: Mapping[MatterKind, str] = {
    "order": "order_id",
    "authorization": "authorization_id",
    "bill": "bill_id",
    "payment": "payment_id",
    "remittance": "remittance_id",
    "application": "application_id",
    "final_reading": "order_id",
    "dispute": "dispute_id",
}
_DAYS = ("scheduled_on", "completed_at", "issued_on", "due_on", "due_at", "respond_by")
_QUALIFIERS = ("kind", "state", "decision", "outcome", "reason_code")
MatterKey = tuple[MatterKind, UUID]


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing that other services speak of, and what is known of it at the desk."""

    kind: MatterKind
    matter_id: UUID
    ticket_id: TicketId | None = None
    authorization_id: UUID | None = None
    failed_at: datetime | None = None
    withdrawn_at: datetime | None = None
    ended_at: datetime | None = None
    ending: Resolution | None = None

    @property
    def key(self) -> MatterKey:
        """Kind and id: what it is found by."""
        return self.kind, self.matter_id


@dataclass(frozen=True, slots=True)
class Heard:
    """A fact as the desk understands it."""

    event_type: str
    rule: Rule
    matter_id: UUID
    at: datetime
    text: str | None
    account_id: AccountId | None = None
    authorization_id: UUID | None = None
    reason_code: str | None = None

    @property
    def key(self) -> MatterKey:
        """The matter it is about."""
        return self.rule.matter, self.matter_id


@dataclass(frozen=True, slots=True)
class NewIds:
    """The ids that a ticket and its clocks get if a fact opens one."""

    ticket_id: TicketId
    clock_ids: tuple[UUID, ...]


class Effect(StrEnum):
    """What a heard fact does to a ticket."""

    OPEN = "open"
    NOTE = "note"
    END = "end"


@dataclass(frozen=True, slots=True)
class Consequence:
    """One effect on the ticket of a matter; an opening has a category, an end has a resolution."""

    effect: Effect
    ticket_id: TicketId
    heard: Heard
    resolution: Resolution | None = None
    text: str | None = None
    clock_ids: tuple[UUID, ...] = ()


def rule_for(fact: Fact) -> Rule | None:
    """The rule of the table for this fact: the most specific row that fits, or None if the desk does not care."""
    qualifiers = [getattr(fact, name) for name in _QUALIFIERS if hasattr(fact, name)]
    key = (fact.event_type(), *map(str, qualifiers))
    return next((RULES[key[:length]] for length in range(len(key), 0, -1) if key[:length] in RULES), None)


def understood(fact: Fact, templates: Mapping[str, str], now: datetime, zone: tzinfo) -> Heard | None:
    """What a fact says to the desk, with its text filled in; None if nothing. Raises TextLacksFact."""
    if (rule := rule_for(fact)) is None:
        return None
    told_at = fact.envelope.occurred_at if fact.envelope else now
    return Heard(
        event_type=fact.event_type(),
        rule=rule,
        matter_id=getattr(fact, _ID_FIELDS[rule.matter]),
        at=min(told_at, now),
        text=filled(templates[rule.template], _facts_of(fact, zone)) if rule.template else None,
        account_id=getattr(fact, "account_id", None),
        authorization_id=getattr(fact, "authorization_id", None) if rule.holds_authorization else None,
        reason_code=getattr(fact, "reason_code", None),
    )


def _facts_of(fact: Fact, zone: tzinfo) -> dict[str, str]:
    said: dict[str, str] = {}
    for name in _DAYS:
        value: Any = getattr(fact, name, None)
        if isinstance(value, datetime):
            said[name.removesuffix("_at") + "_on"] = day(value.astimezone(zone).date())
        elif isinstance(value, date):
            said[name] = day(value)
    if (reason := getattr(fact, "reason_code", None)) is not None:
        said["reason"] = words(reason)
    if (number := getattr(fact, "license_number", None)) is not None:
        said["license_number"] = number
    return said


@dataclass(slots=True)
class Memory:
    """The matters that a batch speaks of; taking in a fact moves them and keeps what follows for the tickets."""

    matters: dict[MatterKey, Matter]
    consequences: list[Consequence] = field(default_factory=list)


def take_in(memory: Memory, heard: Sequence[Heard], new_ids: Sequence[NewIds]) -> None:
    """Take in facts one after the other; the new ids beside it are used if it opens a ticket.

    A fact about a matter that is not in memory is of no concern to the desk.
    """
    for one, fresh in zip(heard, new_ids, strict=True):
        if (matter := memory.matters.get(one.key)) is not None:
            _MOVES[one.rule.move](memory, matter, one, fresh)


def _open(memory: Memory, matter: Matter, heard: Heard, fresh: NewIds) -> None:
    if matter.ticket_id is not None:
        _tell(memory, matter.ticket_id, heard, Effect.NOTE)
        return
    new_id = fresh.ticket_id
    memory.matters[matter.key] = replace(matter, ticket_id=new_id, authorization_id=heard.authorization_id)
    opening = Consequence(Effect.OPEN, new_id, heard, text=heard.text, clock_ids=fresh.clock_ids)
    memory.consequences.append(opening)
    if matter.ending is not None:
        _tell(memory, new_id, heard, Effect.END, matter.ending)
    if (authorization := _authorization(memory, heard.authorization_id)) is not None:
        memory.matters[authorization.key] = replace(authorization, ticket_id=new_id)
        if authorization.ending is not None and matter.ending is None:
            memory.consequences.append(Consequence(Effect.NOTE, new_id, heard, text=authorization.ending.text))


def _advance(memory: Memory, matter: Matter, heard: Heard, _fresh: NewIds) -> None:
    authorization = _authorization(memory, matter.authorization_id)
    if authorization is not None and authorization.failed_at is not None:
        memory.matters[authorization.key] = replace(authorization, failed_at=None)
    if matter.ticket_id is not None:
        _tell(memory, matter.ticket_id, heard, Effect.NOTE)


def _fail(memory: Memory, matter: Matter, heard: Heard, _fresh: NewIds) -> None:
    if matter.ticket_id is not None:
        _tell(memory, matter.ticket_id, heard, Effect.NOTE)
    if (authorization := _authorization(memory, matter.authorization_id)) is not None:
        memory.matters[authorization.key] = replace(authorization, failed_at=heard.at)
        if authorization.ending is not None and matter.ended_at is None:
            _finish(memory, matter, heard, authorization.ending)


def _withdraw(memory: Memory, matter: Matter, heard: Heard, _fresh: NewIds) -> None:
    ending = Resolution(heard.rule.resolution_code or "called_off", heard.text or "")
    memory.matters[matter.key] = replace(matter, withdrawn_at=heard.at, ending=ending)
    if matter.ticket_id is not None:
        _tell(memory, matter.ticket_id, heard, Effect.NOTE)
        if matter.failed_at is not None:
            _tell(memory, matter.ticket_id, heard, Effect.END, ending)


def _end(memory: Memory, matter: Matter, heard: Heard, _fresh: NewIds) -> None:
    if matter.ended_at is None:
        _finish(memory, matter, heard, Resolution(heard.rule.resolution_code or "done", heard.text or ""))
    elif matter.ticket_id is not None:
        _tell(memory, matter.ticket_id, heard, Effect.NOTE)


def _finish(memory: Memory, matter: Matter, heard: Heard, ending: Resolution) -> None:
    memory.matters[matter.key] = replace(matter, ended_at=heard.at, ending=ending)
    if matter.ticket_id is not None:
        _tell(memory, matter.ticket_id, heard, Effect.END, ending)


def _tell(
    memory: Memory, ticket_id: TicketId, heard: Heard, effect: Effect, resolution: Resolution | None = None
) -> None:
    memory.consequences.append(Consequence(effect, ticket_id, heard, resolution, heard.text))


def _authorization(memory: Memory, authorization_id: UUID | None) -> Matter | None:
    return memory.matters.get(("authorization", authorization_id)) if authorization_id is not None else None


_MOVES = {Move.OPEN: _open, Move.ADVANCE: _advance, Move.FAIL: _fail, Move.WITHDRAW: _withdraw, Move.END: _end}
