"""Every kind of field work: the crew's sheet, what a completion carries, what billing is told, what is refused."""

from typing import Any
from uuid import UUID

import pytest

from services.accounts.domain.kinds import AUTHORIZED, WorkKind
from shared.events.accounts import FieldReadingTaken, FieldWorkProgressed, MeterExchanged, MeterTested
from shared.events.inbound import FieldResult
from shared.ids import OrderId
from tests.accounts.conftest import Json, Post, a_meter, a_service, an_account, kinds, opened
from tests.rooms import Rooms

TODAY = {"scheduled_on": "2026-03-02", "crew": "Crew 7"}
DONE = {"completed_at": "2026-03-02T15:00:00Z", "crew": "Crew 7"}
NEW_METER = a_meter("N-1", dials=5)


async def asked_for(post: Post, kind: str, account: Json | None = None, **more: str) -> Json:
    """An order of a kind at a running service."""
    [known] = [account] if account else await opened(post)
    asked = {"kind": kind, "agreement_id": known["services"][0]["agreement_id"], **more}
    answer = await post("/orders", asked)
    assert answer.status_code == 201, answer.text
    order: Json = answer.json()
    return order


async def sent_out(post: Post, order: Json) -> str:
    """The crew is on its way; the order's path."""
    path = f"/orders/{order['order_id']}"
    for answer in (await post(f"{path}/schedule", TODAY), await post(f"{path}/dispatch")):
        assert answer.status_code == 200, answer.text
    return path


async def done(post: Post, path: str, **more: Any) -> Any:
    """The crew says that it did it."""
    return await post(f"{path}/completion", DONE | more, role="field")


async def hanging(rooms: Rooms, account_id: str) -> Json:
    """The meter that hangs at an account's first service."""
    answer = await rooms.http("csr").get(f"/accounts/{account_id}")
    meter: Json = answer.json()["services"][0]["meter"]
    return meter


BROUGHT: dict[WorkKind, Json] = {
    WorkKind.SPECIAL_READING: {"reading": 5100}, WorkKind.PRIVATE_READING: {"reading": 5100},
    WorkKind.REREAD: {"reading": 5100}, WorkKind.FINAL_READING: {"reading": 5100},
    WorkKind.METER_EXCHANGE: {"reading": 5100, "new_meter": NEW_METER, "new_reading": 0},
    WorkKind.METER_TEST: {"as_found_error_hundredths": 215},
    WorkKind.TURN_OFF: {"reading": 5100},
}  # fmt: skip


@pytest.mark.parametrize("kind", sorted(set(WorkKind) - AUTHORIZED - {WorkKind.TURN_ON, WorkKind.INSTALLATION}))
async def test_every_kind_goes_its_way_and_is_told(rooms: Rooms, post: Post, kind: WorkKind) -> None:
    order = await asked_for(post, kind, purpose_code="customer_asked")
    path = await sent_out(post, order)
    evidence = {"arrived_at": "2026-03-02T15:00:00Z", "evidence": ["photo 17"], "finding_code": "nothing_unusual"}
    answer = await done(post, path, **BROUGHT.get(kind, {}), **evidence)
    assert (answer.status_code, answer.json()["state"]) == (200, "completed"), answer.text
    history = answer.json()["history"]
    assert history[0]["details"]["purpose_code"] == "customer_asked"
    details = history[-1]["details"]
    if kind is WorkKind.TAMPER_CHECK:
        assert (details["findings"], details.keys() & {"evidence", "finding_code"}) == ("restricted", set())
    else:
        assert (details["evidence"], details["finding_code"]) == (["photo 17"], "nothing_unusual")
    facts = [fact for fact in await rooms.said() if isinstance(fact, FieldWorkProgressed)]
    if kind is not WorkKind.TURN_OFF:
        assert [fact.state for fact in facts] == ["requested", "scheduled", "dispatched", "completed"]
        assert {fact.kind for fact in facts} == {kind.value}


