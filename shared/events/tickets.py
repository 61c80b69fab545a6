"""What tickets tells: work opened, assigned, late, escalated and done. Never what a person wrote in it."""

from typing import ClassVar, Literal

from shared.events.fact import Fact
from shared.events.fields import Code, Count, Line, Moment
from shared.ids import AccountId, TicketId


class TicketsFact(Fact):
    """A fact about a ticket."""

    speaker: ClassVar[str] = "tickets"
    about: ClassVar[str] = "ticket_id"
    ticket_id: TicketId
    category: Code


class TicketOpened(TicketsFact):
    """A matter came to the desk."""

    account_id: AccountId | None
    opened_at: Moment


class TicketAssigned(TicketsFact):
    """The router, or a lead, gave it to a representative."""

    representative: Line
    assigned_at: Moment


class TicketResolved(TicketsFact):
    """It was answered, with a code and a text for the customer."""

    resolution_code: Code
    resolved_at: Moment


class TicketClosed(TicketsFact):
    """It is done; `outcome` says whether it was answered, called off, or goes on as another ticket."""

    closed_at: Moment
    outcome: Literal["resolved", "cancelled", "duplicate"] = "resolved"


class TicketReopened(TicketsFact):
    """The customer came back on the same matter."""

    reopened_at: Moment


class ClockFact(TicketsFact):
    """A fact about one clock of a ticket; `cycle` counts how often that clock was started."""

    clock: Literal["acknowledge", "resolution"]
    cycle: Count
    due_at: Moment


class SlaWarned(ClockFact):
    """Three quarters of the allowed time have passed."""


class SlaBreached(ClockFact):
    """The allowed time has passed."""


class TicketEscalated(TicketsFact):
    """It went up: to a senior representative, to the supervisor, to the department head."""

    level: Literal["senior", "supervisor", "department_head"]
    escalated_to: Line | None
    reason_code: Code
    escalated_at: Moment
