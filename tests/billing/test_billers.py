"""Denise moves the counter: from a day on, bills say the new address; those issued before say the old one."""

from typing import Any

from tests.billing.conftest import Get, RunCycle
from tests.billing.papers import BILLER, Seen
from tests.billing.town import ADA, BEN, TODAY
from tests.rooms import Rooms


def moved(**changes: Any) -> dict[str, Any]:
    """The biller's facts after the move."""
    return {**BILLER.model_dump(mode="json"), "address": ["9 Station Road", "Millbrook, NJ 00000"], **changes}


async def test_bills_say_what_is_in_force_on_the_day_they_are_issued(
    rooms: Rooms, tariff: None, get: Get, run_cycle: RunCycle
) -> None:
    denise = rooms.http("supervisor")
    body = {"effective_on": str(TODAY.replace(day=3)), "body": moved()}
    assert (await denise.post("/billers", json=body)).status_code == 201
    twice = await denise.post("/billers", json=body)
    assert (twice.status_code, twice.json()["title"]) == (409, "Biller already in force")

    await rooms.tell(ADA.read(110))
    await run_cycle()
    rooms.clock.turn(days=1)
    await rooms.tell(BEN.read(110))
    await run_cycle()
    assert "1 Town Square" in (await address_on_bill_of(rooms, get, str(ADA.account_id)))
    assert "9 Station Road" in (await address_on_bill_of(rooms, get, str(BEN.account_id)))
    listed = (await get("/billers", limit=1))["items"]
    assert [one["effective_on"] for one in listed] == [str(TODAY.replace(day=3))]
    assert len((await get("/billers"))["items"]) == 2


async def test_what_stands_on_a_bill_is_checked_and_set_by_a_supervisor(rooms: Rooms) -> None:
    body = {"effective_on": "2026-04-01", "body": moved(phone="")}
    assert (await rooms.http("billing").post("/billers", json=body)).status_code == 403
    refused = await rooms.http("supervisor").post("/billers", json=body)
    assert (refused.status_code, refused.json()["field"]) == (422, "body.phone")


async def address_on_bill_of(rooms: Rooms, get: Get, account_id: str) -> str:
    """What the account's bill says."""
    [summary] = (await get(f"/accounts/{account_id}/bills"))["items"]
    page = await rooms.http("csr").get(f"/bills/{summary['bill_id']}/document", params={"format": "html"})
    return Seen(page.text).text
