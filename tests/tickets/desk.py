"""A small desk for the domain's tests: three categories, the rulebook's numbers, and Monday at ten."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from services.tickets.domain.categories import Category, ClockKind, Privacy
from services.tickets.domain.consequences import new_ticket
from services.tickets.domain.desk import Desk, DeskPolicy, calendar_of
from services.tickets.domain.tickets import Act, Action, Resolution, Ticket
from services.tickets.domain.work import Board, open_on
from shared.ids import AccountId, TicketId

NEW_YORK = ZoneInfo("America/New_York")
MONDAY_TEN = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
OFFICE_HOURS = [(time(8, 30), time(16, 30))]
TICKET = TicketId(UUID(int=1))
OTHER = TicketId(UUID(int=2))
ACCOUNT = AccountId(UUID(int=7))
ACKNOWLEDGE, RESOLUTION = UUID(int=11), UUID(int=12)
ANSWERED = Resolution("explained", "The meter was read twice; the bill is right.")

POLICY = DeskPolicy(
    hours=dict.fromkeys(range(5), OFFICE_HOURS),
    warning_percent=75,
    escalation_minutes=240,
    escalation_levels=["senior", "supervisor"],
    closure_minutes=2400,
    routing_retry_minutes=15,
    lower_level_minutes=480,
    scarce_holders_max=1,
)


def category(name: str, skill: str, level: int = 1, privacy: Privacy = "ordinary") -> Category:
    """A category of weight 2: acknowledged within four hours, resolved within a week of business days."""
    targets: dict[ClockKind, int] = {"acknowledge": 240, "resolution": 2400}
    return Category(name, name, "desk", skill, level, frozenset({"spanish"}), 2, privacy, targets)


DESK = Desk(
    policy=POLICY,
    calendar=calendar_of(POLICY, NEW_YORK),
    categories={
        "billing.high_bill": category("billing.high_bill", "billing", level=3),
        "service.shutoff": category("service.shutoff", "service"),
        "meter.tampering": category("meter.tampering", "investigation", privacy="restricted"),
    },
    templates={},
)


def ticket(ticket_id: TicketId = TICKET, opened_at: datetime = MONDAY_TEN) -> Ticket:
    """A high bill of one customer, as it comes in."""
    return new_ticket(ticket_id, "billing.high_bill", ACCOUNT, 2, opened_at)


def board(desk: Desk = DESK) -> Board:
    """A board with one ticket that just came in."""
    fresh = Board({}, {})
    act = Act(TICKET, Action.OPEN, "rosa", MONDAY_TEN, new_ids=(ACKNOWLEDGE, RESOLUTION))
    open_on(fresh, ticket(), act, desk)
    return fresh


def act(action: Action, minutes: int = 0, **said: Any) -> Act:
    """Maria does something to the ticket, so many minutes after it came in."""
    return Act(TICKET, action, "maria", MONDAY_TEN + timedelta(minutes=minutes), **said)
