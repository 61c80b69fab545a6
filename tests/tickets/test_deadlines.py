"""The clock strikes at the desk: a complaint that nobody answers warns, is late, and climbs; each once."""

import asyncio
from collections import Counter
from typing import Any
from uuid import UUID

import pytest
from asyncpg import LockNotAvailableError

from services.tickets import commands
from shared.auth import Actor, Role
from shared.deadlines import Deadline
from shared.events.tickets import SlaBreached, SlaWarned, TicketEscalated
from shared.ids import TicketId
from tests.rooms import Rooms
from tests.tickets.conftest import Open, Step, set_person

ANSWER = commands.Resolution("explained", "It is right.")
WAITERS = """
SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE NOT granted AND datname = current_database()
"""


async def told(rooms: Rooms) -> list[tuple[str, ...]]:
    """What was said about time, in order."""
    lines: list[tuple[str, ...]] = []
    for fact in await rooms.news():
        if isinstance(fact, SlaWarned | SlaBreached):
            lines.append((type(fact).__name__, fact.clock))
        elif isinstance(fact, TicketEscalated):
            lines.append((type(fact).__name__, fact.level, fact.escalated_to or "nobody"))
    return lines


async def test_a_complaint_that_nobody_answers_climbs_to_the_supervisor_who_is_told_once(
    rooms: Rooms, open_ticket: Open, step: Step
) -> None:
    """Opened on Monday at ten, to be acknowledged in two hours and answered in a business day."""
    ticket = await open_ticket("billing.explanation")
    await told(rooms)
    for hours, expected in (
        (1.5, [("SlaWarned", "acknowledge")]),
        (0.5, [("SlaBreached", "acknowledge"), ("TicketEscalated", "senior", "marcus")]),
        (4.0, [("TicketEscalated", "supervisor", "denise"), ("SlaWarned", "resolution")]),
        (19, [("SlaBreached", "resolution")]),
        (24 * 30, []),
    ):
        rooms.clock.turn(hours=hours)
        await rooms.strike()
        assert await told(rooms) == expected, f"after {hours} more hours"
    found = (await rooms.http("csr").get(f"/tickets/{ticket['ticket_id']}")).json()
    assert found["owner"] not in (ticket["owner"], None), "what she did not begin was given to somebody else"
    moved = await step(ticket, "assignment", "supervisor", representative=ticket["owner"], instead_of=found["owner"])
    assert (moved.status_code, moved.json()["owner"]) == (200, ticket["owner"])


async def test_late_work_that_was_begun_stays_with_whoever_began_it(
    rooms: Rooms, open_ticket: Open, step: Step
) -> None:
    ticket = await open_ticket("billing.explanation")
    await step(ticket, "start")
    rooms.clock.turn(days=30)
    await rooms.strike()
    found = (await rooms.http("csr").get(f"/tickets/{ticket['ticket_id']}")).json()
    assert (found["owner"], found["state"]) == (ticket["owner"], "in_progress")


async def test_late_work_that_nobody_else_can_do_stays_where_it_is(empty_desk: Rooms) -> None:
    await set_person(empty_desk, "gus", name="Gus Pine", capacity=9, skills={"meters": 3})
    body = {"category": "meter.test", "summary": "It runs fast"}
    ticket = (await empty_desk.http("csr").post("/tickets", json=body, headers={"Idempotency-Key": "1"})).json()
    empty_desk.clock.turn(days=30)
    await empty_desk.strike()
    found = (await empty_desk.http("csr").get(f"/tickets/{ticket['ticket_id']}")).json()
    assert (found["owner"], found["state"]) == ("gus", "assigned")


async def test_turned_by_a_month_at_once_it_is_the_same_and_in_order(rooms: Rooms, open_ticket: Open) -> None:
    await open_ticket("billing.explanation")
    await told(rooms)
    rooms.clock.turn(days=30)
    await rooms.strike()
    assert Counter(await told(rooms)) == {
        ("SlaWarned", "acknowledge"): 1, ("SlaBreached", "acknowledge"): 1, ("SlaWarned", "resolution"): 1,
        ("SlaBreached", "resolution"): 1, ("TicketEscalated", "senior", "marcus"): 1,
        ("TicketEscalated", "supervisor", "denise"): 1,
    }  # fmt: skip


