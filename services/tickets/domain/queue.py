"""The queue: what a ticket that waits for an owner asks for, and when the router is asked again."""

from collections.abc import Collection
from datetime import datetime

from services.tickets.domain.desk import Desk
from services.tickets.domain.router import Need
from services.tickets.domain.tickets import Ticket


def need_of(ticket: Ticket, desk: Desk, now: datetime, familiar: Collection[str] = ()) -> Need:
    """What the ticket asks of whoever takes it; with age a lower level of the skill will do, never none."""
    category = desk.categories[ticket.category]
    return Need(
        ticket_id=ticket.ticket_id,
        weight=ticket.weight,
        required_skill=category.required_skill,
        required_level=_level_after_waiting(ticket, category.required_level, desk, now),
        optional_skills=category.optional_skills,
        familiar=frozenset(familiar),
    )


def _level_after_waiting(ticket: Ticket, level: int, desk: Desk, now: datetime) -> int:
    step = desk.policy.lower_level_minutes
    waits = range(1, level)
    return level - sum(1 for n in waits if desk.due(ticket.queued_at, n * step) <= now)


def asked_again_at(desk: Desk, now: datetime) -> datetime:
    """When the router is asked again for a ticket that nobody could take: in business time, so not at night."""
    return desk.due(now, desk.policy.routing_retry_minutes)
