"""A biller runs a cycle: bills to the cent, exceptions with reasons, the first bill held, and never a second one."""

from datetime import timedelta

from shared.events.accounts import ServiceStarted
from shared.events.billing import BalanceChanged, BillHeld, BillIssued
from shared.ids import new_id
from tests.billing.conftest import Get, Post, RunCycle, TakeMany
from tests.billing.long_work import kill_in_the_second_chunk, work_together
from tests.billing.tariffs import fixed, nyc_body
from tests.billing.town import ADA, BEN, CLEO, NOW
from tests.rooms import Rooms


async def test_a_cycle_is_billed_and_the_same_run_makes_no_second_bill(
    rooms: Rooms, tariff: None, run_cycle: RunCycle
) -> None:
    await rooms.tell(ADA.read(110), BEN.read(101))
    await rooms.news()
    first = await run_cycle()
    assert (first["issued_count"], first["exceptions_count"], first["total_cents"]) == (2, 0, 9868 + 3574)
    assert (first["done_count"], first["total_count"]) == (2, 2)
    told = await rooms.news()
    assert [type(fact) for fact in told] == [BillIssued, BillIssued, BalanceChanged, BalanceChanged]
    ada = next(fact for fact in told if isinstance(fact, BillIssued) and fact.account_id == ADA.account_id)
    assert (str(ada.issued_on), str(ada.due_on), ada.total_cents) == ("2026-03-02", "2026-04-01", 9868)
    again = await run_cycle()
    assert (again["issued_count"], again["exceptions_count"], again["done_count"]) == (0, 0, 2)
    assert await rooms.news() == []


async def test_what_cannot_be_billed_is_an_exception_with_its_reason_and_is_billed_when_it_is_mended(
    rooms: Rooms, post: Post, get: Get, run_cycle: RunCycle
) -> None:
    """Ada's rate code has no tariff yet; Ben's meter was not read."""
    await rooms.tell(ADA.read(110))
    run = await run_cycle()
    assert run["exceptions_by_reason"] == {"no-tariff-in-force": 1, "no-reading-to-bill": 1}
    page = await get("/billing-exceptions", job_id=run["job_id"])
    assert {item["account_id"] for item in page["items"]} == {str(ADA.account_id), str(BEN.account_id)}
    assert all(item["rule"] and item["remedy"] for item in page["items"])
    await post("/tariffs", {"rate_code": "nyc", "effective_on": "2025-07-01", "body": nyc_body()})
    assert (await run_cycle())["issued_count"] == 1
    assert len((await get("/billing-exceptions", account_id=str(BEN.account_id)))["items"]) == 2


async def test_the_first_bill_after_a_turn_on_is_held_until_it_is_released(
    rooms: Rooms, tariff: None, post: Post, get: Get, run_cycle: RunCycle
) -> None:
    await rooms.tell(CLEO.opened("C2"), CLEO.started("turn_on", billing_cycle="C2"), CLEO.read(110))
    await rooms.news()
    run = await run_cycle(cycle="C2")
    assert (run["issued_count"], run["held_count"], run["held_cents"]) == (0, 1, 9868)
    [held] = await rooms.news()
    assert isinstance(held, BillHeld)
    assert held.reason_code == "first_bill"
    assert (await get(f"/accounts/{CLEO.account_id}/balance"))["balance_cents"] == 0
    assert [bill["bill_id"] for bill in (await get("/bills", state="held"))["items"]] == [str(held.bill_id)]

    released = await post(f"/bills/{held.bill_id}/release", role="supervisor")
    assert (released.status_code, released.json()["due_on"]) == (201, "2026-04-01")
    assert [type(fact) for fact in await rooms.news()] == [BillIssued, BalanceChanged]
    assert (await get(f"/accounts/{CLEO.account_id}/balance"))["balance_cents"] == 9868
    again = await post(f"/bills/{held.bill_id}/release", role="supervisor")
    assert (again.status_code, again.json()["title"]) == (409, "Bill not held")

    rooms.clock.turn(days=30)
    await rooms.tell(CLEO.read(120, NOW + timedelta(days=30)))
    assert (await run_cycle("2026-03-15", "2026-04-30", "C2"))["issued_count"] == 1


async def test_a_representative_may_not_release(rooms: Rooms, post: Post) -> None:
    assert (await post(f"/bills/{new_id()}/release", role="csr")).status_code == 403
    assert (await post(f"/bills/{new_id()}/release", role="supervisor")).status_code == 404


async def test_a_bill_explains_every_line_in_words_and_numbers(
    rooms: Rooms, tariff: None, get: Get, run_cycle: RunCycle
) -> None:
    await rooms.tell(ADA.read(110))
    await run_cycle()
    [summary] = (await get(f"/accounts/{ADA.account_id}/bills"))["items"]
    bill = await get(f"/bills/{summary['bill_id']}")
    assert (bill["total_cents"], bill["open_cents"], bill["state"]) == (9868, 9868, "issued")
    assert (bill["holder_name"], bill["account_number"]) == ("Ada Moreno", ADA.number)
    assert (bill["begin"]["value"], bill["end"]["value"], bill["end"]["quality"]) == (100, 110, "actual")
    assert bill["use_in_words"] == "The meter went from 100 to 110: 10 hcf (hundred cubic feet) in 30 days."
    water, sewer = bill["lines"]
    assert (water["quantity"], water["rate"], water["rate_since_on"], water["amount_cents"]) == (
        "10", "3.81", "2025-07-01", 3810
    )  # fmt: skip
    assert water["in_words"].startswith(
        "Water: 10 hcf (hundred cubic feet) x $3.81 per hcf (in force since July 1, 2025)"
    )
    assert "New York City Water Board" in water["rule"]
    assert (sewer["basis"], sewer["base_cents"], sewer["amount_cents"]) == ("percentage", 3810, 6058)


