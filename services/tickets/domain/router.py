"""The router: to whom a ticket goes, and why to nobody else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from typing import Any, Literal

from services.tickets.domain.people import RepresentativeUnknown
from shared.errors import Conflict
from shared.ids import TicketId

Barrier = Literal["away", "off_shift", "lacks_skill", "at_capacity", "excluded"]


class RepresentativeCannotTakeIt(Conflict):
    """A ticket goes only to somebody who is there, holds the mandatory skill, and has room for it."""

    remedy = "Ask the router, or name somebody else; capacity and skills are set by the supervisor."


@dataclass(frozen=True, slots=True)
class Candidate:
    """A representative as the router sees her: `load` is the weight of the open tickets she holds."""

    subject: str
    skills: Mapping[str, int]
    capacity: int
    load: int
    present: Literal["present", "away", "off_shift"] = "present"
    last_assigned_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Need:
    """What a ticket asks of whoever takes it: `familiar` already hold a matter of this customer, `named` was chosen."""

    ticket_id: TicketId
    weight: int
    required_skill: str
    required_level: int = 1
    optional_skills: frozenset[str] = frozenset()
    familiar: frozenset[str] = frozenset()
    excluded: frozenset[str] = frozenset()
    named: str | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How one candidate stood: barred by a reason, or with the five numbers that the order goes by."""

    subject: str
    barrier: Barrier | None
    familiar: int
    filled: Fraction
    optional_skills_count: int
    scarce_skills_count: int
    last_assigned_at: datetime | None

    def rank(self) -> tuple[Any, ...]:
        """Smaller goes first: familiar, emptier, more optional, fewer scarce, longer without work, then by name."""
        waited_longest = (self.last_assigned_at is not None, self.last_assigned_at or 0)
        return (-self.familiar, self.filled, -self.optional_skills_count, self.scarce_skills_count,
                *waited_longest, self.subject)  # fmt: skip

    def explain(self) -> dict[str, Any]:
        """The standing as it is kept with the decision."""
        return {
            "representative": self.subject,
            "barrier": self.barrier,
            "familiar": self.familiar,
            "filled": f"{self.filled.numerator}/{self.filled.denominator}",
            "optional_skills_count": self.optional_skills_count,
            "scarce_skills_count": self.scarce_skills_count,
            "last_assigned_at": self.last_assigned_at.isoformat() if self.last_assigned_at else None,
        }


@dataclass(frozen=True, slots=True)
class Decision:
    """To whom a ticket goes (nobody: it stays in the queue), with every candidate's standing, best first."""

    ticket_id: TicketId
    chosen: str | None
    standings: tuple[Standing, ...]


def barrier_of(candidate: Candidate, need: Need) -> Barrier | None:
    """Why this candidate cannot take it, or None."""
    if candidate.subject in need.excluded:
        return "excluded"
    if candidate.present != "present":
        return candidate.present
    if candidate.skills.get(need.required_skill, 0) < need.required_level:
        return "lacks_skill"
    if candidate.load + need.weight > candidate.capacity:
        return "at_capacity"
    return None


def route(need: Need, candidates: Sequence[Candidate], scarce_holders_max: int) -> Decision:
    """Filter, then order; the first takes it.

    Source: the city's practice, rulebook section 8 (router).
    """
    scarce = scarce_skills(candidates, scarce_holders_max)
    standings = [_standing(candidate, need, scarce) for candidate in candidates]
    fit = sorted((one for one in standings if one.barrier is None), key=Standing.rank)
    barred = sorted((one for one in standings if one.barrier is not None), key=lambda one: one.subject)
    return Decision(need.ticket_id, fit[0].subject if fit else None, (*fit, *barred))


def decide_all(
    needs: Sequence[Need], candidates: Sequence[Candidate], scarce_holders_max: int, at: datetime
) -> list[Decision]:
    """Find somebody for one after the other; each sees what the ones before it took.

    Raises RepresentativeUnknown, RepresentativeCannotTakeIt.
    """
    desk = {candidate.subject: candidate for candidate in candidates}
    decisions = []
    for need in needs:
        decision = _name(need, desk) if need.named else route(need, list(desk.values()), scarce_holders_max)
        if decision.chosen is not None:
            taker = desk[decision.chosen]
            desk[taker.subject] = replace(taker, load=taker.load + need.weight, last_assigned_at=at)
        decisions.append(decision)
    return decisions


def _name(need: Need, desk: Mapping[str, Candidate]) -> Decision:
    """The filter holds for who was named too, but for the shift: a person may stay for a matter."""
    candidate = desk.get(need.named or "")
    if candidate is None:
        raise RepresentativeUnknown(field="representative", representative=need.named)
    seen = replace(candidate, present="present") if candidate.present == "off_shift" else candidate
    standing = _standing(seen, need, frozenset())
    if standing.barrier is not None:
        raise RepresentativeCannotTakeIt(
            field="representative", representative=candidate.subject, reason=standing.barrier
        )
    return Decision(need.ticket_id, candidate.subject, (standing,))


def scarce_skills(candidates: Sequence[Candidate], holders_max: int) -> frozenset[str]:
    """The skills that at most so many of those present hold: they are kept free for the tickets that need them."""
    holders: dict[str, int] = {}
    for candidate in candidates:
        if candidate.present == "present":
            for skill in candidate.skills:
                holders[skill] = holders.get(skill, 0) + 1
    return frozenset(skill for skill, count in holders.items() if count <= holders_max)


def _standing(candidate: Candidate, need: Need, scarce: frozenset[str]) -> Standing:
    return Standing(
        subject=candidate.subject,
        barrier=barrier_of(candidate, need),
        familiar=int(candidate.subject in need.familiar),
        filled=Fraction(candidate.load + need.weight, max(candidate.capacity, 1)),
        optional_skills_count=len(need.optional_skills & candidate.skills.keys()),
        scarce_skills_count=len((scarce - {need.required_skill}) & candidate.skills.keys()),
        last_assigned_at=candidate.last_assigned_at,
    )
