"""Adjustments: a named form, another person's approval above an amount, and a ledger that always balances."""

from typing import Any
from uuid import UUID

import pytest

from shared.events.billing import AdjustmentPosted, BalanceChanged, ShutoffWithdrawn
from shared.ids import new_id
from tests.billing.conftest import Get, Post
from tests.billing.town import ADA, BEN
from tests.rooms import Rooms

WHY = "The plumber's bill of March 1 is on file."
AGREED = {"why": "Seen the plumber's bill."}


def form(bill_id: str | None, form: str = "leak", cause: str = "leak_repaired", **cents: int) -> dict[str, Any]:
    lines = [{"service": service, "amount_cents": amount} for service, amount in cents.items()]
    return {
        "account_id": str(ADA.account_id), "bill_id": bill_id, "form": form, "cause": cause, "lines": lines, "why": WHY
    }  # fmt: skip


async def balance(get: Get) -> Any:
    return await get(f"/accounts/{ADA.account_id}/balance")


async def test_a_small_leak_adjustment_is_posted_at_once_and_shows_what_it_changed(
    rooms: Rooms, billed: str, post: Post, get: Get
) -> None:
    answer = await post("/adjustments", form(billed, water=-1000, sewer=-1590), role="csr")
    assert (answer.status_code, answer.json()["state"], answer.json()["total_cents"]) == (201, "approved", -2590)
    posted, changed = await rooms.news()
    assert isinstance(posted, AdjustmentPosted)
    assert (str(posted.bill_id), posted.form, posted.amount_cents) == (billed, "leak", -2590)
    assert isinstance(changed, BalanceChanged)
    assert (await balance(get))["balance_cents"] == 9868 - 2590
    seen = await get(f"/adjustments/{answer.json()['adjustment_id']}")
    assert (seen["decided_by"], seen["why"], seen["cents_by_service"]) == (None, WHY, {"water": -1000, "sewer": -1590})
    assert seen["posting"]["why"] == (
        "Adjustment of $25.90: $10.00 taken off for water due April 1, 2026,"
        " $15.90 taken off for sewer due April 1, 2026."
    )
    books = {(entry["book"], entry["service"]): entry["amount_cents"] for entry in seen["posting"]["entries"]}
    assert books == {
        ("adjustment", "water"): 1000, ("adjustment", "sewer"): 1590,
        ("receivable", "water"): -1000, ("receivable", "sewer"): -1590,
    }  # fmt: skip
    [line] = (await get("/adjustments", account_id=str(ADA.account_id), form="leak"))["items"]
    assert line["adjustment_id"] == seen["adjustment_id"]


async def test_above_an_amount_another_person_approves_and_never_oneself(
    rooms: Rooms, billed: str, post: Post, get: Get
) -> None:
    wanted = await post("/adjustments", form(billed, sewer=-6000), role="supervisor")
    assert wanted.json()["state"] == "proposed"
    assert ((await balance(get))["balance_cents"], await rooms.news()) == (9868, [])
    approval = f"/adjustments/{wanted.json()['adjustment_id']}/approval"
    own = await post(approval, AGREED, role="supervisor")
    assert (own.status_code, own.json()["title"]) == (403, "Nobody approves their own")
    assert (await post(approval, AGREED, role="billing")).status_code == 403
    [waiting] = (await get("/adjustments", state="proposed"))["items"]
    assert waiting["adjustment_id"] == wanted.json()["adjustment_id"]
    key = {"Idempotency-Key": str(new_id())}
    assert (await rooms.http("supervisor", "sara").post(approval, json=AGREED, headers=key)).status_code == 201
    assert (await balance(get))["balance_cents"] == 9868 - 6000
    seen = await get(f"/adjustments/{wanted.json()['adjustment_id']}")
    assert (seen["proposed_by"] != seen["decided_by"], seen["decided_by"]) == (True, "sara")


async def test_what_was_paid_and_is_given_back_is_credit_and_never_twice(
    rooms: Rooms, billed: str, post: Post, get: Get
) -> None:
    """A fast meter: the whole error, once; a second credit beyond what the bill asked is refused."""
    await rooms.tell(ADA.paid(9868))
    first = form(billed, "meter_error", "fast_meter", water=-3810)
    assert (await post("/adjustments", first)).json()["state"] == "approved"
    assert ((await balance(get))["balance_cents"], (await balance(get))["credit_cents"]) == (-3810, 3810)
    again = await post("/adjustments", form(billed, "meter_error", "fast_meter", water=-1))
    assert (again.status_code, again.json()["title"]) == (409, "Adjustment exceeds bill")
    assert (await get("/trial-balance", role="billing"))["difference_cents"] == 0


@pytest.mark.parametrize(
    ("wanted", "status", "title"),
    [
        (form(None, "meter_error", "slow_meter", water=500), 422, "Slow meter not charged"),
        (form(None, "back_bill", "slow_meter", water=500), 422, "Slow meter not charged"),
        (form(None, "leak", "goodwill", water=-500), 422, "Cause not of form"),
        (form(None, "courtesy", "goodwill", water=500), 422, "Only back bill charges"),
        (form(None, "back_bill", "tampering", water=-500), 422, "Only back bill charges"),
        (form(None, "leak", "leak_repaired", water=-500), 422, "Adjustment names its bill"),
        (form(str(UUID(int=1)), "leak", "leak_repaired", water=-500), 404, "Bill unknown"),
        (form(None, "courtesy", "goodwill", water=0), 422, "Lines not sound"),
    ],
)
async def test_a_form_that_breaks_a_rule_is_refused_with_the_rule_and_the_remedy(
    rooms: Rooms, post: Post, wanted: dict[str, Any], status: int, title: str
) -> None:
    refused = await post("/adjustments", wanted)
    assert (refused.status_code, refused.json()["title"]) == (status, title)
    assert refused.json()["remedy"]


