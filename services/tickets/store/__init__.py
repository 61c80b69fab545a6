"""What the desk remembers: the only SQL here that writes; rows in, domain values out; it never decides."""

from services.tickets.store.assignments import find_candidates, find_familiar, insert_assignments
from services.tickets.store.clocks import (
    insert_alarms,
    insert_escalations,
    insert_marks,
    list_clocks,
    list_ticket_ids_of_clocks,
    save_clocks,
)
from services.tickets.store.desk import find_desk, lock_categories, save_categories, save_policies
from services.tickets.store.matters import lock_matters, save_matters
from services.tickets.store.people import (
    find_representatives,
    list_superiors,
    lock_representatives,
    save_representatives,
)
from services.tickets.store.tickets import (
    insert_changes,
    insert_tickets,
    list_queued_ids,
    lock_tickets,
    save_tickets,
)

__all__ = [
    "find_candidates",
    "find_desk",
    "find_familiar",
    "find_representatives",
    "insert_alarms",
    "insert_assignments",
    "insert_changes",
    "insert_escalations",
    "insert_marks",
    "insert_tickets",
    "list_clocks",
    "list_queued_ids",
    "list_superiors",
    "list_ticket_ids_of_clocks",
    "lock_categories",
    "lock_matters",
    "lock_representatives",
    "lock_tickets",
    "save_categories",
    "save_clocks",
    "save_matters",
    "save_policies",
    "save_representatives",
    "save_tickets",
]
