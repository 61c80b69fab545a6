"""Readings come from a head-end, from staff and from the field; bad ones are answered, odd ones wait for a person."""

from datetime import timedelta

from shared.events.billing import ReadingAccepted, ReadingFlagged
from tests.billing.conftest import Get, Post, RunCycle
from tests.billing.town import ADA, BEN, MOVED_IN, NOW
from tests.rooms import Rooms


async def test_a_head_ends_readings_are_accepted_in_one_set(rooms: Rooms, get: Get) -> None:
    await rooms.tell(ADA.read(110), BEN.read(104))
    assert [(type(fact), fact.account_id) for fact in await rooms.news() if isinstance(fact, ReadingAccepted)] == [
        (ReadingAccepted, ADA.account_id), (ReadingAccepted, BEN.account_id),
    ]  # fmt: skip
    latest, start = (await get("/readings", account_id=str(ADA.account_id)))["items"]
    assert (latest["value"], latest["used_units"], latest["days_count"], latest["source"]) == (110, 10, 30, "head_end")
    assert latest["previous_reading_id"] == start["reading_id"]
    assert (start["value"], start["read_on"], start["source"]) == (100, str(MOVED_IN), "start")


async def test_what_a_head_end_sends_wrongly_is_answered_and_harms_nobody_else(rooms: Rooms) -> None:
    """An unknown meter, the future, a value beyond the dials and the same reading again, between two good ones."""
    await rooms.tell(ADA.read(110))
    taken = await rooms.tell_anyhow(
        BEN.read(104),
        ADA.read(110).model_copy(update={"meter_serial": "X-1"}),
        ADA.read(120, NOW + timedelta(hours=1)),
        BEN.read(1_000_000, NOW + timedelta(minutes=1)),
        ADA.read(110),
        ADA.read(111),
        ADA.read(90, NOW - timedelta(days=40)),
        BEN.read(105, NOW + timedelta(minutes=2)),
    )
    assert {(answer.field, answer.rule.split(" (")[0]) for answer in taken.answers} == {
        ("meter_serial", "A reading is of a meter at which an account takes service."),
        ("read_at", "A reading was taken before it is sent."),
        ("value", "A reading has no more digits than the meter has dials."),
        ("read_at", "A reading is taken once."),
        ("read_at", "A meter shows one value at a moment."),
        ("read_at", "A reading is later than the reading with which the service at its meter began."),
    }
    assert all(answer.remedy for answer in taken.answers)
    accepted = [fact.value for fact in await rooms.news() if isinstance(fact, ReadingAccepted)]
    assert sorted(accepted) == [104, 105, 110]


async def test_staff_send_many_and_each_refusal_names_its_place(rooms: Rooms, post: Post) -> None:
    sent = [
        {"meter_serial": ADA.meter_serial, "value": 110, "read_at": NOW.isoformat()},
        {"meter_serial": "X-1", "value": 5, "read_at": NOW.isoformat()},
        {"meter_serial": BEN.meter_serial, "value": 103, "read_at": NOW.isoformat(), "quality": "customer"},
    ]
    response = await post("/readings", {"readings": sent}, role="csr")
    assert response.status_code == 201
    body = response.json()
    assert [one["used_units"] for one in body["taken"]] == [10, 3]
    [refused] = body["refused"]
    assert (refused["place"], refused["meter_serial"], refused["field"]) == (1, "X-1", "meter_serial")
    assert refused["rule"]
    assert refused["remedy"]


async def test_a_single_reading_that_is_refused_is_a_problem(rooms: Rooms, post: Post) -> None:
    late = {"meter_serial": ADA.meter_serial, "value": 110, "read_at": (NOW + timedelta(days=1)).isoformat()}
    response = await post("/readings", {"readings": [late]}, role="field")
    assert response.status_code == 422
    assert (response.json()["title"], response.json()["errors"][0]["field"]) == ("Reading in future", "read_at")


