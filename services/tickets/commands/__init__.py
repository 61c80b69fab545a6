"""What the desk does: read, decide, write, tell; each command takes many."""

from services.tickets.commands.assignments import Handover, assign_tickets, route_queue, take_from_owners
from services.tickets.commands.clocks import breach_tickets, close_answered_tickets, take_tickets_higher, warn_tickets
from services.tickets.commands.matters import take_in_facts
from services.tickets.commands.people import set_categories, set_desk_policy, set_representatives
from services.tickets.commands.tickets import (
    Ask,
    Matter,
    cancel_tickets,
    close_tickets,
    escalate_tickets,
    mark_duplicates,
    open_tickets,
    put_tickets_on_wait,
    reopen_tickets,
    resolve_tickets,
    resume_tickets,
    start_tickets,
)
from services.tickets.domain.categories import Category
from services.tickets.domain.desk import DeskPolicy
from services.tickets.domain.people import Representative
from services.tickets.domain.tickets import Resolution

__all__ = [
    "Ask",
    "Category",
    "DeskPolicy",
    "Handover",
    "Matter",
    "Representative",
    "Resolution",
    "assign_tickets",
    "breach_tickets",
    "cancel_tickets",
    "close_answered_tickets",
    "close_tickets",
    "escalate_tickets",
    "mark_duplicates",
    "open_tickets",
    "put_tickets_on_wait",
    "reopen_tickets",
    "resolve_tickets",
    "resume_tickets",
    "route_queue",
    "set_categories",
    "set_desk_policy",
    "set_representatives",
    "start_tickets",
    "take_from_owners",
    "take_in_facts",
    "take_tickets_higher",
    "warn_tickets",
]
