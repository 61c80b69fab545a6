"""A bill that was wrong: cancelled with a name and an approval, its reading corrected, its period billed anew."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from shared.events.billing import BalanceChanged, BillCancelled, BillHeld, BillIssued, NoticeSent, ShutoffWithdrawn
from shared.ids import new_id
from tests.billing.conftest import Get, Post, RunCycle
from tests.billing.town import ADA, BEN, CLEO, NOW
from tests.rooms import Rooms

WRONG = {"reason_code": "misread_meter", "why": "The 9 was read as a 0."}
AGREED = {"why": "Looked at the photograph of the dials."}


@pytest.fixture
async def billed(rooms: Rooms, tariff: None, get: Get, run_cycle: RunCycle) -> str:
    """Ada's meter was read as 190 instead of 110; the answer is the id of her bill."""
    await rooms.tell(ADA.read(190))
    async with rooms.tx() as tx:
        await tx.execute("UPDATE readings SET state = 'accepted' WHERE state = 'flagged'")
    await run_cycle()
    await rooms.news()
    return await last_bill(get)


async def last_bill(get: Get, person: Any = ADA) -> str:
    page = await get(f"/accounts/{person.account_id}/bills")
    return str(page["items"][0]["bill_id"])


async def balance(get: Get, person: Any = ADA) -> int:
    return int((await get(f"/accounts/{person.account_id}/balance"))["balance_cents"])


async def cancelled(post: Post, bill_id: str) -> None:
    """Bea proposes it, Sam approves."""
    proposed = await post(f"/bills/{bill_id}/cancellation", WRONG)
    assert (proposed.status_code, proposed.json()["state"]) == (201, "proposed"), proposed.text
    approval = f"/cancellations/{proposed.json()['cancellation_id']}/approval"
    approved = await post(approval, AGREED, role="supervisor")
    assert (approved.status_code, approved.json()["state"]) == (201, "approved"), approved.text


async def correct(post: Post, get: Get, value: int) -> None:
    [reading] = [
        one for one in (await get("/readings", account_id=str(ADA.account_id)))["items"] if one["value"] == 190
    ]  # fmt: skip
    right = {"value": value, "why": "The photograph shows it."}
    corrected = await post(f"/readings/{reading['reading_id']}/correction", right)
    assert corrected.status_code == 201, corrected.text


async def test_a_misread_meter_is_put_right_from_the_wrong_bill_to_the_right_one(
    rooms: Rooms, billed: str, post: Post, get: Get
) -> None:
    """Ada paid the wrong bill; what she paid is hers: it pays the right one, and the rest is credit."""
    wrong_cents = await balance(get)
    await rooms.tell(ADA.paid(wrong_cents))
    await rooms.news()
    [reading] = [
        one for one in (await get("/readings", account_id=str(ADA.account_id)))["items"] if one["value"] == 190
    ]
    refused = await post(f"/readings/{reading['reading_id']}/correction", {"value": 110, "why": "Misread."})
    assert (refused.status_code, refused.json()["title"]) == (409, "Reading already billed")

    await cancelled(post, billed)
    told = await rooms.news()
    assert [type(fact) for fact in told] == [BillCancelled, BalanceChanged]
    assert await balance(get) == -wrong_cents

    await correct(post, get, 110)
    rebilled = (await post(f"/bills/{billed}/rebill")).json()
    assert (rebilled["version"], rebilled["total_cents"], rebilled["replaces"]) == (2, 9868, billed)
    assert rebilled["difference_cents"] == 9868 - wrong_cents
    [issued] = [fact for fact in await rooms.news() if isinstance(fact, BillIssued)]
    assert (str(issued.bill_id), issued.bill_version) == (rebilled["bill_id"], 2)
    assert await balance(get) == 9868 - wrong_cents
    assert (await get(f"/bills/{rebilled['bill_id']}"))["open_cents"] == 0

    old = await get(f"/bills/{billed}")
    assert (old["state"], old["open_cents"], len(old["lines"])) == ("cancelled", 0, 2)
    [record] = (await get("/cancellations", bill_id=billed))["items"]
    assert record["rebilled_as"] == rebilled["bill_id"]
    assert (record["proposed_by"] != record["decided_by"], record["why"]) == (True, WRONG["why"])
    whole = await get(f"/cancellations/{record['cancellation_id']}")
    assert (whole["posting"]["amount_cents"], whole["posting"]["reverses"]) == (-wrong_cents, billed)
    assert (await get("/trial-balance", role="billing"))["difference_cents"] == 0


async def test_the_same_rebill_asked_twice_makes_one_bill(rooms: Rooms, billed: str, post: Post, get: Get) -> None:
    await cancelled(post, billed)
    await correct(post, get, 110)
    first, second = await post(f"/bills/{billed}/rebill"), await post(f"/bills/{billed}/rebill")
    assert (first.status_code, first.json()) == (second.status_code, second.json()) == (201, first.json())
    assert await balance(get) == 9868


async def test_a_run_bills_a_cancelled_period_anew_and_rebilling_it_then_makes_no_second_bill(
    rooms: Rooms, billed: str, post: Post, get: Get, run_cycle: RunCycle
) -> None:
    await cancelled(post, billed)
    await correct(post, get, 110)
    assert (await run_cycle())["issued_count"] == 1
    new = await last_bill(get)
    assert (await get(f"/bills/{new}"))["version"] == 2
    assert (await post(f"/bills/{billed}/rebill")).json()["bill_id"] == new
    assert (await run_cycle())["issued_count"] == 0


