"""A meter goes and another comes: one bill, no gap, and nothing guessed from the dials."""

from datetime import datetime, timedelta
from uuid import UUID

from shared.events import inbound
from shared.events.accounts import MeterExchanged
from shared.events.billing import ReadingFlagged
from shared.events.meters import MeterFacts
from shared.ids import MeterId, OrderId, ServicePointId, new_id
from tests.billing.conftest import Get, Post, RunCycle
from tests.billing.town import ADA, NOW
from tests.rooms import Rooms

THEN = NOW - timedelta(days=10)


def exchanged(
    old_reading: int, new_reading: int, serial: str = "Z-9", at: datetime = THEN, **changes: int
) -> MeterExchanged:
    """What accounts said when the crew had hung another meter at Ada's."""
    old = MeterFacts(meter_id=MeterId(UUID(int=21_001)), serial=ADA.meter_serial, dials=6, multiplier=1, unit="hcf")
    facts = {"dials": 4, "multiplier": 1, **changes}
    new = MeterFacts(meter_id=MeterId(UUID(int=9)), serial=serial, unit="hcf", **facts)
    return MeterExchanged(
        account_id=ADA.account_id, order_id=OrderId(new_id()), service_point_id=ServicePointId(UUID(int=31_001)),
        agreement_id=ADA.agreement_id, exchanged_at=at, old_meter=old, old_reading=old_reading,
        new_meter=new, new_reading=new_reading,
    )  # fmt: skip


def read(value: int, serial: str = "Z-9", at: datetime = NOW) -> inbound.MeterReading:
    """What the head-end read of the new meter."""
    return inbound.MeterReading(meter_serial=serial, value=value, read_at=at)


async def test_use_by_both_meters_is_one_bill(rooms: Rooms, get: Get, tariff: None, run_cycle: RunCycle) -> None:
    """Ada's old meter shows 107 when it goes; the new one begins at 5 and shows 8: ten units in all."""
    fact = exchanged(107, 5)
    await rooms.tell(fact, fact)
    await rooms.tell(read(8))
    readings = (await get("/readings", account_id=str(ADA.account_id)))["items"]
    assert [(one["value"], one["used_units"], one["source"]) for one in readings] == [
        (8, 3, "head_end"), (5, 0, "exchange"), (107, 7, "exchange"), (100, 0, "start"),
    ]  # fmt: skip
    assert [one["meter_serial"] for one in readings] == ["Z-9", "Z-9", ADA.meter_serial, ADA.meter_serial]
    assert (await run_cycle())["total_cents"] == 9868
    [refused] = (await rooms.tell_anyhow(ADA.read(120))).answers
    assert refused.field == "meter_serial", "the old meter is at nobody's house"


async def test_the_new_meters_dials_turn_by_themselves(rooms: Rooms, get: Get) -> None:
    await rooms.tell(exchanged(107, 9_990))
    await rooms.tell(read(15))
    latest = (await get("/readings", account_id=str(ADA.account_id)))["items"][0]
    assert (latest["used_units"], latest["rolled_over"]) == (25, True)


async def test_an_exchange_that_stands_out_waits_as_a_pair(rooms: Rooms, get: Get, post: Post) -> None:
    """The crew wrote 90 for a meter that showed 100 before. Once a biller accepts both, use goes on from there."""
    await rooms.tell(exchanged(90, 5))
    flagged = [fact.reading_id for fact in await rooms.news() if isinstance(fact, ReadingFlagged)]
    assert len(flagged) == 2
    ways = [{"reading_id": str(reading_id), "way": "accept", "why": "A photo shows it"} for reading_id in flagged]
    corrected = await post(f"/readings/{flagged[0]}/correction", {"value": 101, "why": "No"})
    assert corrected.json()["title"] == "Reading of field work"
    answer = (await post("/reading-exceptions/resolutions", {"resolutions": ways})).json()
    assert [one["stands"]["used_units"] for one in answer["resolved"]] == [-10, 0]
    await rooms.tell(read(11))
    assert (await get("/readings", account_id=str(ADA.account_id)))["items"][0]["used_units"] == 6


async def test_two_exchanges_in_one_set_follow_each_other(rooms: Rooms, get: Get) -> None:
    await rooms.tell(exchanged(107, 5), exchanged(9, 0, "Z-10", THEN + timedelta(days=5)))
    await rooms.tell(read(4, "Z-10"))
    used = [one["used_units"] for one in (await get("/readings", account_id=str(ADA.account_id)))["items"]]
    assert used == [4, 0, 4, 0, 7, 0]


async def test_a_meter_that_counts_otherwise_is_not_taken_for_the_same(rooms: Rooms) -> None:
    """A bill multiplies by one multiplier: such an exchange is set aside with what to do, and nothing is guessed."""
    [aside] = (await rooms.tell_anyhow(exchanged(107, 5, multiplier=10))).asides
    assert "same unit with the same multiplier" in aside.reason


async def test_what_is_metered_is_found_again_from_the_log(rooms: Rooms, get: Get) -> None:
    """Billing's copy of agreements is emptied and heard anew: the new meter is read, and no reading stands twice."""
    fact = exchanged(107, 5)
    await rooms.tell(fact)
    async with rooms.tx() as tx:
        await tx.execute("DELETE FROM agreements WHERE agreement_id = $1", ADA.agreement_id)
    await rooms.tell(ADA.started(), fact.model_copy(update={"version": 2}))
    await rooms.tell(read(8))
    readings = (await get("/readings", account_id=str(ADA.account_id)))["items"]
    assert [(one["value"], one["used_units"]) for one in readings] == [(8, 3), (5, 0), (107, 7), (100, 0)]
