"""What people ask of tickets: open, read, assign, and every step to the end."""

from typing import Annotated, Literal

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.tickets import commands, views
from services.tickets.commands import Ask, Handover, Matter
from services.tickets.views import TicketLine, TicketState, TicketView
from shared.auth import Role, permission
from shared.events.fields import Code, Label
from shared.http import Door, IfMatch, Page, PageQuery, ReadTx, WriteTx
from shared.ids import AccountId, TicketId

door = Door()

_DESK = (Role.CSR, Role.SENIOR, Role.SUPERVISOR, Role.CASHIER, Role.BILLING, Role.LICENSING)

READ_TICKETS = permission("tickets.read", *_DESK, Role.FIELD, Role.SERVICE)
OPEN_TICKETS = permission("tickets.open", *_DESK, Role.FIELD, Role.SERVICE)
WORK_TICKETS = permission("tickets.work", *_DESK)

Text = Annotated[str, StringConstraints(min_length=1, max_length=4000, pattern=r"^[^\x00]*\S[^\x00]*$")]
CodeQuery = Annotated[str | None, Query(min_length=1, max_length=80)]
NumberQuery = Annotated[str | None, Query(pattern=r"^[0-9]{10}$", description="The ten digits that people read aloud.")]
StateQuery = Literal[
    "new", "assigned", "in_progress", "waiting", "resolved", "closed", "reopened", "cancelled", "duplicate"
]


class Body(BaseModel):
    """A request's body: nothing that we do not know."""

    model_config = ConfigDict(extra="forbid")


class Answer(Body):
    """How it was answered: a code for the reports, a text for the customer."""

    resolution_code: Code
    text: Text


class NewTicket(Body):
    """A matter that comes to the desk. With `answer` it was answered at once; else the router looks for somebody."""

    category: Code
    account_id: AccountId | None = None
    channel: Literal["counter", "phone", "mail", "web", "field"] = "counter"
    summary: Text
    answer: Answer | None = None


class Step(Body):
    """A step may be given a note for the record."""

    note: Text | None = None


class NewAssignment(Step):
    """Whom to give it to; nobody named: the router says. What has an owner is taken from him by name."""

    representative: Label | None = None
    instead_of: Label | None = None


class NewWait(Step):
    """Whom the ticket waits for; its clocks pause meanwhile."""

    waiting_on: Literal["customer", "external"]


class NewResolution(Step, Answer):
    """The answer to the customer."""


class NewCancellation(Step):
    """Why there is nothing to do after all."""

    reason_code: Code


class NewDuplication(Step):
    """Which ticket goes on with the same matter."""

    duplicate_of: TicketId


class NewEscalation(Step):
    """Why the next level is asked."""

    reason_code: Code = Field(default="asked")


@door.post("/tickets", needs=OPEN_TICKETS, status_code=201, idempotent=True)
async def post_ticket(tx: WriteTx, body: NewTicket) -> TicketState:
    """Open a ticket; the router gives it to somebody at once if it can, else it waits in the queue."""
    answer = commands.Resolution(body.answer.resolution_code, body.answer.text) if body.answer else None
    matter = Matter(body.category, body.account_id, body.channel, body.summary, answer)
    [ticket_id] = await commands.open_tickets(tx, [matter])
    await commands.route_queue(tx, [ticket_id])
    return await views.find_ticket_state(tx, ticket_id)


@door.get("/tickets", needs=READ_TICKETS)
async def list_tickets(
    tx: ReadTx,
    page: PageQuery,
    *,
    state: StateQuery | None = None,
    owner: CodeQuery = None,
    category: CodeQuery = None,
    account_id: AccountId | None = None,
    ticket_number: NumberQuery = None,
) -> Page[TicketLine]:
    """Tickets, newest first; restricted ones only for their owner and the supervisor, and without their text."""
    return await views.list_tickets(
        tx, page, state=state, owner=owner, category=category, account_id=account_id, ticket_number=ticket_number
    )


@door.get("/tickets/{ticket_id}", needs=READ_TICKETS)
async def get_ticket(tx: ReadTx, ticket_id: TicketId) -> TicketView:
    """A ticket with its whole history, its assignments and clocks."""
    return await views.find_ticket(tx, ticket_id)


@door.get("/restricted-tickets/{ticket_id}", needs=READ_TICKETS, recorded=True)
async def get_restricted_ticket(tx: ReadTx, ticket_id: TicketId) -> TicketView:
    """A ticket that only its owner and the supervisor may read; the reading is on the record."""
    return await views.find_restricted_ticket(tx, ticket_id)


