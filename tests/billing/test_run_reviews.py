"""A run for review: its bills are made and looked at; nothing is told or owed before another person releases it."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from shared.events.billing import BalanceChanged, BillHeld, BillIssued
from tests.billing.conftest import Get, Post, TakeMany
from tests.billing.town import ADA, BEN, CLEO, NOW
from tests.rooms import Rooms


@pytest.fixture
def run_for_review(rooms: Rooms, post: Post) -> Any:
    """Bea runs a cycle for review; answers the id of the run."""

    async def run(from_on: str = "2026-02-01", through_on: str = "2026-03-31", cycle: str = "C1") -> str:
        body = {"cycle": cycle, "from_on": from_on, "through_on": through_on, "issue": "after_review"}
        started = await post("/bill-runs", body)
        assert started.status_code == 202, started.text
        await rooms.work()
        return str(started.json()["job_id"])

    return run


async def release(rooms: Rooms, post: Post, job_id: str) -> httpx.Response:
    """Sam releases it."""
    answer = await post(f"/bill-runs/{job_id}/release", role="supervisor")
    await rooms.work()
    return answer


async def test_nothing_is_told_or_owed_before_another_person_releases_the_run(
    rooms: Rooms, tariff: None, post: Post, get: Get, run_for_review: Any
) -> None:
    await rooms.tell(ADA.read(110), BEN.read(101))
    await rooms.news()
    job_id = await run_for_review()
    review = await get(f"/bill-runs/{job_id}/review")
    assert (review["bills_count"], review["waiting_count"], review["issued_count"]) == (2, 2, 0)
    assert review["total_cents"] == 9868 + 3574
    assert [(one["rate_code"], one["bills_count"], one["total_cents"]) for one in review["by_rate_code"]] == [
        ("nyc", 2, 9868 + 3574)
    ]
    assert (review["held"], review["exceptions_by_reason"], review["released_by"]) == ([], {}, None)
    assert await rooms.news() == []
    assert (await get(f"/accounts/{ADA.account_id}/bills"))["items"][0]["state"] == "held"

    own = await post(f"/bill-runs/{job_id}/release")
    assert (own.status_code, own.json()["title"]) == (403, "Run released by another")
    rooms.clock.turn(days=1)
    released = await release(rooms, post, job_id)
    assert (released.status_code, released.json()["bills_count"]) == (202, 2)
    told = await rooms.news()
    assert [type(fact) for fact in told] == [BillIssued, BillIssued, BalanceChanged, BalanceChanged]
    assert {str(fact.issued_on) for fact in told if isinstance(fact, BillIssued)} == {"2026-03-03"}
    bill = (await get(f"/accounts/{ADA.account_id}/bills"))["items"][0]
    assert (bill["state"], bill["due_on"]) == ("issued", "2026-04-02")
    review = await get(f"/bill-runs/{job_id}/review")
    assert (review["issued_count"], review["waiting_count"]) == (2, 0)
    assert review["released_by"] == (await get(f"/bills/{bill['bill_id']}"))["released_by"] != review["asked_by"]
    again = await post(f"/bill-runs/{job_id}/release", role="supervisor")
    assert (again.status_code, again.json()["title"]) == (409, "Run already released")
    assert await rooms.news() == []


async def test_the_same_run_twice_makes_no_second_bill_while_the_first_waits(
    rooms: Rooms, tariff: None, get: Get, run_for_review: Any
) -> None:
    await rooms.tell(ADA.read(110))
    await run_for_review()
    second = await run_for_review()
    assert (await get(f"/bill-runs/{second}/review"))["bills_count"] == 0


async def test_a_bill_that_is_held_and_a_first_bill_stay_behind_and_the_desk_is_told(
    rooms: Rooms, tariff: None, post: Post, get: Get, run_for_review: Any
) -> None:
    """Bea holds Ben's bill; Cleo's is her first."""
    await rooms.tell(CLEO.opened(), CLEO.started("turn_on"))
    await rooms.tell(ADA.read(110), BEN.read(101), CLEO.read(110))
    await rooms.news()
    job_id = await run_for_review()
    bens = (await get(f"/accounts/{BEN.account_id}/bills"))["items"][0]["bill_id"]
    why = {"why": "Nobody lived there."}
    assert (await post(f"/bills/{bens}/hold", why)).status_code == 201
    twice = await post(f"/bills/{bens}/hold", why)
    assert (twice.status_code, twice.json()["title"]) == (409, "Bill held already")
    held = {one["account_id"]: one for one in (await get(f"/bill-runs/{job_id}/review"))["held"]}
    assert held[str(BEN.account_id)]["why"] == "Nobody lived there."
    assert held[str(CLEO.account_id)]["reason_code"] == "first_bill"
    assert await rooms.news() == []

    await release(rooms, post, job_id)
    told = await rooms.news()
    assert sorted(fact.reason_code for fact in told if isinstance(fact, BillHeld)) == ["first_bill", "held_in_review"]
    [issued] = [fact for fact in told if isinstance(fact, BillIssued)]
    assert issued.account_id == ADA.account_id
    assert (await post(f"/bills/{bens}/release", role="supervisor")).status_code == 201
    gone = await post(f"/bills/{bens}/hold", why)
    assert (gone.status_code, gone.json()["title"]) == (409, "Bill not held")


async def test_one_bill_of_a_run_is_not_released_by_who_ran_it(
    rooms: Rooms, tariff: None, post: Post, get: Get, run_for_review: Any
) -> None:
    await rooms.tell(ADA.read(110))
    await run_for_review()
    bill_id = (await get(f"/accounts/{ADA.account_id}/bills"))["items"][0]["bill_id"]
    assert (await post(f"/bills/{bill_id}/release")).json()["title"] == "Run released by another"
    assert (await post(f"/bills/{bill_id}/release", role="supervisor")).status_code == 201


async def test_what_stands_out_against_the_last_bill_is_shown_with_its_reason(
    rooms: Rooms, tariff: None, post: Post, get: Get, run_for_review: Any
) -> None:
    """Ada uses five times as much a day as before; Ben as much as ever."""
    await rooms.tell(ADA.read(110), BEN.read(110))
    await release(rooms, post, await run_for_review())
    rooms.clock.turn(days=30)
    await rooms.tell(ADA.read(160, NOW + timedelta(days=30)), BEN.read(120, NOW + timedelta(days=30)))
    async with rooms.tx() as tx:
        await tx.execute("UPDATE readings SET state = 'accepted' WHERE state = 'flagged'")
    review = await get(f"/bill-runs/{await run_for_review('2026-03-15', '2026-04-30')}/review")
    [outlier] = review["outliers"]
    assert (outlier["account_id"], outlier["percent"], outlier["against_cents"]) == (str(ADA.account_id), 500, 9868)
    assert outlier["why"] == "$493.40 for 30 days against $98.68 for 30 days to 2026-03-02, 500 % of it a day."


async def test_a_run_that_issued_its_bills_at_once_is_neither_reviewed_nor_released(
    rooms: Rooms, tariff: None, post: Post
) -> None:
    started = await post("/bill-runs", {"cycle": "C1", "from_on": "2026-02-01", "through_on": "2026-03-31"})
    path = f"/bill-runs/{started.json()['job_id']}"
    refused = await post(f"{path}/release", role="supervisor")
    assert (refused.status_code, refused.json()["title"]) == (409, "Run not for review")
    assert (await rooms.http("csr").get(f"{path}/review")).status_code == 409


async def test_a_run_is_not_released_before_its_bills_are_made(rooms: Rooms, tariff: None, post: Post) -> None:
    body = {"cycle": "C1", "from_on": "2026-02-01", "through_on": "2026-03-31", "issue": "after_review"}
    job_id = (await post("/bill-runs", body)).json()["job_id"]
    early = await post(f"/bill-runs/{job_id}/release", role="supervisor")
    assert (early.status_code, early.json()["title"]) == (409, "Run not finished")


async def test_a_large_run_is_released_in_chunks_each_bill_once(
    rooms: Rooms, take_many: TakeMany, post: Post, get: Get, run_for_review: Any
) -> None:
    await take_many(1_003)
    job_id = await run_for_review("2026-02-01", "2026-02-28", "C9")
    await release(rooms, post, job_id)
    assert (await get(f"/bill-runs/{job_id}/review"))["issued_count"] == 1_003
    assert (await get(f"/accounts/{CLEO.account_id}/balance"))["balance_cents"] == 100_300
