"""What a biller does with readings that stand out: the list of work, and the four ways out of it."""

from datetime import timedelta
from typing import Any

from services.billing import commands
from shared.events.accounts import FieldReadingTaken
from shared.events.billing import ReadingAccepted, RereadRequested
from shared.ids import MeterId, OrderId, ServicePointId, new_id
from tests.billing.conftest import Get, Post, RunCycle
from tests.billing.town import ADA, BEN, CLEO, NOW, Person
from tests.rooms import Rooms


async def _usual(rooms: Rooms, person: Person, monthly: int = 10) -> None:
    """Half a year of usual use, read every thirty days; the last time a month ago."""
    moved_in = (NOW - timedelta(days=210)).date()
    await rooms.tell(person.opened(), person.started(started_on=moved_in))
    reads = [person.read(100 + n * monthly, NOW - timedelta(days=210 - 30 * n)) for n in range(1, 7)]
    await rooms.tell(*reads)
    await rooms.news()


async def _waiting(get: Get, **query: Any) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await get("/reading-exceptions", **query))["items"]
    return items


async def _resolve(post: Post, *resolutions: dict[str, Any], role: str = "billing") -> Any:
    answered = await post("/reading-exceptions/resolutions", {"resolutions": list(resolutions)}, role=role)
    assert answered.status_code == 201, answered.text
    return answered.json()


async def test_the_list_shows_why_beside_what_and_the_use_of_a_year(rooms: Rooms, get: Get) -> None:
    """Cleo uses ten a month; her meter says a hundred and ten more."""
    assert await _waiting(get) == []
    await _usual(rooms, CLEO)
    await rooms.tell(CLEO.read(270))
    [one] = await _waiting(get, flag="very_high", cycle="C1")
    assert (one["meter_serial"], one["holder_name"], one["value"]) == (CLEO.meter_serial, CLEO.name, 270)
    assert [(reason["flag"], reason["words"][:4]) for reason in one["reasons"]] == [("very_high", "Very")]
    assert (one["used"], one["days_count"], one["per_day"]) == (110, 30, "3.67")
    assert one["reference"] == {"kind": "last_periods", "used": 10, "days_count": 30, "per_day": "0.33"}
    assert one["percent_of_reference"] == 1100
    assert (one["thresholds"]["very_high_percent"], one["thresholds"]["high_floor_per_day"]["hcf"]) == (400, 1)
    assert [(bar["used"], bar["marked"]) for bar in one["months"]] == [*[(10, False)] * 6, (110, True)]
    assert await _waiting(get, flag="zero") == await _waiting(get, cycle="C9") == []


async def test_four_ways_out_in_one_call(rooms: Rooms, post: Post, get: Get) -> None:
    """Ada's leak is real, Ben's eight was a three, Cleo's dog kept the reader away, Dan's meter is read again."""
    dan = Person("Dan Ruiz", 1004)
    people = (ADA, BEN, CLEO, dan)
    for person in (CLEO, dan):
        await _usual(rooms, person)
    await rooms.tell(ADA.read(90), BEN.read(90), CLEO.read(380), dan.read(380))
    waiting = {one["meter_serial"]: one["reading_id"] for one in await _waiting(get)}
    ada, ben, cleo, dans = (waiting[person.meter_serial] for person in people)
    await rooms.news()
    answer = await _resolve(
        post,
        {"reading_id": ada, "way": "accept", "why": "The first one was an estimate"},
        {"reading_id": ben, "way": "correct", "value": 103, "why": "An eight for a three"},
        {"reading_id": cleo, "way": "estimate", "why": "The dog"},
        {"reading_id": dans, "way": "reread", "why": "The glass is fogged"},
        {"reading_id": str(new_id()), "way": "accept", "why": "A number from a note"},
    )
    stands = [(one["way"], one["stands"]["state"], one["stands"]["value"]) for one in answer["resolved"]]
    assert stands == [
        ("accept", "accepted", 90), ("correct", "accepted", 103), ("estimate", "accepted", 170),
        ("reread", "flagged", 380),
    ]  # fmt: skip
    assert [(one["place"], one["rule"]) for one in answer["refused"]] == [(4, "A reading is known by its id.")]
    said = await rooms.news()
    assert [type(fact) for fact in said] == [ReadingAccepted] * 3 + [RereadRequested]
    assert [fact.account_id for fact in said if isinstance(fact, RereadRequested)] == [dan.account_id]
    assert [one["reading_id"] for one in await _waiting(get)] == [dans]
    async with rooms.tx() as tx:
        rows = await tx.fetch("SELECT action, about, why FROM audit_log WHERE why IS NOT NULL ORDER BY audit_id")
    assert [(row["action"], row["about"], row["why"]) for row in rows] == [
        ("reading.accepted", ada, "The first one was an estimate"),
        ("reading.corrected", ben, "An eight for a three"),
        ("reading.estimated", cleo, "The dog"),
        ("reading.reread_requested", dans, "The glass is fogged"),
    ]


async def test_only_who_may_review_resolves(rooms: Rooms, post: Post, get: Get) -> None:
    await rooms.tell(ADA.read(90))
    [one] = await _waiting(get)
    body = {"resolutions": [{"reading_id": one["reading_id"], "way": "accept", "why": "I say so"}]}
    assert (await post("/reading-exceptions/resolutions", body, role="csr")).status_code == 403
    alone = {"resolutions": [{"reading_id": one["reading_id"], "way": "correct", "why": "It was wrong"}]}
    refused = await post("/reading-exceptions/resolutions", alone)
    assert (refused.status_code, refused.json()["title"]) == (422, "Value missing")


