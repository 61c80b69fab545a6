"""Escalation: a ticket goes up, level by level, until somebody has it; each level is told once a cycle."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.tickets.domain.desk import Desk
from services.tickets.domain.tickets import Level, Ticket
from shared.errors import Conflict

_ORDER: tuple[Level, ...] = ("representative", "senior", "supervisor", "department_head")


class TicketIsAtTheTop(Conflict):
    """Above the last level there is nobody to escalate to."""

    remedy = "Speak with the person it was escalated to."


@dataclass(frozen=True, slots=True)
class Superior:
    """Somebody above the representatives, as escalation sees her."""

    subject: str
    level: Level
    present: bool
    skills: frozenset[str]
    escalations_count: int


@dataclass(frozen=True, slots=True)
class Climb:
    """Where a ticket goes: the level, who is told there, and the levels below it at which nobody is."""

    level: Level
    escalated_to: str | None
    empty_levels: tuple[Level, ...]


def climb(ticket: Ticket, superiors: Sequence[Superior], desk: Desk) -> Climb | None:
    """The next level that has somebody; None at the top already.

    Nobody is told of her own ticket, but at the last level: better she than nobody. Where no level above has anybody,
    it stands at the next level with nobody told: that is an alarm, and time takes it further.
    Source: rulebook section 8, escalation.
    """
    above = [level for level in desk.policy.escalation_levels if _ORDER.index(level) > _ORDER.index(ticket.level)]
    if not above:
        return None
    skill = desk.categories[ticket.category].required_skill
    for n, level in enumerate(above):
        staff = [person for person in superiors if person.level == level]
        others = [person for person in staff if person.subject != ticket.owner]
        if fit := others or (staff if level == above[-1] else []):
            told = min(fit, key=lambda s: (not s.present, skill not in s.skills, s.escalations_count, s.subject))
            return Climb(level, told.subject, tuple(above[:n]))
    return Climb(above[0], None, (above[0],))
