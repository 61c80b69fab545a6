"""What a crew with a shut-off does, and what billing and payments say to it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from shared.events import Fact, billing, payments
from shared.events.accounts import ShutoffConfirmationAsked
from tests.accounts.conftest import Json, Post, the_order
from tests.rooms import Rooms

TODAY = {"scheduled_on": "2026-03-02", "crew": "Crew 7"}
REASON = "payment_not_yet_counted"


def answers(asked: Fact, speaker: Any, *, minutes: int | None = 10) -> Fact:
    """One book's answer to an ask: a confirmation for some minutes, or an objection."""
    assert isinstance(asked, ShutoffConfirmationAsked)
    fields = {
        "account_id": asked.account_id, "ask_id": asked.ask_id, "order_id": asked.order_id,
        "answered_at": asked.asked_at,
    }  # fmt: skip
    if minutes is None:
        told: Fact = speaker.ShutoffObjected(**fields, reason_code=REASON)
    else:
        told = speaker.ShutoffConfirmed(**fields, valid_until=asked.asked_at + timedelta(minutes=minutes))
    return told


def withdrawn(account: Json, authorization_id: int = 77) -> billing.ShutoffWithdrawn:
    """Billing takes its word back: it was paid."""
    return billing.ShutoffWithdrawn.model_validate(
        {"account_id": account["account_id"], "authorization_id": UUID(int=authorization_id), "reason_code": "paid",
         "withdrawn_at": "2026-03-02T15:00:00Z"}
    )  # fmt: skip


def brought_back(account: Json, authorization_id: int = 77) -> billing.ReconnectionAuthorized:
    """Billing wants the service back on."""
    return billing.ReconnectionAuthorized.model_validate(
        {"account_id": account["account_id"], "authorization_id": UUID(int=authorization_id),
         "authorized_at": "2026-03-02T15:00:00Z"}
    )  # fmt: skip


async def asked(rooms: Rooms) -> ShutoffConfirmationAsked:
    """The newest question that was said."""
    questions = [fact for fact in await rooms.said() if isinstance(fact, ShutoffConfirmationAsked)]
    return questions[-1]


async def at_the_door(rooms: Rooms, post: Post) -> str:
    """The crew is dispatched, with both confirmations; the order's path."""
    path = f"/orders/{(await the_order(rooms))['order_id']}"
    assert (await post(f"{path}/schedule", TODAY)).status_code == 200
    answer = await post(f"{path}/dispatch")
    assert (answer.status_code, answer.json()["state"], answer.json()["asked"]["stage"]) == (
        200,
        "scheduled",
        "dispatch",
    )
    question = await asked(rooms)
    await rooms.tell(answers(question, payments), answers(question, billing))
    assert (await the_order(rooms))["state"] == "dispatched"
    return path


async def at_the_valve(rooms: Rooms, post: Post) -> str:
    """The crew has called in, and may shut off for ten minutes; the order's path."""
    path = await at_the_door(rooms, post)
    answer = await post(f"{path}/call-ins", role="field")
    assert (answer.status_code, answer.json()["asked"]["cleared_until"]) == (201, None)
    question = await asked(rooms)
    await rooms.tell(answers(question, billing), answers(question, payments, minutes=8))
    assert (await the_order(rooms))["asked"]["cleared_until"] == "2026-03-02T15:08:00Z"
    return path


async def completion(rooms: Rooms, post: Post, path: str) -> Any:
    """The crew says that it shut off."""
    now = rooms.clock.now().isoformat()
    return await post(f"{path}/completion", {"completed_at": now, "crew": "Crew 7", "reading": 5100}, role="field")


async def off_since(rooms: Rooms, account: Json) -> str | None:
    """Since when Maria's valve is shut."""
    view = (await rooms.http("csr").get(f"/accounts/{account['account_id']}")).json()
    since: str | None = view["services"][0]["off_since"]
    return since
