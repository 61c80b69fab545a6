"""Maria's brother is on a ventilator: nobody shuts her water off, everybody sees that, and few see why."""

from typing import Any

from shared.events.accounts import AccountProtected, ProtectionEnded, ServiceOrderNotCompleted
from tests.accounts.conftest import Json, Post, kinds, opened, the_order
from tests.accounts.crew import TODAY, at_the_door, at_the_valve, completion, off_since
from tests.rooms import Rooms

LETTER = "Letter of Dr. Chen, March 1: ventilator"


async def protected(post: Post, account: Json, **more: str) -> Any:
    """Rosa takes the doctor's letter."""
    form = {"kind": "life_support", "through_on": "2026-04-30", "evidence": LETTER} | more
    return await post(f"/accounts/{account['account_id']}/protections", form)


async def test_a_protected_customer_is_not_shut_off(rooms: Rooms, post: Post, maria: Json) -> None:
    assert (await protected(post, maria)).status_code == 201
    path = f"/orders/{(await the_order(rooms))['order_id']}/schedule"
    refused = await post(path, TODAY)
    assert (refused.status_code, refused.json()["title"]) == (409, "Customer is protected")
    assert refused.json()["facts"]["protected_through"] == "2026-04-30"
    assert (await post(path, TODAY | {"scheduled_on": "2026-05-01"})).status_code == 200


async def test_a_crew_under_way_comes_back(rooms: Rooms, post: Post, maria: Json) -> None:
    path = await at_the_door(rooms, post)
    await rooms.news()
    await protected(post, maria)
    back, told = await rooms.news()
    assert isinstance(back, ServiceOrderNotCompleted)
    assert back.reason_code == "customer_protected"
    assert isinstance(told, AccountProtected)
    assert (str(told.from_on), str(told.through_on)) == ("2026-03-02", "2026-04-30")
    assert (await post(f"{path}/call-ins", role="field")).status_code == 409
    assert (await the_order(rooms))["state"] == "requested"


async def test_a_crew_at_the_valve_with_both_confirmations_does_not_shut_off(
    rooms: Rooms, post: Post, maria: Json
) -> None:
    path = await at_the_valve(rooms, post)
    await protected(post, maria)
    assert (await completion(rooms, post, path)).status_code == 409
    assert await off_since(rooms, maria) is None


async def test_when_it_ends_the_order_goes_its_way_again(rooms: Rooms, post: Post, maria: Json) -> None:
    protection = (await protected(post, maria)).json()["protection_id"]
    ended = await post(f"/protections/{protection}/end", {"reason_code": "moved_away"}, role="senior")
    assert ended.status_code == 204
    assert isinstance((await rooms.news())[-1], ProtectionEnded)
    again = await post(f"/protections/{protection}/end", {"reason_code": "moved_away"}, role="senior")
    assert again.json()["title"] == "Protection already ended"
    await at_the_valve(rooms, post)

    await protected(post, maria, from_on="2026-03-02", through_on="2026-03-03")
    order = f"/orders/{(await the_order(rooms))['order_id']}"
    assert (await post(f"{order}/schedule", TODAY)).status_code == 409
    rooms.clock.turn(days=2)
    assert (await post(f"{order}/schedule", TODAY | {"scheduled_on": "2026-03-04"})).status_code == 200
    assert (await post(f"{order}/dispatch")).json()["state"] == "scheduled", "the books are asked first, as ever"


async def test_people_see_a_flag_and_not_the_medical_detail(rooms: Rooms, post: Post) -> None:
    [account] = await opened(post)
    await protected(post, account, from_on="2026-03-05")
    path = f"/accounts/{account['account_id']}"
    assert (await rooms.http("csr").get(path)).json()["protected_through"] is None
    rooms.clock.turn(days=4)
    seen = await rooms.http("cashier").get(path)
    assert seen.json()["protected_through"] == "2026-04-30"
    assert "ventilator" not in seen.text
    assert "life_support" not in seen.text
    then = (await rooms.http("csr").get(path, params={"as_of": "2026-03-04"})).json()
    assert then["protected_through"] is None
    for role in ("csr", "cashier", "billing", "field", "licensing", "service"):
        assert (await rooms.http(role).get(f"{path}/protections")).status_code == 403
    [whole] = (await rooms.http("supervisor").get(f"{path}/protections")).json()["protections"]
    assert (whole["kind"], whole["evidence"]) == ("life_support", LETTER)
    audit = (await rooms.http("supervisor").get("/audit", params={"action": "list_protections"})).json()["items"]
    assert [entry["about"] for entry in audit] == [account["account_id"]]
    told = " ".join(str(fact) for fact in await rooms.said())
    assert "ventilator" not in told
    assert "life_support" not in told


