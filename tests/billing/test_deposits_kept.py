"""Deposits in the town's books: asked for, paid, kept apart, reviewed, given back, and applied to the final bill."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from shared.events.accounts import DepositDecided
from shared.events.payments import PaymentPosted
from tests.billing import policies
from tests.billing.conftest import Get, Post, RunCycle
from tests.billing.town import ADA, NOW
from tests.rooms import Rooms


def decided(cents: int | None) -> DepositDecided:
    """What accounts said."""
    return DepositDecided(
        account_id=ADA.account_id, decision="waived" if cents is None else "required", amount_cents=cents,
        reason_code="new_account", decided_on=NOW.date(),
    )  # fmt: skip


@pytest.fixture
async def rates(post: Post) -> None:
    """Sara, a supervisor, enters the Board's rates."""
    body = policies.body()
    body["deposits"]["interest_hundredths"] = {"2025": 400, "2027": 300}
    new = {"name": "nj-municipal", "effective_on": "2026-03-01", "body": body}
    assert (await post("/policies", new, role="supervisor")).status_code == 201


async def shown(get: Get) -> list[Any]:
    return list((await get(f"/accounts/{ADA.account_id}/deposits"))["items"])


async def books(get: Get) -> dict[str, int]:
    """What each book comes to, when it was seen that they balance."""
    trial = await get("/trial-balance", role="supervisor")
    assert trial["difference_cents"] == 0
    sums: dict[str, int] = {}
    for line in trial["lines"]:
        sums[line["book"]] = sums.get(line["book"], 0) + line["debit_cents"] - line["credit_cents"]
    return sums


async def kept(rooms: Rooms, post: Post, get: Get, cents: int = 15_000) -> PaymentPosted:
    """Ada was asked for a deposit, paid it, and Cal, the cashier, said so."""
    await rooms.tell(decided(cents), paid := ADA.paid(cents))
    [asked] = [one for one in await shown(get) if one["state"] == "asked"]
    body = {"payment_id": str(paid.payment_id)}
    answer = await post(f"/deposits/{asked['deposit_id']}/receipt", body, role="cashier")
    assert answer.status_code == 201, answer.text
    return paid


async def test_a_deposit_is_asked_for_paid_and_kept_apart(rooms: Rooms, post: Post, get: Get, rates: None) -> None:
    await kept(rooms, post, get)
    [one] = await shown(get)
    assert (one["state"], one["received_on"], one["next_review_on"]) == ("held", "2026-03-02", "2027-03-02")
    assert (one["received_by"] is not None, one["interest"]) == (True, [])
    assert (await get(f"/accounts/{ADA.account_id}/balance"))["balance_cents"] == 0
    assert await books(get) == {"cash": 15_000, "receivable": 0, "deposit": -15_000}
    rooms.clock.turn(days=10)
    [line] = (await shown(get))[0]["interest"][0]["lines"]
    assert (line["days_count"], line["rate_hundredths"]) == (10, 400)
    assert line["why"].startswith("$150.00 x 4.00 % x 10 / 365 = $0.1644")


async def test_more_than_two_average_bills_is_not_asked_for(
    rooms: Rooms, get: Get, tariff: None, run_cycle: RunCycle
) -> None:
    """Ada's one bill is 98.68 over thirty days: two average months are 200.10."""
    await rooms.tell(ADA.read(110))
    await run_cycle()
    await rooms.tell(decided(20_011))
    [refused] = await shown(get)
    assert (refused["state"], refused["most_cents"]) == ("refused", 20_010)
    assert "N.J.A.C. 14:3-3.4(b)" in refused["why"][0]
    assert "At most $200.10" in refused["why"][1]
    await rooms.tell(decided(20_010))
    assert (await shown(get))[0]["state"] == "asked"


async def test_the_last_decision_holds_also_within_one_set(rooms: Rooms, get: Get) -> None:
    await rooms.tell(decided(10_000), decided(12_000))
    assert [(one["state"], one["amount_cents"]) for one in await shown(get)] == [
        ("asked", 12_000), ("withdrawn", 10_000)
    ]  # fmt: skip
    await rooms.tell(decided(None))
    assert {one["state"] for one in await shown(get)} == {"withdrawn"}


async def test_a_payment_that_paid_a_bill_is_directed_to_the_deposit(
    rooms: Rooms, post: Post, get: Get, tariff: None, run_cycle: RunCycle
) -> None:
    """By the ordinance it paid the oldest debt; Ada brought it for the deposit, and the bill is open again."""
    await rooms.tell(ADA.read(110))
    await run_cycle()
    await kept(rooms, post, get)
    balance = await get(f"/accounts/{ADA.account_id}/balance")
    assert (balance["balance_cents"], balance["credit_cents"]) == (9868, 0)
    assert sum(one["open_cents"] for one in balance["charges"]) == 9868
    assert (await books(get))["deposit"] == -15_000


@pytest.mark.parametrize("cents", [14_999, None])
async def test_only_a_payment_of_the_account_that_is_enough_is_kept(
    rooms: Rooms, post: Post, get: Get, cents: int | None
) -> None:
    await rooms.tell(decided(15_000), paid := ADA.paid(cents or 15_000))
    if cents is None:
        await rooms.tell(ADA.returned(paid))
    [asked] = await shown(get)
    body = {"payment_id": str(paid.payment_id)}
    answer = await post(f"/deposits/{asked['deposit_id']}/receipt", body)
    assert (answer.status_code, answer.json()["title"]) == (409, "Payment not for deposit")
    assert (await post(f"/deposits/{UUID(int=5)}/receipt", body)).status_code == 404


