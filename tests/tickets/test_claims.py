"""Fifty people reach for one ticket, and for the last room at the desk: one gets it."""

import asyncio
from collections import Counter
from typing import Any

from services.tickets.app import tower
from shared.events.tickets import TicketAssigned
from tests.rooms import Rooms, ServiceFactory
from tests.tickets.conftest import set_person

CROWD = [f"rep{n:02d}" for n in range(50)]
BILLING = {"billing": 3}


async def crowded(service: ServiceFactory, capacity: int) -> Rooms:
    """A desk with fifty representatives."""
    rooms = await service(tower)
    for subject in CROWD:
        assert (await set_person(rooms, subject, name=subject, capacity=capacity, skills=BILLING)).status_code == 200
    return rooms


async def opened_at_night(rooms: Rooms, count: int) -> list[dict[str, Any]]:
    """Tickets that came in when nobody was there."""
    rooms.clock.turn(hours=9)
    desk = rooms.http("csr")
    answers = [
        await desk.post(
            "/tickets", json={"category": "billing.explanation", "summary": "?"}, headers={"Idempotency-Key": str(n)}
        )
        for n in range(count)
    ]
    rooms.clock.turn(hours=15)
    return [answer.json() for answer in answers]


async def test_one_owner_under_fifty_claims_at_once(service: ServiceFactory) -> None:
    rooms = await crowded(service, capacity=5)
    [ticket] = await opened_at_night(rooms, 1)
    path = f"/tickets/{ticket['ticket_id']}/assignment"
    answers = await asyncio.gather(
        *(rooms.http("csr", subject).post(path, json={"representative": subject}) for subject in CROWD)
    )
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 49}
    [winner] = [answer.json()["owner"] for answer in answers if answer.status_code == 200]
    losers_told = {answer.json()["facts"]["owner"] for answer in answers if answer.status_code == 409}
    assert losers_told == {winner}, "who lost is told who has it"
    [told] = [fact for fact in await rooms.said() if isinstance(fact, TicketAssigned)]
    assert told.representative == winner


async def test_fifty_tickets_routed_at_once_fill_everybody_evenly_and_nobody_above_capacity(
    service: ServiceFactory,
) -> None:
    rooms = await crowded(service, capacity=1)
    tickets = await opened_at_night(rooms, 60)
    answers = await asyncio.gather(
        *(rooms.http("senior").post(f"/tickets/{one['ticket_id']}/assignment", json={}) for one in tickets)
    )
    assert {answer.status_code for answer in answers} == {200}
    owners = Counter(answer.json()["owner"] for answer in answers)
    assert owners.pop(None) == 10, "fifty have room for one each; ten wait"
    assert set(owners.values()) == {1}
    board = (await rooms.http("csr").get("/workload")).json()
    assert {one["load"] for one in board["people"]} == {1}
    assert [one["tickets_count"] for one in board["queue"]] == [10]
