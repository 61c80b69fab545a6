"""A shut-off from billing's word to the closed valve, and all that leaves the water on."""

from typing import Any

import pytest

from services.accounts.app import tower
from shared.events import billing, payments
from shared.events.accounts import (
    ServiceOrderCancelled,
    ServiceOrderNotCompleted,
    ShutoffConfirmationAsked,
)
from shared.events.inbound import FieldResult
from tests.accounts.conftest import (
    Json,
    Post,
    a_service,
    an_account,
    authorized,
    kinds,
    opened,
    poster,
    the_order,
)
from tests.accounts.crew import (
    REASON,
    TODAY,
    answers,
    asked,
    at_the_door,
    at_the_valve,
    brought_back,
    completion,
    off_since,
    withdrawn,
)
from tests.rooms import Rooms, ServiceFactory


async def test_with_both_confirmations_the_water_goes_off_and_after_payment_comes_back(
    rooms: Rooms, post: Post, maria: Json
) -> None:
    path = await at_the_valve(rooms, post)
    done = await completion(rooms, post, path)
    assert (done.status_code, done.json()["state"]) == (200, "completed")
    assert await off_since(rooms, maria) == "2026-03-02T15:00:00Z"
    assert kinds(await rooms.news())[2:] == [
        "ServiceOrderRequested", "ServiceOrderScheduled", "ShutoffConfirmationAsked", "ServiceOrderDispatched",
        "ShutoffConfirmationAsked", "ServiceOrderCompleted",
    ]  # fmt: skip
    assert [line["change"] for line in done.json()["history"]] == [
        "requested", "scheduled", "asked", "confirmed", "confirmed", "dispatched",
        "asked", "confirmed", "confirmed", "cleared", "completed",
    ]  # fmt: skip

    await rooms.tell(brought_back(maria), brought_back(maria))
    order = await the_order(rooms, "reconnection")
    back = f"/orders/{order['order_id']}"
    await post(f"{back}/schedule", TODAY)
    assert (await post(f"{back}/dispatch")).json()["state"] == "dispatched"
    await completion(rooms, post, back)
    assert await off_since(rooms, maria) is None
    assert kinds(await rooms.news()) == [
        "ServiceOrderRequested", "ServiceOrderScheduled", "ServiceOrderDispatched", "ServiceOrderCompleted",
    ]  # fmt: skip


async def test_a_payment_calls_the_crew_back_from_the_road(rooms: Rooms, post: Post, maria: Json) -> None:
    path = await at_the_door(rooms, post)
    await rooms.tell(answers(await asked(rooms), payments, minutes=None))
    order = await the_order(rooms)
    assert (order["state"], order["reason_code"], order["asked"]) == ("requested", REASON, None)
    await rooms.tell(withdrawn(maria))
    order = await the_order(rooms)
    assert (order["state"], order["reason_code"]) == ("cancelled", "paid")
    last = (await rooms.said())[-2:]
    assert isinstance(last[0], ServiceOrderNotCompleted)
    assert isinstance(last[1], ServiceOrderCancelled)
    assert (await post(f"{path}/schedule", TODAY)).status_code == 409


async def test_a_payment_while_the_crew_kneels_at_the_valve_leaves_the_water_on(
    rooms: Rooms, post: Post, maria: Json
) -> None:
    path = await at_the_valve(rooms, post)
    await rooms.tell(answers(await asked(rooms), payments, minutes=None))
    refused = await completion(rooms, post, path)
    assert refused.status_code == 409
    assert (await the_order(rooms))["state"] == "requested"
    assert await off_since(rooms, maria) is None


async def test_the_confirmation_runs_out_and_the_crew_has_to_call_in_again(
    rooms: Rooms, post: Post, maria: Json
) -> None:
    path = await at_the_valve(rooms, post)
    rooms.clock.turn(minutes=8)
    refused = await completion(rooms, post, path)
    assert (refused.status_code, refused.json()["title"]) == (409, "Shutoff not cleared")
    assert refused.json()["remedy"] == "Leave the water on; call in again."
    by_handheld = await rooms.tell_anyhow(
        FieldResult.model_validate(
            {"order_id": path.rpartition("/")[2], "outcome": "completed", "at": rooms.clock.now(), "crew": "Crew 7"}
        )
    )
    assert by_handheld.answers[0].remedy == "Leave the water on; call in again."
    assert (await post(f"{path}/call-ins", role="field")).status_code == 201
    question = await asked(rooms)
    await rooms.tell(answers(question, billing), answers(question, payments))
    assert (await completion(rooms, post, path)).json()["state"] == "completed"