@door.post("/tickets/{ticket_id}/assignment", needs=WORK_TICKETS)
async def post_assignment(tx: WriteTx, ticket_id: TicketId, expected: IfMatch, body: NewAssignment) -> TicketState:
    """Give it to somebody: whom the router chooses, or who is named. One owner, whoever asks at the same time."""
    ask = Ask(ticket_id, expected, body.note)
    await commands.assign_tickets(tx, [Handover(ask, body.representative, body.instead_of)])
    return await views.find_ticket_state(tx, ticket_id)


@door.post("/tickets/{ticket_id}/start", needs=WORK_TICKETS)
async def post_start(tx: WriteTx, ticket_id: TicketId, expected: IfMatch, body: Step) -> TicketState:
    """Begin to work on it."""
    await commands.start_tickets(tx, [Ask(ticket_id, expected, body.note)])
    return await views.find_ticket_state(tx, ticket_id)


@door.post("/tickets/{ticket_id}/waiting", needs=WORK_TICKETS)
async def post_waiting(tx: WriteTx, ticket_id: TicketId, expected: IfMatch, body: NewWait) -> TicketState:
    """Wait for the customer or for somebody outside; the clocks pause."""
    await commands.put_tickets_on_wait(tx, [Ask(ticket_id, expected, body.note)], body.waiting_on)
    return await views.find_ticket_state(tx, ticket_id)


@door.post("/tickets/{ticket_id}/resumption", needs=WORK_TICKETS)
async def post_resumption(tx: WriteTx, ticket_id: TicketId, expected: IfMatch, body: Step) -> TicketState:
    """Go on: the clocks run again."""
    await commands.resume_tickets(tx, [Ask(ticket_id, expected, body.note)])
    return await views.find_ticket_state(tx, ticket_id)


@door.post("/tickets/{ticket_id}/resolution", needs=WORK_TICKETS)
async def post_resolution(tx: WriteTx, ticket_id: TicketId, expected: IfMatch, body: NewResolution) -> TicketState:
    """Answer it, with a code and a text for the customer."""
    answer = commands.Resolution(body.resolution_code, body.text)
    await commands.resolve_tickets(tx, [Ask(ticket_id, expected, body.note)], answer)
    return await views.find_ticket_state(tx, ticket_id)


@door.post("/tickets/{ticket_id}/closure", needs=WORK_TICKETS)
async def post_closure(tx: WriteTx, ticket_id: TicketId, expected: IfMatch, body: Step) -> TicketState:
    """Close what was resolved."""
    await commands.close_tickets(tx, [Ask(ticket_id, expected, body.note)])
    return await views.find_ticket_state(tx, ticket_id)


@door.post("/tickets/{ticket_id}/reopening", needs=WORK_TICKETS)
async def post_reopening(tx: WriteTx, ticket_id: TicketId, expected: IfMatch, body: Step) -> TicketState:
    """Open it again: the customer came back on the same matter. New clocks run, and the router is asked."""
    await commands.reopen_tickets(tx, [Ask(ticket_id, expected, body.note)])
    await commands.route_queue(tx, [ticket_id])
    return await views.find_ticket_state(tx, ticket_id)


@door.post("/tickets/{ticket_id}/cancellation", needs=WORK_TICKETS)
async def post_cancellation(tx: WriteTx, ticket_id: TicketId, expected: IfMatch, body: NewCancellation) -> TicketState:
    """Call it off: there is nothing to do after all."""
    await commands.cancel_tickets(tx, [Ask(ticket_id, expected, body.note)], body.reason_code)
    return await views.find_ticket_state(tx, ticket_id)


@door.post("/tickets/{ticket_id}/duplication", needs=WORK_TICKETS)
async def post_duplication(tx: WriteTx, ticket_id: TicketId, expected: IfMatch, body: NewDuplication) -> TicketState:
    """Say that it is the same matter as another ticket, which goes on; reopening takes it back."""
    await commands.mark_duplicates(tx, [Ask(ticket_id, expected, body.note)], body.duplicate_of)
    return await views.find_ticket_state(tx, ticket_id)


@door.post("/tickets/{ticket_id}/escalation", needs=WORK_TICKETS)
async def post_escalation(tx: WriteTx, ticket_id: TicketId, expected: IfMatch, body: NewEscalation) -> TicketState:
    """Ask the next level up."""
    await commands.escalate_tickets(tx, [Ask(ticket_id, expected, body.note)], body.reason_code)
    return await views.find_ticket_state(tx, ticket_id)
