"""The billing service with Ada and Ben, who take water by New York City's tariff."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.billing.app import tower
from shared.ids import AgreementId, new_id
from tests.billing.tariffs import fixed, nyc_body
from tests.billing.town import ADA, BEN, CLEO
from tests.rooms import Rooms, ServiceFactory

Post = Callable[..., Awaitable[httpx.Response]]
Get = Callable[..., Awaitable[Any]]
RunCycle = Callable[..., Awaitable[dict[str, Any]]]
TakeMany = Callable[[int], Awaitable[None]]


@pytest.fixture
async def rooms(service: ServiceFactory) -> Rooms:
    """Billing, having heard of Ada and Ben."""
    made = await service(tower)
    await made.tell(ADA.opened(), BEN.opened(), ADA.started(), BEN.started())
    await made.news()
    return made


@pytest.fixture
def post(rooms: Rooms) -> Post:
    """Send a POST with an idempotency key of its own, as a biller unless another role is named."""

    async def send(path: str, body: Any = None, role: str = "billing", key: str | None = None) -> httpx.Response:
        return await rooms.http(role).post(path, json=body, headers={"Idempotency-Key": key or str(uuid4())})

    return send


@pytest.fixture
def get(rooms: Rooms) -> Get:
    """The body of a GET that must succeed, asked by a customer service representative unless another is named."""

    async def ask(path: str, role: str = "csr", **query: Any) -> Any:
        response = await rooms.http(role).get(path, params=query)
        assert response.status_code == 200, response.text
        return response.json()

    return ask


@pytest.fixture
async def tariff(post: Post) -> None:
    """The city's tariff is loaded."""
    response = await post("/tariffs", {"rate_code": "nyc", "effective_on": "2025-07-01", "body": nyc_body()})
    assert response.status_code == 201, response.text


@pytest.fixture
def take_many(rooms: Rooms, post: Post) -> TakeMany:
    """Let Cleo take a service for a dollar a period so many times, in cycle C9."""

    async def take(agreements_count: int) -> None:
        components = [{"name": "water", "label": "Water", "service": "water", "rule": "Ordinance 7", **fixed("1.00")}]
        flat = {"title": "Flat", "unit": "hcf", "components": components}
        await post("/tariffs", {"rate_code": "flat", "effective_on": "2025-07-01", "body": flat})
        one = CLEO.started(meter=None, start_reading=None, rate_code="flat", billing_cycle="C9")
        others = (one.model_copy(update={"agreement_id": AgreementId(new_id())}) for _ in range(agreements_count))
        await rooms.tell(CLEO.opened("C9"), *others)

    return take


@pytest.fixture
def run_cycle(rooms: Rooms, post: Post, get: Get) -> RunCycle:
    """Run a cycle to its end; answers what it came to."""

    async def run(from_on: str = "2026-02-01", through_on: str = "2026-03-31", cycle: str = "C1") -> dict[str, Any]:
        started = await post("/bill-runs", {"cycle": cycle, "from_on": from_on, "through_on": through_on})
        assert started.status_code == 202, started.text
        await rooms.work()
        summed: dict[str, Any] = await get(f"/bill-runs/{started.json()['job_id']}")
        return summed

    return run


@pytest.fixture
async def billed(rooms: Rooms, tariff: None, get: Get, run_cycle: RunCycle) -> str:
    """Ada owes 98.68 from March 2, due on April 1: 38.10 for water, 60.58 for sewer. The id of her bill."""
    await rooms.tell(ADA.read(110))
    await run_cycle()
    await rooms.news()
    return str((await get(f"/accounts/{ADA.account_id}/bills"))["items"][0]["bill_id"])