async def test_a_crews_sheet_for_the_day(rooms: Rooms, post: Post) -> None:
    [maria] = await opened(post)
    [wei] = await opened(
        post, an_account("Wei Chen", premise={"street_address": "3 Elm Street"},
                         services=[a_service(meter=a_meter("W-1", size="1"))]),
    )  # fmt: skip
    first = await asked_for(post, "leak_check", maria)
    second = await asked_for(post, "reread", wei)
    third = await asked_for(post, "meter_repair", wei)
    for order, plan in ((first, TODAY), (second, TODAY), (third, TODAY | {"crew": "Crew 2"})):
        await post(f"/orders/{order['order_id']}/schedule", plan)
    await done(post, await sent_out(post, first))
    sheet = (await rooms.http("field").get("/crew-sheets", params={"crew": "Crew 7", "on": "2026-03-02"})).json()
    assert (sheet["crew"], sheet["on"], sheet["to_do_count"]) == ("Crew 7", "2026-03-02", 1)
    assert [(one["service_address"], one["kind"], one["state"], one["meter_serial"]) for one in sheet["orders"]] == [
        ("12 Maple Street", "leak_check", "completed", "M-88123"), ("3 Elm Street", "reread", "scheduled", "W-1"),
    ]  # fmt: skip
    free = (await rooms.http("field").get("/crew-sheets", params={"crew": "Crew 9", "on": "2026-03-02"})).json()
    assert (free["to_do_count"], free["orders"]) == (0, [])


async def test_another_day_has_a_reason(post: Post) -> None:
    order = await asked_for(post, "leak_check")
    path = f"/orders/{order['order_id']}"
    await post(f"{path}/schedule", TODAY)
    later = await post(f"{path}/schedule", {**TODAY, "scheduled_on": "2026-03-05", "reason_code": "customer_away"})
    assert later.json()["history"][-1]["details"] == {
        "scheduled_on": "2026-03-05", "crew": "Crew 7", "why": "customer_away",
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["special_reading", "private_reading", "reread"])
async def test_a_reading_that_was_asked_for_goes_to_billing(rooms: Rooms, post: Post, kind: str) -> None:
    order = await asked_for(post, kind)
    path = await sent_out(post, order)
    without = await done(post, path)
    assert (without.status_code, without.json()["field"]) == (422, "reading")
    await done(post, path, reading=5100)
    [fact] = [fact for fact in await rooms.said() if isinstance(fact, FieldReadingTaken)]
    assert (fact.purpose, fact.meter_serial, fact.value) == (kind.removesuffix("_reading"), "M-88123", 5100)
    assert str(fact.agreement_id) == order["agreement_id"]


async def test_a_meter_is_exchanged_on_one_order(rooms: Rooms, post: Post) -> None:
    order = await asked_for(post, "meter_exchange")
    path = await sent_out(post, order)
    answer = await done(post, path, reading=5100, new_meter=NEW_METER, new_reading=3)
    assert answer.status_code == 200, answer.text
    [fact] = [fact for fact in await rooms.said() if isinstance(fact, MeterExchanged)]
    assert (fact.old_meter.serial, fact.old_reading, fact.new_meter.serial, fact.new_reading) == (
        "M-88123", 5100, "N-1", 3,
    )  # fmt: skip
    assert (fact.new_meter.dials, fact.new_meter.size, str(fact.agreement_id)) == (5, "5/8", order["agreement_id"])
    meter = await hanging(rooms, order["account_id"])
    assert (meter["serial"], meter["installed_on"]) == ("N-1", "2026-03-02")
    for serial in ("N-1", "M-88123"):
        found = (await rooms.http("csr").get("/accounts", params={"q": serial})).json()["items"]
        assert [one["account_id"] for one in found] == [order["account_id"]], serial
    rooms.clock.turn(days=1)
    before = await rooms.http("csr").get(f"/accounts/{order['account_id']}", params={"as_of": "2026-03-01"})
    assert before.status_code == 404, "the account was opened on March 2"
    again = await asked_for(post, "reread", {"services": [{"agreement_id": order["agreement_id"]}]})
    assert again["meter_serial"] == "N-1"


