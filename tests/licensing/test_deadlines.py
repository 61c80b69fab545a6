"""What time ends: an application nobody answered, a license whose year is over."""

from typing import Any

from shared.events import Fact
from shared.events.licensing import ApplicationAbandoned, LicenseExpired
from tests.licensing.conftest import Filed, Post, posted, reversed_
from tests.licensing.dog import answers
from tests.rooms import Rooms

ASKED = {"items": [{"requirement": "rabies_cover"}]}


async def news(rooms: Rooms) -> list[type[Fact]]:
    return [type(fact) for fact in await rooms.news()]


async def page(rooms: Rooms, application_id: str) -> dict[str, Any]:
    found: dict[str, Any] = (await rooms.http("csr").get(f"/applications/{application_id}")).json()
    return found


async def test_nobody_answers_and_the_application_is_abandoned_the_day_after(
    rooms: Rooms, post: Post, filed: Filed
) -> None:
    rex = await filed(rabies_immune_until="2026-05-31")
    await post(f"/applications/{rex}/corrections", ASKED)
    await rooms.news()
    rooms.clock.turn(days=30)
    await rooms.strike()
    assert await news(rooms) == [], "April 1 is still a day to answer on"
    rooms.clock.turn(hours=14)
    assert await rooms.strike() == 1
    [abandoned] = await rooms.news()
    assert isinstance(abandoned, ApplicationAbandoned)
    assert (await page(rooms, rex))["state"] == "abandoned"
    assert await rooms.strike() == 0
    late = await post(f"/applications/{rex}/resubmission", {"answers": answers()}, role="csr")
    assert late.status_code == 409


async def test_the_clock_does_not_run_while_the_city_holds_the_file(rooms: Rooms, post: Post, filed: Filed) -> None:
    rex = await filed(rabies_immune_until="2026-05-31")
    await post(f"/applications/{rex}/corrections", ASKED)
    rooms.clock.turn(days=29)
    await post(f"/applications/{rex}/resubmission", {"answers": answers()}, role="csr")
    rooms.clock.turn(days=90)
    assert await rooms.strike() == 0
    assert (await page(rooms, rex))["state"] == "resubmitted"
    again = (await post(f"/applications/{rex}/corrections", {"items": []})).json()
    assert again["respond_by"] == "2026-07-29", "thirty days anew"
    assert (await page(rooms, rex))["items"][0]["due_on"] == "2026-07-29"


async def test_a_license_expires_once_when_its_year_is_over(rooms: Rooms, post: Post, filed: Filed) -> None:
    biscuit, rex = [(await post(f"/applications/{await filed()}/approval")).json() for _ in range(2)]
    bounced = posted(rex)
    await rooms.tell(posted(biscuit), bounced)
    await rooms.tell(reversed_(bounced))
    number = (await page(rooms, biscuit["application_id"]))["license"]["license_number"]
    await rooms.news()
    rooms.clock.turn(days=335)
    assert await rooms.strike() == 0
    assert (await rooms.http("field").get(f"/license-status/{number}")).json() == {"status": "valid"}
    rooms.clock.turn(days=1)
    assert (await rooms.http("field").get(f"/license-status/{number}")).json() == {"status": "not valid"}
    assert await rooms.strike() == 2
    facts = await rooms.news()
    assert [type(fact) for fact in facts] == [LicenseExpired, LicenseExpired]
    assert {str(fact.expired_on) for fact in facts if isinstance(fact, LicenseExpired)} == {"2027-01-31"}
    assert (await page(rooms, biscuit["application_id"]))["license"]["state"] == "expired"


async def test_clocks_turned_far_at_once_strike_in_order(rooms: Rooms, post: Post, filed: Filed) -> None:
    rex, biscuit = await filed(rabies_immune_until="2026-05-31"), await filed()
    await post(f"/applications/{rex}/corrections", ASKED)
    await rooms.tell(posted((await post(f"/applications/{biscuit}/approval")).json()))
    await rooms.news()
    rooms.clock.turn(days=400)
    assert await rooms.strike() == 2
    assert await news(rooms) == [ApplicationAbandoned, LicenseExpired]
