"""The tickets service with three people at its desk, a senior and the supervisor, all of them set over HTTP."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.tickets.app import tower
from tests.rooms import Rooms, ServiceFactory

OFFICE_HOURS = [{"weekday": day, "starts": "08:30", "ends": "16:30"} for day in range(5)]
SKILLS = {"billing": 3, "service": 2, "payments": 2, "licensing": 2, "general": 3}
PEOPLE: dict[str, dict[str, Any]] = {
    "rosa": {"name": "Rosa Delgado", "capacity": 10, "skills": SKILLS},
    "maria": {"name": "Maria Ortiz", "capacity": 10, "skills": SKILLS},
    "marcus": {"name": "Marcus Webb", "level": "senior", "capacity": 4, "skills": {"billing": 5}},
    "denise": {"name": "Denise Okafor", "level": "supervisor", "capacity": 6, "skills": {"supervision": 5}},
}

Open = Callable[..., Awaitable[dict[str, Any]]]
Step = Callable[..., Awaitable[httpx.Response]]


async def set_person(rooms: Rooms, subject: str, **settings: Any) -> httpx.Response:
    """The supervisor sets somebody."""
    body = {"shift": OFFICE_HOURS, **PEOPLE.get(subject, {}), **settings}
    return await rooms.http("supervisor").put(f"/representatives/{subject}", json=body)


@pytest.fixture
async def empty_desk(service: ServiceFactory) -> Rooms:
    """The desk on its first day: categories, and nobody."""
    return await service(tower)


@pytest.fixture
async def rooms(empty_desk: Rooms) -> Rooms:
    """The desk with its people."""
    for subject in PEOPLE:
        answer = await set_person(empty_desk, subject)
        assert answer.status_code == 200, answer.text
    return empty_desk


@pytest.fixture
def open_ticket(rooms: Rooms) -> Open:
    """Somebody opens a ticket; what comes back is where it stands."""

    async def ask(category: str = "billing.explanation", role: str = "csr", **said: Any) -> dict[str, Any]:
        body = {"category": category, "summary": "Why is there a sewer charge?", **said}
        answer = await rooms.http(role).post("/tickets", json=body, headers={"Idempotency-Key": str(uuid4())})
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    return ask


@pytest.fixture
def step(rooms: Rooms) -> Step:
    """Somebody takes a step with a ticket: `await step(ticket, "start")`."""

    async def ask(
        ticket: dict[str, Any], name: str, role: str = "csr", etag: str | None = None, **said: Any
    ) -> httpx.Response:
        headers = {"If-Match": etag} if etag else {}
        subject = said.pop("subject", None)
        return await rooms.http(role, subject).post(
            f"/tickets/{ticket['ticket_id']}/{name}", json=said, headers=headers
        )

    return ask
