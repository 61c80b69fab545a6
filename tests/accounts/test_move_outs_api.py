"""Maria moves out, and Ana moves in with the same reading; a reading that is late is told."""

import asyncio
from typing import Any

from shared.events.accounts import FinalReadingMissed, ServiceStarted, ServiceStopped
from tests.accounts.conftest import Json, Post, a_service, an_account, kinds, opened
from tests.accounts.test_field_work_api import done, sent_out
from tests.rooms import Rooms

SEWER = {"commodity": "sewer", "rate_code": "S-RES"}


async def both(post: Post) -> tuple[Json, Json]:
    """Maria's running water and sewer, and Ana's, agreed at the same points."""
    running = [a_service(), SEWER | {"start": "conversion", "started_on": "2024-01-01"}]
    [maria] = await opened(post, an_account(services=running))
    agreed = [a_service("turn_on", meter=None), SEWER | {"start": "turn_on"}]
    [ana] = await opened(post, an_account("Ana Ruiz", services=agreed))
    return maria, ana


def final(leaves: Json, comes: Json | None = None, **more: str) -> Json:
    """The order for a final reading."""
    asked = {"kind": "final_reading", "agreement_id": leaves["services"][0]["agreement_id"], **more}
    return asked | ({"next_agreement_id": comes["services"][0]["agreement_id"]} if comes else {})


async def services(rooms: Rooms, account: Json) -> list[tuple[Any, ...]]:
    view = (await rooms.http("csr").get(f"/accounts/{account['account_id']}")).json()
    return [(one["started_on"], one["start_reading"], one["stopped_on"], one["stop_reading"], one["off_since"])
            for one in view["services"]]  # fmt: skip


async def test_one_reading_closes_the_one_and_opens_the_next(rooms: Rooms, post: Post) -> None:
    maria, ana = await both(post)
    order = (await post("/orders", final(maria, ana))).json()
    path = await sent_out(post, order)
    await rooms.news()
    assert (await done(post, path, reading=5100)).status_code == 200
    facts = await rooms.news()
    assert kinds(facts) == [
        "FieldWorkProgressed", "ServiceStopped", "ServiceStopped", "ServiceStarted", "ServiceStarted",
    ]  # fmt: skip
    stops = [fact for fact in facts if isinstance(fact, ServiceStopped)]
    starts = [fact for fact in facts if isinstance(fact, ServiceStarted)]
    assert {str(fact.account_id) for fact in stops} == {maria["account_id"]}
    assert {str(fact.account_id) for fact in starts} == {ana["account_id"]}
    assert stops[0].stop_reading == starts[0].start_reading == 5100
    assert stops[0].stopped_on == starts[0].started_on
    assert [fact.version for fact in starts] == [2, 3]
    assert (await services(rooms, maria))[0][2:] == ("2026-03-02", 5100, None)
    assert (await services(rooms, ana))[0] == ("2026-03-02", 5100, None, None, None)


async def test_a_final_reading_alone_ends_the_service_and_leaves_the_valve_open(rooms: Rooms, post: Post) -> None:
    maria, _ = await both(post)
    order = (await post("/orders", final(maria))).json()
    assert order["due_at"] == "2026-03-04T15:00:00Z"
    await done(post, await sent_out(post, order), reading=5100)
    assert [service[2:] for service in await services(rooms, maria)] == [
        ("2026-03-02", 5100, None), ("2026-03-02", None, None),
    ]  # fmt: skip
    rooms.clock.turn(days=3)
    await rooms.strike()
    assert "FinalReadingMissed" not in kinds(await rooms.said())


async def test_a_final_reading_that_is_late_is_told_once(rooms: Rooms, post: Post) -> None:
    maria, _ = await both(post)
    order = (await post("/orders", final(maria, noticed_at="2026-03-01T15:00:00Z"))).json()
    assert order["due_at"] == "2026-03-03T15:00:00Z"
    rooms.clock.turn(hours=23)
    await rooms.strike()
    await rooms.news()
    rooms.clock.turn(hours=2)
    await rooms.strike()
    rooms.clock.turn(days=3)
    await rooms.strike()
    [missed] = await rooms.news()
    assert isinstance(missed, FinalReadingMissed)
    assert str(missed.order_id) == order["order_id"]
    view = (await rooms.http("csr").get(f"/orders/{order['order_id']}")).json()
    assert (view["state"], view["history"][-1]["change"]) == ("requested", "overdue")


async def test_who_moves_out_later_is_read_after_that_day(post: Post) -> None:
    maria, _ = await both(post)
    order = (await post("/orders", final(maria, moves_out_on="2026-03-20"))).json()
    assert order["due_at"] == "2026-03-22T04:00:00Z"


async def test_a_transfer_that_cannot_be(rooms: Rooms, post: Post) -> None:
    maria, ana = await both(post)
    [wei] = await opened(
        post, an_account("Wei Chen", premise={"street_address": "3 Elm"}, services=[a_service("turn_on", meter=None)])
    )
    elsewhere = await post("/orders", final(maria, wei))
    assert (elsewhere.status_code, elsewhere.json()["field"]) == (404, "next_agreement_id")
    not_running = await post("/orders", final(ana))
    assert not_running.json()["title"] == "Agreement not running"
    to_itself = await post("/orders", final(maria, maria))
    assert (to_itself.status_code, to_itself.json()["field"]) == (409, "next_agreement_id")
    assert (await post("/orders", final(maria, ana))).status_code == 201
    turn_on = await post("/orders", {"kind": "turn_on", "agreement_id": ana["services"][0]["agreement_id"]})
    assert turn_on.json()["title"] == "Order already open"
    assert "ServiceStarted" not in kinds(await rooms.news())[3:]


async def test_the_same_move_asked_for_twenty_times_at_once(post: Post) -> None:
    maria, ana = await both(post)
    answers = await asyncio.gather(*(post("/orders", final(maria, ana)) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 19
