"""Bills that go by more than use: the size of the meter, a discount, last winter, the demand that was read."""

from datetime import timedelta
from typing import Any

from tests.billing.conftest import Get, Post, RunCycle
from tests.billing.tariffs import fixed, per_unit
from tests.billing.town import CLEO, NOW
from tests.rooms import Rooms


def body(unit: str, *components: dict[str, Any]) -> dict[str, Any]:
    """A tariff as a clerk loads it."""
    common = {"service": "water", "rule": "Ordinance 7"}
    named = [
        {**common, "name": f"c{n}", "label": f"Component {n}", **component} for n, component in enumerate(components)
    ]
    return {"title": "By circumstances", "unit": unit, "components": named}


async def start(rooms: Rooms, post: Post, tariff: dict[str, Any], **changes: Any) -> None:
    """Cleo's service begins, by this tariff."""
    loaded = await post("/tariffs", {"rate_code": "special", "effective_on": "2025-07-01", "body": tariff})
    assert loaded.status_code == 201, loaded.text
    await rooms.tell(CLEO.opened("C5"), CLEO.started(rate_code="special", billing_cycle="C5", **changes))


async def lines_of_last_bill(get: Get) -> list[dict[str, Any]]:
    newest, *_ = (await get(f"/accounts/{CLEO.account_id}/bills"))["items"]
    lines: list[dict[str, Any]] = (await get(f"/bills/{newest['bill_id']}"))["lines"]
    return lines


async def test_a_senior_with_a_large_meter_and_two_households(
    rooms: Rooms, post: Post, get: Get, run_cycle: RunCycle
) -> None:
    tariff = body(
        "hcf",
        fixed({"5/8": "20.00", "1": "35.00"}),
        {**fixed("5.00"), "per": "dwelling_unit"},
        {"kind": "discount", "percent": "10", "only_for": ["senior"]},
        {"kind": "discount", "amount": "1.00", "only_for": ["prompt"]},
    )
    started = CLEO.started()
    assert started.meter is not None
    meter = started.meter.model_copy(update={"size": "1"})
    await start(rooms, post, tariff, meter=meter, dwelling_units=2, discounts=("senior",))
    await rooms.tell(CLEO.read(110))
    await run_cycle(cycle="C5")
    lines = await lines_of_last_bill(get)
    assert [line["amount_cents"] for line in lines] == [3500, 1000, -450, -100]
    assert "meter of size 1" in lines[0]["in_words"]

    rooms.clock.turn(days=60)
    await rooms.tell(CLEO.read(120, NOW + timedelta(days=60)))
    await run_cycle("2026-04-15", "2026-05-15", "C5")
    assert len(await lines_of_last_bill(get)) == 3, "the first bill is overdue: no discount for paying promptly"


SENIORS = body("hcf", fixed("20.00"), {"kind": "discount", "percent": "10", "only_for": ["senior"]})


async def test_mr_ortiz_shows_his_card_and_the_next_bill_has_the_discount(
    rooms: Rooms, post: Post, get: Get, run_cycle: RunCycle
) -> None:
    await start(rooms, post, SENIORS)
    await rooms.tell(CLEO.read(110))
    await run_cycle(cycle="C5")
    assert [line["amount_cents"] for line in await lines_of_last_bill(get)] == [2000]

    rooms.clock.turn(days=60)
    next_on = (NOW + timedelta(days=60)).date()
    await rooms.tell(
        CLEO.rated(next_on - timedelta(days=20), discounts=("veteran",)),
        CLEO.rated(next_on - timedelta(days=20), discounts=("senior",)),
        CLEO.rated(next_on + timedelta(days=1), discounts=()),
        CLEO.read(120, NOW + timedelta(days=60)),
    )
    await run_cycle("2026-04-15", "2026-05-15", "C5")
    assert [line["amount_cents"] for line in await lines_of_last_bill(get)] == [2000, -200]
    first = (await get(f"/accounts/{CLEO.account_id}/bills"))["items"][-1]
    assert first["total_cents"] == 2000, "a bill that was made keeps what it went by"


async def test_a_discount_that_is_heard_before_the_service_waits_for_it(
    rooms: Rooms, post: Post, get: Get, run_cycle: RunCycle
) -> None:
    await rooms.tell(CLEO.rated(NOW.date(), discounts=("senior",)))
    await start(rooms, post, SENIORS)
    await rooms.tell(CLEO.read(110))
    await run_cycle(cycle="C5")
    assert [line["amount_cents"] for line in await lines_of_last_bill(get)] == [2000, -200]


async def test_a_meter_whose_size_has_no_price_is_an_exception(
    rooms: Rooms, post: Post, get: Get, run_cycle: RunCycle
) -> None:
    await start(rooms, post, body("hcf", fixed({"5/8": "20.00"})))
    await rooms.tell(CLEO.read(110))
    assert (await run_cycle(cycle="C5"))["exceptions_by_reason"] == {"meter-size-not-priced": 1}


async def test_demand_is_billed_when_it_was_read_and_is_an_exception_until_then(
    rooms: Rooms, post: Post, get: Get, run_cycle: RunCycle
) -> None:
    demand = {"kind": "demand", "rate": "8.50", "ratchet_percent": "80"}
    await start(rooms, post, body("hcf", demand, {"kind": "reactive", "rate": "1", "allowed_percent": "50"}))
    await rooms.tell(CLEO.read(110))
    assert (await run_cycle(cycle="C5"))["exceptions_by_reason"] == {"demand-not-known": 1}
    cleo = {"agreement_id": str(CLEO.agreement_id)}
    assert (await post("/demands", {**cleo, "read_on": "2026-03-02", "kw": "30", "kvar": "20"})).status_code == 201
    assert (await post("/demands", {**cleo, "read_on": "2025-08-20", "kw": "50"})).status_code == 201
    twice = await post("/demands", {**cleo, "read_on": "2026-03-02", "kw": "31"})
    assert (twice.status_code, twice.json()["title"]) == (409, "Demand already read")
    nobody = await post("/demands", {"agreement_id": str(CLEO.account_id), "read_on": "2026-03-02", "kw": "1"})
    assert nobody.status_code == 404
    assert (await run_cycle(cycle="C5"))["issued_count"] == 1
    assert [line["amount_cents"] for line in await lines_of_last_bill(get)] == [34_000, 500]


async def test_a_new_customer_is_billed_by_the_ordinance_and_then_by_the_first_winter(
    rooms: Rooms, post: Post, get: Get, run_cycle: RunCycle
) -> None:
    sewer = per_unit("2", winter_average={"months": [3], "new_customer": "6"})
    await start(rooms, post, body("hcf", sewer))
    await rooms.tell(CLEO.read(110))
    await run_cycle(cycle="C5")
    assert "as for a new customer" in (await lines_of_last_bill(get))[0]["in_words"]
    rooms.clock.turn(days=60)
    await rooms.tell(CLEO.read(140, NOW + timedelta(days=60)))
    await run_cycle("2026-04-15", "2026-05-15", "C5")
    [line] = await lines_of_last_bill(get)
    assert (line["quantity"], line["amount_cents"]) == ("10", 2000)
    assert "average of your winter use (10)" in line["in_words"]