async def test_a_protection_that_cannot_be(post: Post) -> None:
    [account] = await opened(post)
    backward = await protected(post, account, from_on="2026-05-01")
    assert (backward.status_code, backward.json()["field"]) == (422, "through_on")
    nobody = await protected(post, {"account_id": "019a0000-0000-7000-8000-000000000001"})
    assert nobody.json()["title"] == "Account unknown"
    unknown = await post("/protections/019a0000-0000-7000-8000-000000000001/end", {"reason_code": "x"}, role="senior")
    assert unknown.json()["title"] == "Protection unknown"


DOG: Json = {
    "facts": "On February 27 he set a dog on the meter reader; report 26-118.", "measures": ["two_person_crew"],
    "review_on": "2026-06-01",
}  # fmt: skip


async def test_a_safety_flag_is_set_by_a_supervisor_and_crews_see_the_measures(rooms: Rooms, post: Post) -> None:
    [account] = await opened(post)
    path = f"/accounts/{account['account_id']}"
    before = await rooms.said()
    for role in ("csr", "senior", "billing", "field"):
        assert (await post(f"{path}/safety-flags", DOG, role=role)).status_code == 403
        assert (await rooms.http(role).get(f"{path}/safety-flags")).status_code == 403
    flag = await post(f"{path}/safety-flags", DOG, role="supervisor")
    assert flag.status_code == 201, flag.text
    assert await rooms.said() == before, "never in events"
    assert "dog" not in (await rooms.http("licensing").get(path)).text
    for role in ("csr", "cashier", "field"):
        measures = await rooms.http(role).get(f"{path}/safety-measures")
        assert (measures.json()["measures"], "dog" in measures.text) == (["two_person_crew"], False)
    for role in ("licensing", "billing", "service"):
        assert (await rooms.http(role).get(f"{path}/safety-measures")).status_code == 403
    order = await post("/orders", {"kind": "reread", "agreement_id": account["services"][0]["agreement_id"]})
    await post(f"/orders/{order.json()['order_id']}/schedule", TODAY)
    sheet = await rooms.http("field").get("/crew-sheets", params={"crew": "Crew 7", "on": "2026-03-02"})
    assert [one["safety_measures"] for one in sheet.json()["orders"]] == [["two_person_crew"]]
    [whole] = (await rooms.http("supervisor").get(f"{path}/safety-flags")).json()["flags"]
    assert (whole["facts"], whole["ended_at"]) == (DOG["facts"], None)
    audit = (await rooms.http("supervisor").get("/audit", params={"action": "list_safety_flags"})).json()["items"]
    assert [entry["about"] for entry in audit] == [account["account_id"]]
    assert not [kind for kind in kinds(await rooms.said()) if "Safety" in kind]


async def test_a_safety_flag_lapses_by_itself_and_can_be_lifted(rooms: Rooms, post: Post) -> None:
    [account] = await opened(post)
    path = f"/accounts/{account['account_id']}/safety-flags"
    await post(path, DOG, role="supervisor")
    twice = await post(path, DOG, role="supervisor")
    assert (twice.status_code, twice.json()["title"]) == (409, "Flag stands already")
    rooms.clock.turn(days=91)
    await rooms.strike()
    [lapsed] = (await rooms.http("supervisor").get(path)).json()["flags"]
    assert (lapsed["end_reason"], lapsed["ended_by"]) == ("review_date_passed", "service:accounts")

    late = await post(path, DOG, role="supervisor")
    assert (late.status_code, late.json()["field"]) == (422, "review_on")
    second = (await post(path, DOG | {"review_on": "2026-09-01"}, role="supervisor")).json()["flag_id"]
    assert (await post(f"{path}/{second}/end", {"reason_code": "dog_is_gone"}, role="supervisor")).status_code == 204
    gone = await post(f"{path}/{second}/end", {"reason_code": "dog_is_gone"}, role="supervisor")
    assert (gone.status_code, gone.json()["title"]) == (404, "Flag unknown")
    measures = await rooms.http("field").get(f"/accounts/{account['account_id']}/safety-measures")
    assert measures.json()["measures"] == []
