"""What the desk answers: SQL straight to response models; no rules, no locks."""

from services.tickets.views.desk import (
    AlarmView,
    CategoryView,
    DeskPolicyView,
    EscalationView,
    RepresentativeView,
    ShiftView,
    find_category,
    find_desk_policy,
    find_representative,
    list_alarms,
    list_categories,
    list_escalations,
    list_representatives,
)
from services.tickets.views.tickets import (
    TicketLine,
    TicketState,
    TicketView,
    find_restricted_ticket,
    find_ticket,
    find_ticket_state,
    list_tickets,
)
from services.tickets.views.workload import WorkloadView, find_workload

__all__ = [
    "AlarmView",
    "CategoryView",
    "DeskPolicyView",
    "EscalationView",
    "RepresentativeView",
    "ShiftView",
    "TicketLine",
    "TicketState",
    "TicketView",
    "WorkloadView",
    "find_category",
    "find_desk_policy",
    "find_representative",
    "find_restricted_ticket",
    "find_ticket",
    "find_ticket_state",
    "find_workload",
    "list_alarms",
    "list_categories",
    "list_escalations",
    "list_representatives",
    "list_tickets",
]