async def test_a_returned_check_was_no_deposit(rooms: Rooms, post: Post, get: Get, rates: None) -> None:
    paid = await kept(rooms, post, get)
    await rooms.tell(ADA.returned(paid))
    [one] = await shown(get)
    assert (one["state"], one["payment_id"], one["next_review_on"]) == ("asked", None, None)
    assert await books(get) == {"cash": 0, "receivable": 0, "deposit": 0}


async def test_a_prompt_customer_has_it_back_after_a_year_with_interest(
    rooms: Rooms, post: Post, get: Get, rates: None
) -> None:
    """150.00: 305 days of 2026 at 4 %, 60 days of 2027 at 3 %: 5.0137 + 0.7397."""
    await kept(rooms, post, get)
    rooms.clock.turn(days=364)
    await rooms.strike()
    assert (await shown(get))[0]["state"] == "held"
    rooms.clock.turn(days=1)
    await rooms.strike()
    [one] = await shown(get)
    assert (one["state"], one["returned_for"], one["returned_on"]) == ("returned", "review", "2027-03-02")
    [interest] = one["interest"]
    assert (interest["amount_cents"], [line["days_count"] for line in interest["lines"]]) == (575, [305, 60])
    assert (await get(f"/accounts/{ADA.account_id}/balance"))["credit_cents"] == 15_575
    assert await books(get) == {"cash": 15_000, "receivable": -15_575, "deposit": 0, "deposit_interest": 575}


@pytest.mark.usefixtures("tariff", "rates")
async def test_who_is_behind_leaves_it_and_has_the_interest(
    rooms: Rooms, post: Post, get: Get, run_cycle: RunCycle
) -> None:
    """Ada paid nothing for a year: the deposit stays, and what it earned pays a little of the oldest bill."""
    await kept(rooms, post, get)
    await rooms.tell(ADA.read(110))
    await run_cycle()
    rooms.clock.turn(days=365)
    await rooms.strike()
    [one] = await shown(get)
    assert (one["state"], one["kept_for"], one["next_review_on"]) == ("held", "past_due", "2028-03-02")
    assert [(part["credited_on"], part["amount_cents"]) for part in one["interest"]] == [("2027-03-02", 575)]
    assert (await get(f"/accounts/{ADA.account_id}/balance"))["balance_cents"] == 9868 - 575
    rooms.clock.turn(days=1)
    assert [part["credited_on"] for part in (await shown(get))[0]["interest"]] == ["2027-03-02", None]
    assert (await books(get))["deposit"] == -15_000


async def test_a_business_is_reviewed_after_two_years(rooms: Rooms, post: Post, get: Get, rates: None) -> None:
    """It was not known at the receipt: her service began later, by another class."""
    await kept(rooms, post, get)
    async with rooms.tx() as tx:
        await tx.execute("UPDATE agreements SET customer_class = 'commercial'")
    rooms.clock.turn(days=365)
    await rooms.strike()
    [one] = await shown(get)
    assert (one["state"], one["next_review_on"]) == ("held", "2028-03-02")


@pytest.mark.usefixtures("tariff", "rates")
async def test_who_moves_out_has_it_applied_to_the_final_bill_and_the_rest_as_credit(
    rooms: Rooms, post: Post, get: Get, run_cycle: RunCycle
) -> None:
    """Story 7: final read, final bill of 98.68, deposit of 150.00 with a month's interest."""
    await kept(rooms, post, get)
    rooms.clock.turn(days=30)
    await rooms.tell(ADA.stopped(date(2026, 3, 2), 110))
    assert (await shown(get))[0]["state"] == "held", "the final bill comes first"
    await run_cycle()
    [one] = await shown(get)
    assert (one["state"], one["returned_for"], one["next_review_on"]) == ("returned", "service_ended", None)
    assert one["interest"][0]["amount_cents"] == 49
    balance = await get(f"/accounts/{ADA.account_id}/balance")
    assert (balance["balance_cents"], balance["credit_cents"], balance["charges"]) == (9868 - 15_049, 5181, [])
    assert "until a refund pays it out" in one["why"][1]
    [back, *_] = (await get(f"/accounts/{ADA.account_id}/postings"))["items"]
    assert back["why"].startswith("Deposit given back with interest: $150.49")
    assert await books(get) == {
        "cash": 15_000, "receivable": -5181, "revenue": -9868, "deposit": 0, "deposit_interest": 49,
    }  # fmt: skip


@pytest.mark.usefixtures("tariff")
async def test_where_the_last_bill_was_the_final_one_it_goes_back_when_she_stops(
    rooms: Rooms, post: Post, get: Get, run_cycle: RunCycle
) -> None:
    """Her cycle was billed on the day on which she moved out: no other bill is to come."""
    await rooms.tell(ADA.read(110))
    await run_cycle()
    await kept(rooms, post, get)
    await rooms.tell(ADA.stopped(date(2026, 3, 2), 110))
    await rooms.strike()
    [one] = await shown(get)
    assert (one["state"], one["returned_for"], one["interest"]) == ("returned", "service_ended", [])
    assert (await get(f"/accounts/{ADA.account_id}/balance"))["credit_cents"] == 15_000 - 9868
