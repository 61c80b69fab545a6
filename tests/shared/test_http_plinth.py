"""Ada, who runs the town, asks any service for its jobs, for what was set aside, and turns the clock."""

from uuid import uuid4

import pytest

from shared import jobs
from shared.ids import new_id
from tests.rooms import Rooms, ServiceFactory
from tests.shared.desk import tower

_ASIDE = """
INSERT INTO set_aside (consumer, key, event_id, topic, partition, record_offset, headers, payload, reason, cause_at,
                       set_aside_at, next_attempt_at)
VALUES ('desk', $1, $2, 'billing', 0, $3, '[["ce_type", "billing.BillIssued"]]', $4, 'no such account', $5, $5, $5)
"""


@pytest.fixture
async def rooms(service: ServiceFactory) -> Rooms:
    return await service(tower)


async def test_ada_watches_the_jobs(rooms: Rooms) -> None:
    async with rooms.tx() as tx:
        started = [str(await jobs.start(tx, "bill_run", {"cycle": number}, total_count=10)) for number in range(3)]
    ada = rooms.http("admin")
    first = (await ada.get("/jobs", params={"limit": 2})).json()
    second = (await ada.get("/jobs", params={"limit": 2, "cursor": first["next_cursor"]})).json()
    assert {job["job_id"] for job in first["items"] + second["items"]} == set(started)
    one = (await ada.get(f"/jobs/{started[0]}")).json()
    assert (one["state"], one["done_count"], one["total_count"]) == ("waiting", 0, 10)
    assert (await ada.get(f"/jobs/{uuid4()}")).status_code == 404


async def test_ada_reads_what_was_set_aside_and_gives_it_up_with_a_reason(rooms: Rooms) -> None:
    events = [new_id(), new_id()]
    async with rooms.tx() as tx:
        for offset, event_id in enumerate(events):
            await tx.execute(_ASIDE, "key/with slash", event_id, offset, b"\xff not text", tx.now)
        await tx.execute(_ASIDE, "other", new_id(), 2, b"{}", tx.now)
    ada = rooms.http("admin")
    page = (await ada.get("/set-aside", params={"limit": 1})).json()
    rest = (await ada.get("/set-aside", params={"cursor": page["next_cursor"]})).json()
    keys = [(aside["key"], aside["events_count"]) for aside in page["items"] + rest["items"]]
    assert keys == [("key/with slash", 2), ("other", 1)]

    path = "/set-aside/desk/key%2Fwith%20slash"
    shown = (await ada.get(path)).json()["items"]
    assert [event["event_id"] for event in shown] == [str(event_id) for event_id in events]
    assert (shown[0]["type"], shown[0]["payload"]) == ("billing.BillIssued", "\\xff not text")
    assert (await ada.post(f"{path}/replay")).json() == {"replayed_count": 0}, "it is still no bill"

    no_reason = await ada.post(f"{path}/discard", json={"event_id": str(events[0]), "why": "no"})
    assert (no_reason.status_code, no_reason.json()["field"]) == (422, "why")
    given_up = await ada.post(f"{path}/discard", json={"event_id": str(events[0]), "why": "a test account"})
    assert given_up.status_code == 204, given_up.text
    record = (await ada.get("/audit", params={"about": "key/with slash"})).json()["items"]
    assert [entry["why"] for entry in record if entry["action"] == "discard"] == ["a test account"]
    assert (await ada.post("/set-aside/desk/nothing/replay")).status_code == 404


async def test_ada_turns_the_towns_clock_forward_and_never_back(rooms: Rooms) -> None:
    before = rooms.clock.now()
    ada = rooms.http("admin")
    assert (await ada.put("/clock", json={"offset_seconds": 86_400})).status_code == 200
    assert (rooms.clock.now() - before).days == 1
    assert (await ada.get("/clock")).json()["offset_seconds"] == 86_400
    back = await ada.put("/clock", json={"offset_seconds": 3_600})
    assert (back.status_code, back.json()["type"]) == (409, "urn:curbstop:problem:clock-never-goes-back")


async def test_in_production_nobody_turns_the_clock(service: ServiceFactory) -> None:
    rooms = await service(tower, environment="production")
    answer = await rooms.http("admin").put("/clock", json={"offset_seconds": 1})
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:curbstop:problem:clock-turns-only-in-development")
    assert "max-age" in answer.headers["strict-transport-security"]