REFUSED_EXCHANGES: list[tuple[Json, str]] = [
    ({"reading": 5100}, "new_meter"),
    ({"new_meter": NEW_METER, "new_reading": 0}, "reading"),
    ({"reading": 5100, "new_meter": NEW_METER}, "new_reading"),
    ({"reading": 5100, "new_meter": NEW_METER, "new_reading": 10**5}, "new_reading"),
    ({"reading": 10**6, "new_meter": NEW_METER, "new_reading": 0}, "reading"),
    ({"reading": 5100, "new_meter": a_meter(), "new_reading": 0}, "new_meter.serial"),
    ({"reading": 5100, "new_meter": a_meter("N-2", unit="kwh"), "new_reading": 0}, "new_meter.unit"),
    ({"reading": 5100, "new_meter": a_meter("W-1"), "new_reading": 0}, "new_meter.serial"),
    ({"reading": 5100, "new_meter": a_meter("W-1", dials=4), "new_reading": 0}, "new_meter"),
    ({"reading": 5100, "new_meter": NEW_METER, "new_reading": 0, "as_found_error_hundredths": 1},
     "as_found_error_hundredths"),
]  # fmt: skip


async def test_an_exchange_that_cannot_be_is_refused_and_nothing_changes(rooms: Rooms, post: Post) -> None:
    await opened(
        post, an_account("Wei Chen", premise={"street_address": "3 Elm"}, services=[a_service(meter=a_meter("W-1"))])
    )
    order = await asked_for(post, "meter_exchange")
    path = await sent_out(post, order)
    for brought, field in REFUSED_EXCHANGES:
        answer = await done(post, path, **brought)
        assert (answer.status_code in (409, 422), answer.json()["field"]) == (True, field), answer.text
        assert answer.json()["remedy"]
    assert (await hanging(rooms, order["account_id"]))["serial"] == "M-88123"


async def test_a_meter_test_brings_its_error(rooms: Rooms, post: Post) -> None:
    order = await asked_for(post, "meter_test")
    path = await sent_out(post, order)
    missing = await done(post, path, reading=5100)
    assert (missing.status_code, missing.json()["field"]) == (422, "as_found_error_hundredths")
    answer = await done(post, path, reading=5100, as_found_error_hundredths=-215)
    assert answer.json()["history"][-1]["details"]["as_found_error_hundredths"] == -215
    [fact] = [fact for fact in await rooms.said() if isinstance(fact, MeterTested)]
    assert (fact.meter_serial, fact.as_found_error_hundredths, fact.reading) == ("M-88123", -215, 5100)


async def test_an_installation_hangs_the_first_meter_and_the_service_starts_with_it(rooms: Rooms, post: Post) -> None:
    [account] = await opened(post, an_account(services=[a_service("turn_on", meter=None)]))
    place = {"account_id": account["account_id"], "service_point_id": account["services"][0]["service_point_id"]}
    no_meter = await post("/orders", {"kind": "meter_test", **place})
    assert no_meter.json()["title"] == "No meter hangs there"
    order = (await post("/orders", {"kind": "installation", **place})).json()
    answer = await done(post, await sent_out(post, order), new_meter=NEW_METER, new_reading=7)
    assert answer.status_code == 200, answer.text
    assert (await hanging(rooms, account["account_id"]))["serial"] == "N-1"
    turn_on = await asked_for(post, "turn_on", account)
    assert (await done(post, await sent_out(post, turn_on), reading=7)).status_code == 200