@pytest.mark.parametrize("stage", ["dispatch", "execution"])
@pytest.mark.parametrize("heard", [(), (billing,), (payments,)], ids=["nobody", "billing", "payments"])
async def test_with_a_service_down_the_water_stays_on(
    rooms: Rooms, post: Post, maria: Json, stage: str, heard: tuple[Any, ...]
) -> None:
    if stage == "execution":
        path = await at_the_door(rooms, post)
        await post(f"{path}/call-ins", role="field")
    else:
        path = f"/orders/{(await the_order(rooms))['order_id']}"
        await post(f"{path}/schedule", TODAY)
        await post(f"{path}/dispatch")
    question = await asked(rooms)
    await rooms.tell(*(answers(question, speaker) for speaker in heard))
    again = await (post(f"{path}/call-ins", role="field") if stage == "execution" else post(f"{path}/dispatch"))
    assert (again.status_code, again.json()["title"]) == (409, "Answer awaited")
    rooms.clock.turn(seconds=59)
    assert await rooms.strike() == 0
    rooms.clock.turn(seconds=1)
    assert await rooms.strike() == 1
    order = await the_order(rooms)
    assert (order["state"], order["reason_code"]) == ("requested", "no_answer")
    said = len(await rooms.said())
    await rooms.tell(answers(question, billing, minutes=60), answers(question, payments, minutes=None))
    assert (await the_order(rooms))["version"] == order["version"]
    assert len(await rooms.said()) == said


async def test_when_both_have_answered_no_clock_strikes(rooms: Rooms, post: Post, maria: Json) -> None:
    await at_the_valve(rooms, post)
    rooms.clock.turn(minutes=2)
    assert await rooms.strike() == 0


async def test_a_set_of_answers_for_many_crews_counts_each(rooms: Rooms, post: Post) -> None:
    accounts = await opened(
        post,
        *(
            an_account(
                f"Holder {n}",
                premise={"street_address": f"{n} Elm St"},
                services=[a_service(meter=None, start_reading=None)],
            )
            for n in range(6)
        ),
    )
    await rooms.tell(*(authorized(account) for account in accounts))
    lines = (await rooms.http("csr").get("/orders")).json()["items"]
    for line in lines:
        await post(f"/orders/{line['order_id']}/schedule", TODAY)
        await post(f"/orders/{line['order_id']}/dispatch")
    questions = [fact for fact in await rooms.said() if isinstance(fact, ShutoffConfirmationAsked)]
    told = [answers(question, book) for book in (payments, billing) for question in questions[:5]]
    objected = answers(questions[5], billing, minutes=None)
    await rooms.tell(*told, *told, objected, answers(questions[5], payments))
    states = [line["state"] for line in (await rooms.http("csr").get("/orders")).json()["items"]]
    assert states == ["dispatched"] * 5 + ["requested"]


async def test_by_hand_a_shutoff_is_not_cancelled_and_other_kinds_do_not_call_in(
    rooms: Rooms, post: Post, maria: Json
) -> None:
    path = f"/orders/{(await the_order(rooms))['order_id']}"
    answer = await post(f"{path}/cancellation", {"reason_code": "customer_asked"}, role="supervisor")
    assert (answer.status_code, answer.json()["title"]) == (409, "Shutoff ends at billing")
    early = await post(f"{path}/call-ins", role="field")
    assert (early.status_code, early.json()["title"]) == (409, "Order not in state")
    assert (await post(f"{path}/call-ins", role="csr")).status_code == 403


async def test_under_the_bpu_a_home_is_not_shut_off_on_a_friday_or_at_five(service: ServiceFactory) -> None:
    rooms = await service(tower, policy_pack="nj-bpu")
    post = poster(rooms)
    [account] = await opened(post)
    await rooms.tell(authorized(account))
    path = f"/orders/{(await the_order(rooms))['order_id']}"
    friday = await post(f"{path}/schedule", {"scheduled_on": "2026-03-06", "crew": "Crew 7"})
    assert (friday.status_code, friday.json()["title"]) == (409, "Outside shutoff hours")
    assert (await post(f"{path}/schedule", TODAY)).status_code == 200
    rooms.clock.turn(hours=7)
    late = await post(f"{path}/dispatch")
    assert (late.status_code, late.json()["title"]) == (409, "Outside shutoff hours")
    assert "N.J.A.C. 14:3-3A" in late.json()["remedy"]