async def test_a_strike_that_comes_twice_says_nothing_twice(rooms: Rooms, open_ticket: Open) -> None:
    """Redelivered, replayed, or struck by two replicas at once: a level is told once a cycle."""
    ticket = await open_ticket("billing.explanation")
    async with rooms.tx() as tx:
        rows = await tx.fetch("SELECT kind, about, due_at FROM deadlines ORDER BY due_at")
    due = [Deadline(row["kind"], row["about"], row["due_at"]) for row in rows]
    rooms.clock.turn(days=30)

    async def strike_again() -> None:
        async with rooms.tx() as tx:
            await commands.warn_tickets(tx, [one for one in due if one.kind == "sla_warning"])
            await commands.breach_tickets(tx, [one for one in due if one.kind == "sla_breach"])

    await asyncio.gather(*(strike_again() for _ in range(5)))
    await rooms.strike()
    assert max(Counter(await told(rooms)).values()) == 1
    found = (await rooms.http("csr").get(f"/tickets/{ticket['ticket_id']}")).json()
    assert [(one["level"], one["escalated_to"]) for one in found["escalations"]] == [
        ("senior", "marcus"), ("supervisor", "denise"),
    ]  # fmt: skip


async def test_while_it_waits_for_the_customer_no_clock_strikes(rooms: Rooms, open_ticket: Open, step: Step) -> None:
    ticket = await open_ticket("billing.explanation")
    await step(ticket, "start")
    await step(ticket, "waiting", waiting_on="customer")
    await told(rooms)
    rooms.clock.turn(days=21)
    await rooms.strike()
    assert await told(rooms) == []
    resumed = (await step(ticket, "resumption")).json()
    assert resumed["due_at"] == "2026-03-24T15:00:00Z", "what was left of the business day, three weeks later"
    rooms.clock.turn(days=7)
    await rooms.strike()
    assert (await told(rooms))[:2] == [("SlaWarned", "resolution"), ("SlaBreached", "resolution")]


async def test_nobody_to_escalate_to_is_an_alarm(rooms: Rooms, open_ticket: Open) -> None:
    for subject in ("marcus", "denise"):
        await set_person(rooms, subject, availability="away")
    ticket = await open_ticket("billing.explanation")
    rooms.clock.turn(days=30)
    await rooms.strike()
    alarms: list[dict[str, Any]] = (await rooms.http("supervisor").get("/alarms")).json()["items"]
    assert {(one["ticket_id"], one["kind"], one["subject"]) for one in alarms} == {
        (ticket["ticket_id"], "nobody_to_escalate_to", "senior"),
        (ticket["ticket_id"], "nobody_to_escalate_to", "supervisor"),
    }


async def test_many_late_tickets_all_climb_and_none_is_left_behind_a_page(rooms: Rooms, open_ticket: Open) -> None:
    for _ in range(30):
        await open_ticket("inquiry.general")
    rooms.clock.turn(days=10)
    await rooms.strike()
    ups = [fact for fact in await rooms.said() if isinstance(fact, TicketEscalated) and fact.level == "supervisor"]
    assert len({up.ticket_id for up in ups}) == len(ups) == 30


async def test_a_person_who_answers_in_the_very_moment_that_the_time_is_gone_goes_first(
    rooms: Rooms, open_ticket: Open
) -> None:
    """She holds the ticket and takes its deadlines away; the clock holds these and wants the ticket: it yields."""
    ticket = await open_ticket("billing.explanation")
    await told(rooms)
    rooms.clock.turn(hours=3)
    ticket_id = TicketId(UUID(ticket["ticket_id"]))
    async with rooms.tx(Actor("maria", "Maria", frozenset({Role.CSR}))) as tx:
        await tx.fetchval("SELECT 1 FROM tickets WHERE ticket_id = $1 FOR UPDATE", ticket_id)
        striking = asyncio.create_task(rooms.strike())
        async with rooms.tx() as watching:
            while not await watching.fetchval(WAITERS):
                pass
        await commands.resolve_tickets(tx, [commands.Ask(ticket_id)], ANSWER)
    with pytest.raises(LockNotAvailableError):
        await striking
    await rooms.strike()
    assert await told(rooms) == []
