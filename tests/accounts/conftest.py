"""The accounts service, and what one does with it in few words."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from services.accounts.app import tower
from shared.events.billing import ShutoffAuthorized
from shared.ids import AccountId, AuthorizationId, NoticeId
from tests.rooms import Rooms, ServiceFactory

Post = Callable[..., Awaitable[httpx.Response]]
Json = dict[str, Any]


@pytest.fixture
async def rooms(service: ServiceFactory) -> Rooms:
    """Accounts, on Monday, March 2, 2026, ten in the morning."""
    return await service(tower)


@pytest.fixture
def post(rooms: Rooms) -> Post:
    """Send a POST, as the representative unless another role is named."""
    return poster(rooms)


@pytest.fixture
async def maria(rooms: Rooms, post: Post) -> Json:
    """Maria's account, with a shut-off that billing authorized."""
    [account] = await opened(post)
    await rooms.tell(authorized(account, UUID(int=77)))
    return account


def poster(rooms: Rooms) -> Post:
    """Sends POSTs to these rooms, each with a fresh Idempotency-Key unless one is named."""

    async def send(path: str, body: Json | None = None, role: str = "csr", **headers: str) -> httpx.Response:
        named = {"Idempotency-Key": str(uuid4())} | {name.replace("_", "-"): value for name, value in headers.items()}
        return await rooms.http(role).post(path, json=body, headers=named)

    return send


def a_meter(serial: str = "M-88123", **changes: Any) -> Json:
    """A five-eighths meter with six dials."""
    return {"serial": serial, "size": "5/8", "dials": 6, "unit": "hcf"} | changes


def a_service(start: str = "conversion", **changes: Any) -> Json:
    """Water at the house, as it runs or to be turned on."""
    service: Json = {"commodity": "water", "rate_code": "W-RES", "start": start, "meter": a_meter()}
    if start == "conversion":
        service |= {"started_on": "2024-01-01", "start_reading": 4711}
    return service | changes


def an_account(name: str = "Maria Lopez", address: str = "12 Maple Street", **changes: Any) -> Json:
    """Maria's account at 12 Maple Street, taken over from the old system."""
    return {
        "holder": {"role": "owner", "name": name},
        "premise": {"street_address": address, "block": "101", "lot": "4"},
        "billing_cycle": "A",
        "services": [a_service()],
    } | changes


async def opened(post: Post, *accounts: Json) -> list[Json]:
    """Open these accounts, or Maria's; what was made of them."""
    answer = await post("/accounts", {"accounts": list(accounts) or [an_account()]})
    assert answer.status_code == 201, answer.text
    made: list[Json] = answer.json()["accounts"]
    return made


async def a_turn_on(post: Post) -> Json:
    """An order to turn on the water of a new account at 12 Maple Street."""
    [account] = await opened(post, an_account(services=[a_service("turn_on")]))
    answer = await post("/orders", {"kind": "turn_on", "agreement_id": account["services"][0]["agreement_id"]})
    assert answer.status_code == 201, answer.text
    order: Json = answer.json()
    return order


def authorized(account: Json, authorization_id: UUID | None = None, **changes: Any) -> ShutoffAuthorized:
    """Billing's word that an account may be shut off."""
    fields: Json = {
        "account_id": AccountId(UUID(account["account_id"])), "authorization_id": authorization_id or uuid4(),
        "notice_id": NoticeId(uuid4()), "past_due_cents": 12_345, "authorized_at": "2026-03-02T14:00:00Z",
    }  # fmt: skip
    fields["authorization_id"] = AuthorizationId(fields["authorization_id"])
    return ShutoffAuthorized.model_validate(fields | changes)


async def the_order(rooms: Rooms, kind: str = "nonpayment_shutoff") -> Json:
    """The one order of a kind, with its history."""
    lines = (await rooms.http("csr").get("/orders", params={"kind": kind})).json()["items"]
    assert len(lines) == 1, lines
    answer = await rooms.http("csr").get(f"/orders/{lines[0]['order_id']}")
    order: Json = answer.json()
    return order


def kinds(facts: list[Any]) -> list[str]:
    """The names of what was said."""
    return [type(fact).__name__ for fact in facts]
