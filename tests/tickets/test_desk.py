"""Denise sets the desk up: people, categories and numbers are data, and nobody else sets them."""

from datetime import UTC, datetime, timedelta

from tests.rooms import Rooms
from tests.tickets.conftest import Open, set_person


async def test_the_supervisor_sets_the_desk_up_and_nobody_else(rooms: Rooms) -> None:
    supervisor = rooms.http("supervisor")
    body = {"name": "Zoe", "capacity": 6}
    assert (await rooms.http("senior").put("/representatives/zoe", json=body)).status_code == 403
    zoe = await set_person(rooms, "zoe", name="Zoe", capacity=5)
    assert zoe.json()["version"] == 1
    stale = {"If-Match": '"7"'}
    assert (await supervisor.put("/representatives/zoe", json=body, headers=stale)).status_code == 412
    overlapping = [
        {"weekday": 0, "starts": "08:00", "ends": "12:00"},
        {"weekday": 0, "starts": "11:00", "ends": "15:00"},
    ]
    for shift in (overlapping, [{"weekday": 0, "starts": "22:00", "ends": "06:00"}]):
        refused = await set_person(rooms, "zoe", name="Zoe", capacity=5, shift=shift)
        assert refused.status_code == 422, refused.text
    category = {
        "title": "Frozen pipe", "department": "field", "required_skill": "service", "weight": 2,
        "acknowledge_minutes": 30,
    }  # fmt: skip
    made = (await supervisor.put("/categories/service.frozen_pipe", json=category)).json()
    assert (made["acknowledge_minutes"], made["resolution_minutes"]) == (30, None)
    names = [one["category"] for one in (await supervisor.get("/categories")).json()]
    assert names == sorted(names)
    assert "service.frozen_pipe" in names


async def test_the_desks_numbers_are_data_and_a_change_holds_from_its_day(rooms: Rooms, open_ticket: Open) -> None:
    supervisor = rooms.http("supervisor")
    policy = (await supervisor.get("/desk-policy")).json()["policy"]
    policy["warning_percent"] = 50
    tomorrow = (datetime(2026, 3, 2, tzinfo=UTC) + timedelta(days=1)).date().isoformat()
    assert (await supervisor.put(f"/desk-policy/{tomorrow}", json=policy)).status_code == 200
    warn_at = []
    for _ in range(2):
        ticket = await open_ticket()
        found = (await rooms.http("csr").get(f"/tickets/{ticket['ticket_id']}")).json()
        warn_at.append(found["clocks"][0]["warn_at"])
        rooms.clock.turn(days=1)
    assert warn_at == ["2026-03-02T16:30:00Z", "2026-03-03T16:00:00Z"]
    for hours in ({}, {"0": [["09:00", "08:00"]]}):
        assert (await supervisor.put(f"/desk-policy/{tomorrow}", json={**policy, "hours": hours})).status_code == 422