async def test_a_slow_meter_is_refused_by_the_name_of_the_law(rooms: Rooms, billed: str, post: Post) -> None:
    refused = (await post("/adjustments", form(billed, "meter_error", "slow_meter", water=500))).json()
    assert "N.J.A.C. 14:3-4.6" in refused["detail"]


async def test_tampering_is_charged_after_approval_with_a_due_date_of_its_own(
    rooms: Rooms, billed: str, post: Post, get: Get
) -> None:
    rooms.clock.turn(days=10)
    wanted = await post("/adjustments", form(billed, "back_bill", "tampering", water=4200))
    assert wanted.json()["state"] == "proposed"
    assert (
        await post(f"/adjustments/{wanted.json()['adjustment_id']}/approval", AGREED, role="supervisor")
    ).status_code == 201
    page = await balance(get)
    assert page["balance_cents"] == 9868 + 4200
    assert [(one["amount_cents"], one["due_on"]) for one in page["charges"] if one["amount_cents"] == 4200] == [
        (4200, "2026-04-13")
    ]
    assert (await get("/trial-balance", role="billing"))["difference_cents"] == 0


async def test_only_an_open_debt_is_written_off(rooms: Rooms, billed: str, post: Post, get: Get) -> None:
    await rooms.tell(ADA.paid(9000))
    wanted = form(None, "write_off", "small_balance", sewer=-869)
    proposed = (await post("/adjustments", wanted)).json()
    approval = f"/adjustments/{proposed['adjustment_id']}/approval"
    refused = await post(approval, AGREED, role="supervisor")
    assert (refused.status_code, refused.json()["title"]) == (409, "Write off exceeds debt")
    proposed = (await post("/adjustments", form(None, "write_off", "small_balance", sewer=-868))).json()
    await post(f"/adjustments/{proposed['adjustment_id']}/approval", AGREED, role="supervisor")
    assert ((await balance(get))["balance_cents"], (await balance(get))["charges"]) == (0, [])


async def test_a_courtesy_names_no_bill_and_may_be_credit_for_the_next_one(
    rooms: Rooms, billed: str, post: Post, get: Get
) -> None:
    await rooms.tell(ADA.paid(9868), BEN.paid(100))
    await post("/adjustments", form(None, "courtesy", "service_failure", water=-500), role="csr")
    assert (await balance(get))["credit_cents"] == 500


async def test_an_adjustment_that_is_refused_changes_nothing(rooms: Rooms, billed: str, post: Post, get: Get) -> None:
    wanted = (await post("/adjustments", form(billed, sewer=-6000))).json()
    refusal = f"/adjustments/{wanted['adjustment_id']}/refusal"
    assert (await post(refusal, {"why": "No leak was found."}, role="supervisor")).json()["state"] == "refused"
    again = await post(f"/adjustments/{wanted['adjustment_id']}/approval", AGREED, role="supervisor")
    assert (again.status_code, again.json()["title"]) == (409, "Correction already decided")
    assert (await balance(get))["balance_cents"] == 9868


async def test_an_adjustment_that_settles_the_debt_calls_the_shut_off_off(
    rooms: Rooms, billed: str, post: Post
) -> None:
    for days in (60, 10):
        rooms.clock.turn(days=days)
        await rooms.strike()
    await rooms.news()
    wanted = (await post("/adjustments", form(billed, "high_bill", "not_explained", water=-3810, sewer=-6058))).json()
    await post(f"/adjustments/{wanted['adjustment_id']}/approval", AGREED, role="supervisor")
    [withdrawn] = [fact for fact in await rooms.news() if isinstance(fact, ShutoffWithdrawn)]
    assert withdrawn.reason_code == "supervisor"


async def test_a_bill_that_was_adjusted_is_cancelled_with_its_adjustment(
    rooms: Rooms, billed: str, post: Post, get: Get
) -> None:
    await rooms.tell(ADA.paid(2000))
    await post("/adjustments", form(billed, water=-1000))
    await post("/adjustments", form(billed, water=-500))
    proposed = await post(f"/bills/{billed}/cancellation", {"reason_code": "other", "why": "Another house."})
    await post(f"/cancellations/{proposed.json()['cancellation_id']}/approval", AGREED, role="supervisor")
    page = await balance(get)
    assert (page["balance_cents"], page["credit_cents"], page["charges"]) == (-2000, 2000, [])
    trial = await get("/trial-balance", role="billing")
    assert trial["difference_cents"] == 0
    assert {line["debit_cents"] - line["credit_cents"] for line in trial["lines"] if line["book"] != "receivable"} == {
        0, 2000
    }  # fmt: skip
    late = await post("/adjustments", form(billed, water=-1))
    assert (late.status_code, late.json()["title"]) == (409, "Bill not owed")
