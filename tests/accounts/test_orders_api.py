"""Turning water on and off: Rosa orders, the crew does, and every step is on the record for ever."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from shared.events.accounts import ServiceOrderCompleted, ServiceOrderNotCompleted, ServiceStarted, ServiceStopped
from shared.events.inbound import FieldResult
from shared.ids import OrderId
from tests.accounts.conftest import Json, Post, a_service, a_turn_on, an_account, kinds, opened
from tests.rooms import Rooms

TODAY = {"scheduled_on": "2026-03-02", "crew": "Crew 7"}
DONE = {"completed_at": "2026-03-02T15:00:00Z", "crew": "Crew 7", "reading": 5012}


async def dispatched(post: Post, order: Json) -> Json:
    """The order once its crew is on its way."""
    path = f"/orders/{order['order_id']}"
    for answer in (await post(f"{path}/schedule", TODAY), await post(f"{path}/dispatch")):
        assert answer.status_code == 200, answer.text
    after: Json = answer.json()
    assert after["state"] == "dispatched"
    return after


def result(order: Json, **changes: Any) -> FieldResult:
    """What the handheld of crew 7 tells."""
    told: Json = {
        "order_id": OrderId(UUID(order["order_id"])), "outcome": "completed", "at": "2026-03-02T15:00:00Z",
        "crew": "Crew 7", "reading": 5012,
    }  # fmt: skip
    return FieldResult.model_validate(told | changes)


async def test_anas_water_is_turned_on_with_a_reading(rooms: Rooms, post: Post) -> None:
    order = await a_turn_on(post)
    assert (order["state"], order["version"], order["meter_serial"]) == ("requested", 1, "M-88123")
    await dispatched(post, order)
    done = await post(f"/orders/{order['order_id']}/completion", DONE, role="field")
    assert (done.status_code, done.json()["state"], done.json()["reading"]) == (200, "completed", 5012)
    assert [(line["change"], line["changed_by"]) for line in done.json()["history"]] == [
        (change, done.json()["history"][n]["changed_by"])
        for n, change in enumerate(["requested", "scheduled", "dispatched", "completed"])
    ]
    assert done.json()["history"][0]["changed_by"] != done.json()["history"][3]["changed_by"]

    facts = await rooms.said()
    assert kinds(facts) == [
        "AccountOpened", "ServiceOrderRequested", "ServiceOrderScheduled", "ServiceOrderDispatched",
        "ServiceOrderCompleted", "ServiceStarted",
    ]  # fmt: skip
    assert [fact.version for fact in facts] == [1, 2, 3, 4, 5, 6]
    started = facts[-1]
    assert isinstance(started, ServiceStarted)
    assert (started.origin, started.start_reading, str(started.started_on)) == ("turn_on", 5012, "2026-03-02")
    account = (await rooms.http("csr").get(f"/accounts/{order['account_id']}")).json()
    assert (account["services"][0]["started_on"], account["open_orders"], account["version"]) == ("2026-03-02", [], 6)


async def test_a_double_click_makes_one_order_and_a_second_order_is_refused(rooms: Rooms, post: Post) -> None:
    [account] = await opened(post, an_account(services=[a_service("turn_on")]))
    body = {"kind": "turn_on", "agreement_id": account["services"][0]["agreement_id"]}
    key = str(uuid4())
    clicks = [await post("/orders", body, Idempotency_Key=key) for _ in range(2)]
    assert clicks[0].json() == clicks[1].json()
    second = await post("/orders", body)
    assert (second.status_code, second.json()["title"]) == (409, "Order already open")
    assert second.json()["facts"]["order_id"] == clicks[0].json()["order_id"]
    assert kinds(await rooms.said()).count("ServiceOrderRequested") == 1


async def test_twenty_people_order_the_same_at_once_and_one_order_is_made(rooms: Rooms, post: Post) -> None:
    [account] = await opened(post, an_account(services=[a_service("turn_on")]))
    body = {"kind": "turn_on", "agreement_id": account["services"][0]["agreement_id"]}
    answers = await asyncio.gather(*(post("/orders", body) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 19


async def test_the_next_tenant_waits_until_the_last_one_is_turned_off(rooms: Rooms, post: Post) -> None:
    [last] = await opened(post)
    [following] = await opened(post, an_account("Ana Ruiz", services=[a_service("turn_on")]))
    turn_on = await post("/orders", {"kind": "turn_on", "agreement_id": following["services"][0]["agreement_id"]})
    await dispatched(post, turn_on.json())
    on = f"/orders/{turn_on.json()['order_id']}/completion"
    early = await post(on, DONE, role="field")
    assert (early.status_code, early.json()["title"]) == (409, "Point served already")

    turn_off = await post("/orders", {"kind": "turn_off", "agreement_id": last["services"][0]["agreement_id"]})
    await dispatched(post, turn_off.json())
    await rooms.news()
    await rooms.tell(result(turn_off.json()), result(turn_on.json()))
    facts = await rooms.news()
    assert sorted(kinds(facts)) == [
        "ServiceOrderCompleted", "ServiceOrderCompleted", "ServiceStarted", "ServiceStopped",
    ]  # fmt: skip
    [stopped] = [fact for fact in facts if isinstance(fact, ServiceStopped)]
    [started] = [fact for fact in facts if isinstance(fact, ServiceStarted)]
    assert (stopped.stop_reading, stopped.stopped_on) == (started.start_reading, started.started_on)
    point = (await rooms.http("csr").get(f"/accounts/{following['account_id']}")).json()["services"][0]
    assert point["off_since"] is None


async def test_turned_off_the_valve_is_shut_and_the_account_can_be_closed(rooms: Rooms, post: Post) -> None:
    [account] = await opened(post)
    order = (await post("/orders", {"kind": "turn_off", "agreement_id": account["services"][0]["agreement_id"]})).json()
    open_work = await post(f"/accounts/{account['account_id']}/closure")
    assert open_work.json()["title"] == "Service still runs"
    await dispatched(post, order)
    assert (await post(f"/orders/{order['order_id']}/completion", DONE, role="field")).status_code == 200
    closed = await post(f"/accounts/{account['account_id']}/closure")
    assert closed.json()["closed_on"] == "2026-03-02"
    assert closed.json()["services"][0]["off_since"] == "2026-03-02T15:00:00Z"
    again = await post("/orders", {"kind": "turn_off", "agreement_id": account["services"][0]["agreement_id"]})
    assert (again.status_code, again.json()["title"]) == (409, "Account is closed")


async def test_nobody_at_home_another_day_and_then_cancelled(rooms: Rooms, post: Post) -> None:
    order = await a_turn_on(post)
    await dispatched(post, order)
    path = f"/orders/{order['order_id']}"
    failed = await post(
        f"{path}/failure", {"ended_at": "2026-03-02T15:00:00Z", "crew": "Crew 7", "reason_code": "no_access"},
        role="field",
    )  # fmt: skip
    assert (failed.json()["state"], failed.json()["reason_code"]) == ("not_completed", "no_access")
    second = await post("/orders", {"kind": "turn_on", "agreement_id": order["agreement_id"]})
    assert second.status_code == 409
    again = await post(f"{path}/schedule", {"scheduled_on": "2026-03-04", "crew": "Crew 2"})
    assert again.json()["state"] == "scheduled"
    day = (await rooms.http("field").get("/orders", params={"day": "2026-03-04", "crew": "Crew 2"})).json()["items"]
    assert [line["order_id"] for line in day] == [order["order_id"]]
    stale = await post(f"{path}/cancellation", {"reason_code": "moved_away"}, If_Match='"1"')
    assert (stale.status_code, stale.json()["title"]) == (412, "Order changed since")
    gone = await post(f"{path}/cancellation", {"reason_code": "moved_away"}, If_Match=again.headers["etag"])
    assert gone.json()["state"] == "cancelled"
    assert kinds(await rooms.said())[-3:] == [
        "ServiceOrderNotCompleted", "ServiceOrderScheduled", "ServiceOrderCancelled",
    ]  # fmt: skip


async def test_a_handheld_that_tells_twice_is_heard_once_and_one_that_contradicts_is_answered(
    rooms: Rooms, post: Post
) -> None:
    order = await dispatched(post, await a_turn_on(post))
    await rooms.tell(result(order))
    await rooms.tell(result(order))
    facts = await rooms.news()
    assert kinds(facts).count("ServiceOrderCompleted") == 1
    [completed] = [fact for fact in facts if isinstance(fact, ServiceOrderCompleted)]
    assert completed.reading == 5012

    contradiction = await rooms.tell_anyhow(result(order, reading=5013))
    [answer] = contradiction.answers
    assert "completed or cancelled" in answer.rule
    assert kinds(await rooms.news()) == ["MessageRefused"]


REFUSED: list[tuple[Json, str]] = [
    ({"order_id": "019a0000-0000-7000-8000-000000000001"}, "order_id"),
    ({"reading": 10**6}, "reading"),
    ({"reading": None}, "reading"),
    ({"at": "2026-03-02T13:00:00Z"}, "at"),
    ({"at": "2026-03-02T18:00:00Z"}, "at"),
    ({"outcome": "could_not_complete", "reason_code": None}, "reason_code"),
]


async def test_a_result_that_cannot_be_is_answered_with_the_field(rooms: Rooms, post: Post) -> None:
    order = await dispatched(post, await a_turn_on(post))
    await rooms.news()
    for changes, field in REFUSED:
        taken = await rooms.tell_anyhow(result(order, **changes))
        assert [answer.field for answer in taken.answers] == [field], changes
        assert taken.answers[0].remedy
    assert set(kinds(await rooms.news())) == {"MessageRefused"}
    early = await rooms.tell_anyhow(result(await a_second_turn_on(post)))
    assert "scheduled, then dispatched" in early.answers[0].rule


async def a_second_turn_on(post: Post) -> Json:
    [account] = await opened(
        post, an_account("Wei Chen", premise={"street_address": "88 Church Street"},
                         services=[a_service("turn_on", meter=None)])
    )  # fmt: skip
    answer = await post("/orders", {"kind": "turn_on", "agreement_id": account["services"][0]["agreement_id"]})
    order: Json = answer.json()
    return order


async def test_one_set_of_results_with_one_bad_takes_the_others(rooms: Rooms, post: Post) -> None:
    good, bad = await dispatched(post, await a_turn_on(post)), await a_second_turn_on(post)
    await rooms.news()
    taken = await rooms.tell_anyhow(result(bad), result(good))
    assert len(taken.answers) == 1
    assert kinds(await rooms.news())[:2] == ["ServiceOrderCompleted", "ServiceStarted"]


async def test_could_not_complete_by_handheld(rooms: Rooms, post: Post) -> None:
    order = await dispatched(post, await a_turn_on(post))
    told = result(order, outcome="could_not_complete", reason_code="valve_stuck", reading=None)
    await rooms.tell(told)
    await rooms.tell(result(order, outcome="could_not_complete", reason_code="valve_stuck", reading=None))
    ended = [fact for fact in await rooms.said() if isinstance(fact, ServiceOrderNotCompleted)]
    assert [fact.reason_code for fact in ended] == ["valve_stuck"]


async def test_work_that_does_not_fit_is_refused(rooms: Rooms, post: Post) -> None:
    [account] = await opened(post)
    running = account["services"][0]["agreement_id"]
    cases: list[tuple[Json, int]] = [
        ({"kind": "turn_on", "agreement_id": running}, 409),
        ({"kind": "turn_on", "agreement_id": str(uuid4())}, 404),
        ({"kind": "nonpayment_shutoff", "agreement_id": running}, 422),
    ]
    for body, status in cases:
        assert (await post("/orders", body)).status_code == status
    assert (await post("/orders", cases[0][0], role="field")).status_code == 403
    assert (await post("/orders", cases[0][0], role="cashier")).status_code == 403


async def test_lists_of_work_by_state_and_kind_and_account_in_pages(rooms: Rooms, post: Post) -> None:
    first, second = await a_turn_on(post), await a_second_turn_on(post)
    await post(f"/orders/{first['order_id']}/schedule", TODAY)
    for asked, found in [
        ({}, [first, second]),
        ({"state": "scheduled"}, [first]),
        ({"state": "requested", "kind": "turn_on"}, [second]),
        ({"kind": "turn_off"}, []),
        ({"account_id": second["account_id"]}, [second]),
        ({"day": "2026-03-02"}, [first]),
    ]:
        lines = (await rooms.http("billing").get("/orders", params=asked)).json()["items"]
        assert [line["order_id"] for line in lines] == [order["order_id"] for order in found], asked
    page = (await rooms.http("csr").get("/orders", params={"limit": 1})).json()
    rest = (await rooms.http("csr").get("/orders", params={"limit": 1, "cursor": page["next_cursor"]})).json()
    assert [page["items"][0]["order_id"], rest["items"][0]["order_id"]] == [first["order_id"], second["order_id"]]


async def test_the_history_of_an_order_and_the_spans_of_meters_are_kept_by_the_database_itself(
    rooms: Rooms, post: Post
) -> None:
    await a_turn_on(post)
    for forbidden in ("UPDATE order_changes SET state = 'x'", "DELETE FROM order_changes", "TRUNCATE order_changes"):
        with pytest.raises(asyncpg.RestrictViolationError):
            async with rooms.tx() as tx:
                await tx.execute(forbidden)
    overlaps = [
        """
        INSERT INTO meter_installations (meter_installation_id, meter_id, service_point_id, installed_on)
        SELECT gen_random_uuid(), meter_id, service_point_id, '2026-03-01' FROM meter_installations
        """,
        """
        UPDATE service_agreements SET started_on = '2020-01-01', origin = 'turn_on';
        INSERT INTO service_agreements (agreement_id, account_id, service_point_id, rate_code, origin, started_on)
        SELECT gen_random_uuid(), account_id, service_point_id, 'W', 'turn_on', '2021-01-01' FROM service_agreements
        """,
    ]
    for overlap in overlaps:
        with pytest.raises(asyncpg.ExclusionViolationError):
            async with rooms.tx() as tx:
                await tx.execute(overlap)