async def test_nobody_approves_their_own_cancellation(billed: str, post: Post, rooms: Rooms) -> None:
    proposed = (await post(f"/bills/{billed}/cancellation", WRONG, role="supervisor")).json()
    own = await post(f"/cancellations/{proposed['cancellation_id']}/approval", AGREED, role="supervisor")
    assert (own.status_code, own.json()["title"]) == (403, "Nobody approves their own")
    other = rooms.http("supervisor", "sara")
    path, key = f"/cancellations/{proposed['cancellation_id']}/approval", {"Idempotency-Key": str(new_id())}
    assert (await other.post(path, json=AGREED, headers=key)).status_code == 201
    again = await post(path, AGREED, role="supervisor")
    assert (again.status_code, again.json()["title"]) == (409, "Correction already decided")


async def test_a_cancellation_that_is_refused_leaves_the_bill_and_may_be_proposed_again(
    rooms: Rooms, billed: str, post: Post, get: Get
) -> None:
    owed = await balance(get)
    proposed = (await post(f"/bills/{billed}/cancellation", WRONG)).json()
    twice = await post(f"/bills/{billed}/cancellation", WRONG)
    assert (twice.status_code, twice.json()["title"]) == (409, "Bill already cancelled")
    path = f"/cancellations/{proposed['cancellation_id']}/refusal"
    assert (await post(path, {"why": "It is right."}, role="supervisor")).json()["state"] == "refused"
    assert (await balance(get), await rooms.news()) == (owed, [])
    not_yet = await post(f"/bills/{billed}/rebill")
    assert (not_yet.status_code, not_yet.json()["title"]) == (409, "Bill not cancelled")
    assert (await post(f"/bills/{billed}/cancellation", WRONG)).status_code == 201


async def test_bills_are_cancelled_from_the_newest_backwards(
    rooms: Rooms, billed: str, post: Post, get: Get, run_cycle: RunCycle
) -> None:
    rooms.clock.turn(days=30)
    await rooms.tell(ADA.read(200, NOW + timedelta(days=30)))
    async with rooms.tx() as tx:
        await tx.execute("UPDATE readings SET state = 'accepted' WHERE state = 'flagged'")
    await run_cycle("2026-03-15", "2026-04-30")
    refused = await post(f"/bills/{billed}/cancellation", WRONG)
    assert (refused.status_code, refused.json()["title"]) == (409, "Later bill stands")
    later = await last_bill(get)
    await cancelled(post, later)
    await cancelled(post, billed)
    assert await balance(get) == 0
    assert (await post(f"/bills/{billed}/rebill")).json()["version"] == 2
    assert (await post(f"/bills/{later}/rebill")).json()["version"] == 2


async def test_a_bill_that_is_held_was_never_owed_and_needs_nobody_to_cancel_it(
    rooms: Rooms, tariff: None, post: Post, get: Get, run_cycle: RunCycle
) -> None:
    await rooms.tell(CLEO.opened("C2"), CLEO.started("turn_on", billing_cycle="C2"), CLEO.read(110))
    await run_cycle(cycle="C2")
    await rooms.news()
    bill_id = await last_bill(get, CLEO)
    assert (await post(f"/bills/{bill_id}/cancellation", WRONG)).json()["state"] == "approved"
    assert [type(fact) for fact in await rooms.news()] == [BillCancelled]
    assert (await post(f"/bills/{bill_id}/release")).status_code == 409
    assert (await post(f"/bills/{bill_id}/rebill")).json()["state"] == "held"
    assert [type(fact) for fact in await rooms.news()] == [BillHeld]


async def test_a_shut_off_for_a_bill_that_is_cancelled_is_called_off(
    rooms: Rooms, billed: str, post: Post, get: Get
) -> None:
    """The new bill has its own due date: it needs a notice of its own."""
    for days in (60, 10):
        rooms.clock.turn(days=days)
        await rooms.strike()
    await rooms.news()
    await cancelled(post, billed)
    [withdrawn] = [fact for fact in await rooms.news() if isinstance(fact, ShutoffWithdrawn)]
    assert withdrawn.reason_code == "supervisor"
    await correct(post, get, 110)
    await post(f"/bills/{billed}/rebill")
    await rooms.news()
    rooms.clock.turn(days=59)
    await rooms.strike()
    assert await rooms.news() == []
    rooms.clock.turn(days=3)
    await rooms.strike()
    assert [type(fact) for fact in await rooms.news()] == [NoticeSent]


async def test_a_returned_check_after_the_cancellation_opens_only_what_stands(
    rooms: Rooms, billed: str, post: Post, get: Get
) -> None:
    payment = ADA.paid(await balance(get))
    await rooms.tell(payment, BEN.paid(100))
    await cancelled(post, billed)
    await correct(post, get, 110)
    await post(f"/bills/{billed}/rebill")
    await rooms.tell(ADA.returned(payment))
    page = await get(f"/accounts/{ADA.account_id}/balance")
    assert (page["balance_cents"], sum(one["open_cents"] for one in page["charges"])) == (9868, 9868)
    assert (await get("/trial-balance", role="billing"))["difference_cents"] == 0


async def test_two_supervisors_approve_and_two_billers_rebill_at_the_same_instant_and_it_happens_once(
    rooms: Rooms, billed: str, post: Post, get: Get
) -> None:
    proposed = (await post(f"/bills/{billed}/cancellation", WRONG)).json()
    approval = f"/cancellations/{proposed['cancellation_id']}/approval"
    answers = await asyncio.gather(*(post(approval, AGREED, role="supervisor") for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    await correct(post, get, 110)
    rebilled = await asyncio.gather(*(post(f"/bills/{billed}/rebill") for _ in range(4)))
    assert {answer.json()["bill_id"] for answer in rebilled} == {await last_bill(get)}
    assert await balance(get) == 9868
