"""Before a tariff is adopted it is tried on the last bills of a cycle: what changes, for whom; no bill is touched."""

from tests.billing.conftest import Get, Post, RunCycle, TakeMany
from tests.billing.long_work import kill_in_the_second_chunk
from tests.billing.tariffs import NYC_RULE, fixed, nyc_body, per_unit
from tests.billing.town import ADA, BEN, CLEO
from tests.rooms import Rooms


async def test_a_biller_tries_new_rates_over_the_last_cycle(
    rooms: Rooms, tariff: None, post: Post, get: Get, run_cycle: RunCycle
) -> None:
    shop = CLEO.started(customer_class="commercial")
    await rooms.tell(CLEO.opened(), shop, ADA.read(110), BEN.read(101), CLEO.read(200))
    await run_cycle()
    await rooms.news()
    bills = (await get("/bills"))["items"]

    body = {"rate_code": "nyc", "cycle": "C1", "body": nyc_body("4.00")}
    assert (await post("/tariff-trials", body, role="csr")).status_code == 403
    started = await post("/tariff-trials", body)
    assert started.status_code == 202, started.text
    await rooms.work()
    trial = await get(f"/tariff-trials/{started.json()['job_id']}")

    assert (trial["done_count"], trial["total_count"], trial["bills_count"]) == (3, 3, 3)
    assert (trial["before_cents"], trial["after_cents"]) == (9868 + 3574 + 98_679, 10_360 + 3574 + 103_600)
    assert [(one["customer_class"], one["bills_count"]) for one in trial["by_class"]] == [
        ("commercial", 1), ("residential", 2)
    ]  # fmt: skip
    changed = {one["change"]: one["bills_count"] for one in trial["histogram"] if one["bills_count"]}
    assert changed == {"the same": 1, "up to 5 %": 2}
    assert [one["account_number"] for one in trial["most_changed"]] == [CLEO.number, ADA.number]
    assert (await get("/bills"))["items"] == bills
    assert await rooms.news() == []


async def test_bills_that_the_tariff_cannot_price_are_counted_with_the_rule(
    rooms: Rooms, tariff: None, post: Post, get: Get, run_cycle: RunCycle
) -> None:
    await rooms.tell(ADA.read(110))
    await run_cycle()
    water = {"name": "water", "label": "Water", "service": "water", "rule": NYC_RULE, **per_unit("0.01")}
    in_gallons = {"title": "By the gallon", "unit": "gal", "components": [water]}
    started = await post("/tariff-trials", {"rate_code": "nyc", "cycle": "C1", "body": in_gallons})
    with_factor = await post(
        "/tariff-trials", {"rate_code": "nyc", "cycle": "C1", "body": {**in_gallons, "gallons_per_ccf": "748"}}
    )
    await rooms.work()
    refused = await get(f"/tariff-trials/{started.json()['job_id']}")
    assert refused["unpriced"] == [{"reason": "unit-not-priced", "bills_count": 1}]
    priced = await get(f"/tariff-trials/{with_factor.json()['job_id']}")
    assert (priced["before_cents"], priced["after_cents"]) == (9868, 7480)


async def test_a_trial_goes_on_in_chunks_and_a_cycle_of_nobody_is_done_at_once(
    rooms: Rooms, tariff: None, post: Post, get: Get
) -> None:
    started = await post("/tariff-trials", {"rate_code": "nyc", "cycle": "C77", "body": nyc_body()})
    await rooms.work()
    trial = await get(f"/tariff-trials/{started.json()['job_id']}")
    assert (trial["bills_count"], trial["total_count"]) == (0, 0)
    assert trial["finished_at"] is not None
    by_the_liter = {"rate_code": "nyc", "cycle": "C77", "body": {**nyc_body(), "unit": "liter"}}
    unsound = await post("/tariff-trials", by_the_liter)
    assert (unsound.status_code, unsound.json()["title"]) == (422, "Tariff unsound")
    assert (await rooms.http("csr").get(f"/tariff-trials/{ADA.account_id}")).status_code == 404


async def test_a_trial_that_is_killed_in_a_chunk_comes_to_the_same(
    rooms: Rooms, take_many: TakeMany, post: Post, get: Get, run_cycle: RunCycle
) -> None:
    """The process dies with its second chunk written and not committed; another goes on from the first one's end."""
    await take_many(1_203)
    await run_cycle("2026-02-01", "2026-02-28", "C9")
    water = {"name": "water", "label": "Water", "service": "water", "rule": "Ordinance 8", **fixed("1.50")}
    dearer = {"title": "Flat", "unit": "hcf", "components": [water]}
    whole = await post("/tariff-trials", {"rate_code": "flat", "cycle": "C9", "body": dearer})
    await rooms.work()
    killed = await post("/tariff-trials", {"rate_code": "flat", "cycle": "C9", "body": dearer})
    await kill_in_the_second_chunk(rooms)
    half = await get(f"/tariff-trials/{killed.json()['job_id']}")
    assert (half["done_count"], half["bills_count"], half["finished_at"]) == (500, 500, None)

    await rooms.work()
    figures = [await get(f"/tariff-trials/{one.json()['job_id']}") for one in (whole, killed)]
    for one in figures:
        one.update(dict.fromkeys(("job_id", "requested_at", "started_at", "finished_at")))
    assert figures[0] == figures[1]
    assert (figures[1]["bills_count"], figures[1]["after_cents"]) == (1_203, 180_450)