async def test_a_flagged_reading_waits_until_a_person_accepts_it(
    rooms: Rooms, post: Post, get: Get, tariff: None, run_cycle: RunCycle
) -> None:
    """Ada's reading runs backwards; the run leaves it alone; her biller accepts the next one in its place."""
    await rooms.tell(ADA.read(90))
    [flagged] = await rooms.news()
    assert isinstance(flagged, ReadingFlagged)
    assert flagged.flags == ["negative"]
    assert (await run_cycle())["exceptions_by_reason"]["reading-awaits-review"] == 1
    waiting = (await get("/readings", state="flagged"))["items"]
    assert [one["reading_id"] for one in waiting] == [str(flagged.reading_id)]
    assert (
        await post(f"/readings/{flagged.reading_id}/acceptance", {"why": "I say so"}, role="csr")
    ).status_code == 403
    accepted = await post(f"/readings/{flagged.reading_id}/acceptance", {"why": "The first one was an estimate"})
    assert (accepted.status_code, accepted.json()["state"]) == (201, "accepted")
    assert isinstance((await rooms.news())[-1], ReadingAccepted)
    again = await post(f"/readings/{flagged.reading_id}/acceptance", {"why": "Once more"})
    assert (again.status_code, again.json()["title"]) == (409, "Reading not flagged")
    assert (await run_cycle())["exceptions_by_reason"]["use-runs-backwards"] == 1


async def test_a_flagged_reading_that_was_outrun_is_not_accepted_under_the_next(rooms: Rooms, post: Post) -> None:
    await rooms.tell(ADA.read(90))
    [flagged] = await rooms.news()
    assert isinstance(flagged, ReadingFlagged)
    await rooms.tell(ADA.read(112, NOW + timedelta(minutes=1)))
    refused = await post(f"/readings/{flagged.reading_id}/acceptance", {"why": "Too late"})
    assert (refused.status_code, refused.json()["title"]) == (409, "Later reading taken")


async def test_a_wrong_reading_is_superseded_never_deleted(
    rooms: Rooms, post: Post, get: Get, tariff: None, run_cycle: RunCycle
) -> None:
    await rooms.tell(ADA.read(1010))
    [wrong] = [fact for fact in await rooms.news() if isinstance(fact, ReadingAccepted)]
    corrected = await post(f"/readings/{wrong.reading_id}/correction", {"value": 110, "why": "A digit too many"})
    assert (corrected.status_code, corrected.json()["used_units"]) == (201, 10)
    old = await get(f"/readings/{wrong.reading_id}")
    assert (old["state"], old["superseded_by"]) == ("superseded", corrected.json()["reading_id"])
    assert (old["review_why"], old["value"]) == ("A digit too many", 1010)
    twice = await post(f"/readings/{wrong.reading_id}/correction", {"value": 111, "why": "Again"})
    assert (twice.status_code, twice.json()["title"]) == (409, "Reading not in force")
    assert (await run_cycle())["total_cents"] == 9868
    billed = await post(f"/readings/{corrected.json()['reading_id']}/correction", {"value": 111, "why": "Again"})
    assert (billed.status_code, billed.json()["title"]) == (409, "Reading already billed")
    start = (await get("/readings", account_id=str(ADA.account_id)))["items"][-1]
    of_order = await post(f"/readings/{start['reading_id']}/correction", {"value": 1, "why": "No"})
    assert (of_order.status_code, of_order.json()["title"]) == (409, "Reading of field work")


async def test_what_accounts_told_twice_is_on_record_once(rooms: Rooms, get: Get) -> None:
    await rooms.tell(ADA.opened(), ADA.started())
    assert len((await get("/readings", account_id=str(ADA.account_id)))["items"]) == 1
    await rooms.tell(ADA.stopped(NOW.date(), 115), ADA.stopped(NOW.date(), 115))
    assert len((await get("/readings", account_id=str(ADA.account_id)))["items"]) == 2


async def test_pages_of_readings_follow_each_other(rooms: Rooms, get: Get) -> None:
    await rooms.tell(*(ADA.read(100 + n, NOW + timedelta(seconds=n)) for n in range(1, 5)))
    first = await get("/readings", account_id=str(ADA.account_id), limit=3)
    second = await get("/readings", account_id=str(ADA.account_id), limit=3, cursor=first["next_cursor"])
    assert [one["value"] for one in first["items"] + second["items"]] == [104, 103, 102, 101, 100]
    assert second["next_cursor"] is None