async def test_dials_that_turned_over_are_billed_and_said(
    rooms: Rooms, tariff: None, get: Get, run_cycle: RunCycle
) -> None:
    await rooms.tell(CLEO.opened("C2"), CLEO.started(billing_cycle="C2", start_reading=999_995), CLEO.read(5))
    await run_cycle(cycle="C2")
    [summary] = (await get(f"/accounts/{CLEO.account_id}/bills"))["items"]
    bill = await get(f"/bills/{summary['bill_id']}")
    assert bill["quantity"] == "10"
    assert "the dials having passed their end" in bill["use_in_words"]


async def test_each_tariff_prices_its_own_days_of_a_period_in_which_another_takes_over(
    rooms: Rooms, tariff: None, post: Post, get: Get, run_cycle: RunCycle
) -> None:
    """Ada's period ended before the new rates; Ben's 60 days are 42 days of the old and 18 of the new."""
    body = {"rate_code": "nyc", "effective_on": "2026-03-15", "body": nyc_body("4.00")}
    assert (await post("/tariffs", body)).status_code == 201
    twice = await post("/tariffs", body)
    assert (twice.status_code, twice.json()["title"]) == (409, "Tariff already in force")
    await rooms.tell(ADA.read(110))
    rooms.clock.turn(days=30)
    await rooms.tell(BEN.read(160, NOW + timedelta(days=30)))
    await run_cycle(through_on="2026-04-30")
    water = {}
    for person in (ADA, BEN):
        [summary] = (await get(f"/accounts/{person.account_id}/bills"))["items"]
        lines = (await get(f"/bills/{summary['bill_id']}"))["lines"]
        water[person.name] = [
            (line["rate"], line["days_count"], line["quantity"], line["amount_cents"])
            for line in lines if line["component"] == "water"
        ]  # fmt: skip
    assert water == {
        "Ada Moreno": [("3.81", 30, "10", 3810)],
        "Ben Okafor": [("3.81", 42, "42", 16002), ("4", 18, "18", 7200)],
    }


async def test_days_before_the_first_tariff_are_an_exception_that_names_the_day(
    rooms: Rooms, post: Post, get: Get, run_cycle: RunCycle
) -> None:
    await post("/tariffs", {"rate_code": "nyc", "effective_on": "2026-02-15", "body": nyc_body()})
    await rooms.tell(ADA.read(110))
    run = await run_cycle()
    assert run["exceptions_by_reason"]["no-tariff-in-force"] == 1
    found = (await get("/billing-exceptions", account_id=str(ADA.account_id)))["items"]
    assert found[0]["facts"]["on"] == "2026-02-01"


async def test_a_service_without_a_meter_is_billed_once_a_period(
    rooms: Rooms, post: Post, get: Get, run_cycle: RunCycle
) -> None:
    flat = {"title": "Flat", "unit": "hcf", "components": [
        {"name": "sewer", "label": "Sewer", "service": "sewer", "rule": "Ordinance 7", **fixed("14.00")},
    ]}  # fmt: skip
    await post("/tariffs", {"rate_code": "flat", "effective_on": "2025-07-01", "body": flat})
    started: ServiceStarted = CLEO.started(meter=None, start_reading=None, rate_code="flat", billing_cycle="C3")
    await rooms.tell(CLEO.opened("C3"), started)
    for _ in range(2):
        await run_cycle("2026-02-01", "2026-02-28", "C3")
    await run_cycle("2026-03-01", "2026-03-31", "C3")
    bills = (await get(f"/accounts/{CLEO.account_id}/bills"))["items"]
    assert [(bill["period_start_on"], bill["period_end_on"]) for bill in bills] == [
        ("2026-02-28", "2026-03-31"), ("2026-01-31", "2026-02-28"),
    ]  # fmt: skip


async def test_a_move_out_is_billed_to_its_last_reading_and_then_no_more(
    rooms: Rooms, tariff: None, get: Get, run_cycle: RunCycle
) -> None:
    await rooms.tell(ADA.read(110))
    await rooms.tell(ADA.stopped(NOW.date() + timedelta(days=5), 115))
    run = await run_cycle()
    assert run["issued_count"] == 1
    [bill] = (await get(f"/accounts/{ADA.account_id}/bills"))["items"]
    assert (bill["period_end_on"], bill["total_cents"]) == ("2026-03-07", 5715 + 9087)
    assert (await run_cycle("2026-03-01", "2026-04-30"))["exceptions_count"] == 1  # Ben's, whose meter was not read


async def test_a_run_that_is_killed_in_a_chunk_is_shared_by_others_and_bills_each_once(
    rooms: Rooms, take_many: TakeMany, post: Post, get: Get
) -> None:
    """1,203 agreements of one account are three chunks; each is billed once, and the account owes their sum."""
    await take_many(1_203)
    started = await post("/bill-runs", {"cycle": "C9", "from_on": "2026-02-01", "through_on": "2026-02-28"})
    await kill_in_the_second_chunk(rooms)
    await work_together(rooms, 3)
    run = await get(f"/bill-runs/{started.json()['job_id']}")
    assert (run["issued_count"], run["done_count"], run["total_cents"]) == (1_203, 1_203, 120_300)
    balances = [fact for fact in await rooms.news() if isinstance(fact, BalanceChanged)]
    assert [fact.balance_cents for fact in balances] == [50_000, 100_000, 120_300]