async def test_a_service_that_runs_without_a_meter_is_stopped_before_one_is_hung(post: Post) -> None:
    unmetered = a_service(meter=None, start_reading=None)
    [account] = await opened(post, an_account(services=[unmetered]))
    path = await sent_out(post, await asked_for(post, "installation", account))
    answer = await done(post, path, new_meter=NEW_METER, new_reading=0)
    assert (answer.status_code, answer.json()["title"]) == (409, "Service runs unmetered")
    assert (await done(post, path)).status_code == 200, "a line laid, and no meter hung"


async def test_work_that_cannot_be_asked_for(post: Post) -> None:
    [maria] = await opened(post)
    [wei] = await opened(post, an_account("Wei Chen", premise={"street_address": "3 Elm"}, services=[]))
    agreement_id, point_id = maria["services"][0]["agreement_id"], maria["services"][0]["service_point_id"]
    elsewhere = {"kind": "leak_check", "account_id": wei["account_id"], "service_point_id": point_id}
    nowhere = elsewhere | {"service_point_id": str(UUID(int=5))}
    wrong: list[tuple[Json, int]] = [
        (elsewhere, 409), (nowhere, 404),
        ({"kind": "reconnection", "agreement_id": agreement_id}, 422),
        ({"kind": "turn_off", "account_id": wei["account_id"], "service_point_id": point_id}, 422),
        ({"kind": "leak_check"}, 422),
        ({"kind": "leak_check", "account_id": wei["account_id"]}, 422),
        ({"kind": "leak_check", "agreement_id": agreement_id, "moves_out_on": "2026-04-01"}, 422),
        ({"kind": "dig_a_hole", "agreement_id": agreement_id}, 422),
    ]  # fmt: skip
    for body, status in wrong:
        answer = await post("/orders", body)
        assert (answer.status_code, bool(answer.json()["remedy"])) == (status, True), answer.text
    assert (await post("/orders", {"kind": "leak_check", "agreement_id": agreement_id})).status_code == 201
    twice = await post("/orders", {"kind": "leak_check", "agreement_id": agreement_id})
    assert twice.json()["title"] == "Order already open"
    assert (await post("/orders", {"kind": "reread", "agreement_id": agreement_id})).status_code == 201


async def test_a_handheld_brings_all_of_it_in_flat_fields(rooms: Rooms, post: Post) -> None:
    order = await asked_for(post, "meter_exchange")
    await sent_out(post, order)
    told: Json = {
        "order_id": OrderId(UUID(order["order_id"])), "outcome": "completed", "at": "2026-03-02T15:00:00Z",
        "crew": "Crew 7", "reading": 5100, "evidence": "photo 17", "new_meter_serial": "N-1", "new_meter_size": "5/8",
        "new_meter_dials": 5, "new_meter_reading": 3,
    }  # fmt: skip
    half = await rooms.tell_anyhow(FieldResult.model_validate(told))
    assert [answer.field for answer in half.answers] == ["new_meter_serial"]
    whole = FieldResult.model_validate(told | {"new_meter_unit": "hcf"})
    await rooms.tell(whole)
    await rooms.tell(whole.model_copy())
    assert kinds(await rooms.said()).count("MeterExchanged") == 1
    assert (await hanging(rooms, order["account_id"]))["serial"] == "N-1"


async def test_nothing_is_hung_or_tested_by_work_of_another_kind(rooms: Rooms, post: Post) -> None:
    path = await sent_out(post, await asked_for(post, "leak_check"))
    wrong: list[tuple[Json, str]] = [
        ({"new_meter": NEW_METER, "new_reading": 0}, "new_meter"),
        ({"as_found_error_hundredths": 5}, "as_found_error_hundredths"),
        ({"arrived_at": "2026-03-02T16:00:00Z"}, "arrived_at"),
    ]
    for brought, field in wrong:
        assert (await done(post, path, **brought)).json()["field"] == field
    assert "MeterExchanged" not in kinds(await rooms.said())