async def test_what_a_crew_reads_again_takes_the_place_of_what_waited(rooms: Rooms, post: Post, get: Get) -> None:
    """Cleo's 380 waits; the crew reads 171 the day after, and the whole chain shows who said what."""
    await _usual(rooms, CLEO)
    await rooms.tell(CLEO.read(380, NOW - timedelta(days=1)))
    [one] = await _waiting(get)
    asked = {"reading_id": one["reading_id"], "way": "reread", "why": "Not in this house"}
    await _resolve(post, asked)
    twice = await post("/reading-exceptions/resolutions", {"resolutions": [asked]})
    assert (twice.status_code, twice.json()["title"]) == (409, "Reread already asked")
    await rooms.tell(_read_by_crew(CLEO, 171, "reread"), _read_by_crew(BEN, 105, "private"))
    assert await _waiting(get) == []
    chain = (await get(f"/readings/{one['reading_id']}"))["chain"]
    assert [(link["value"], link["state"], link["source"]) for link in chain] == [
        (380, "superseded", "head_end"), (171, "accepted", "field"),
    ]  # fmt: skip
    assert chain[0]["review_why"] == "The meter was read again"
    assert chain == (await get(f"/readings/{chain[1]['reading_id']}"))["chain"]
    assert len((await get("/readings", account_id=str(BEN.account_id)))["items"]) == 1, "a private one is not billed"


async def test_a_correction_of_a_correction_is_one_chain(rooms: Rooms, post: Post, get: Get) -> None:
    await rooms.tell(ADA.read(190))
    [first] = [fact for fact in await rooms.news() if isinstance(fact, ReadingAccepted)]
    second = (await post(f"/readings/{first.reading_id}/correction", {"value": 119, "why": "Turned round"})).json()
    third = (await post(f"/readings/{second['reading_id']}/correction", {"value": 109, "why": "A zero"})).json()
    for reading_id in (first.reading_id, second["reading_id"], third["reading_id"]):
        chain = (await get(f"/readings/{reading_id}"))["chain"]
        assert [link["value"] for link in chain] == [190, 119, 109]
        assert [link["review_why"] for link in chain] == ["Turned round", "A zero", None]


async def test_a_meter_nobody_could_read_is_guessed_billed_as_a_guess_and_set_right(
    rooms: Rooms, post: Post, get: Get, tariff: None, run_cycle: RunCycle
) -> None:
    """Ada uses ten a month. Nobody gets in, 20 are guessed for two months; then 112 are read: 2 since the guess."""
    moved_in = (NOW - timedelta(days=90)).date()
    await rooms.tell(CLEO.opened("C2"), CLEO.started(started_on=moved_in, billing_cycle="C2"))
    await rooms.tell(CLEO.read(110, NOW - timedelta(days=60)))
    body = {"meter_serials": [CLEO.meter_serial, "X-9"], "read_at": NOW.isoformat()}
    answer = (await post("/readings/estimates", body)).json()
    assert [(one["value"], one["used_units"], one["state"]) for one in answer["taken"]] == [(130, 20, "accepted")]
    assert [(one["place"], one["field"]) for one in answer["refused"]] == [(1, "meter_serials")]
    run = await run_cycle("2026-01-01", "2026-03-31", "C2")
    assert run["issued_count"] == 1
    [bill] = (await get("/bills", job_id=run["job_id"]))["items"]
    shown = await get(f"/bills/{bill['bill_id']}")
    assert "estimated" in str(shown)
    rooms.clock.turn(days=30)
    await rooms.tell(CLEO.read(132, NOW + timedelta(days=30)))
    items = (await get("/readings", account_id=str(CLEO.account_id)))["items"]
    [actual] = [one for one in items if one["value"] == 132]
    assert (actual["used_units"], actual["state"], actual["quality"]) == (2, "accepted", "actual")


async def test_nothing_is_guessed_from_nothing(rooms: Rooms, post: Post) -> None:
    body = {"meter_serials": [ADA.meter_serial], "read_at": NOW.isoformat()}
    refused = await post("/readings/estimates", body)
    assert (refused.status_code, refused.json()["title"]) == (409, "Nothing to estimate from")


async def test_peers_are_looked_at_where_a_customer_has_no_history(rooms: Rooms, post: Post, get: Get) -> None:
    """Twenty households were read in March; the one that has just moved in is compared with them."""
    town = [Person(f"Neighbor {n}", 2_000 + n) for n in range(20)]
    for person in town:
        await rooms.tell(person.opened(), person.started())
    await rooms.tell(*(person.read(105 + n % 7) for n, person in enumerate(town)))
    async with rooms.tx() as tx:
        await commands.find_peers(tx, [])
    await rooms.tell(ADA.read(190))
    [one] = await _waiting(get)
    assert [reason["flag"] for reason in one["reasons"]] == ["very_high"]
    assert one["reference"] == {"kind": "peers", "used": 8, "days_count": 30, "per_day": "0.27"}
    guessed = await _resolve(post, {"reading_id": one["reading_id"], "way": "estimate", "why": "A misread"})
    assert guessed["resolved"][0]["stands"]["value"] == 108


def _read_by_crew(person: Person, value: int, purpose: Any) -> FieldReadingTaken:
    return FieldReadingTaken(
        account_id=person.account_id, order_id=OrderId(new_id()), service_point_id=ServicePointId(new_id()),
        agreement_id=person.agreement_id, purpose=purpose, meter_id=MeterId(new_id()),
        meter_serial=person.meter_serial, value=value, read_at=NOW,
    )  # fmt: skip
