"""A crew finds a bypass behind a seal that was cut: few may know, and it is on the record who looked."""

from shared.events.accounts import FieldWorkProgressed
from tests.accounts.conftest import Post
from tests.accounts.test_field_work_api import asked_for, done, sent_out
from tests.rooms import Rooms

FOUND = {"finding_code": "meter_bypassed", "evidence": ["photo 17", "seal 4411"]}


async def test_what_a_tamper_check_found_is_read_by_few_and_on_the_record(rooms: Rooms, post: Post) -> None:
    """The first visit finds a locked door and a cut seal; the second one the bypass."""
    order = await asked_for(post, "tamper_check")
    path = await sent_out(post, order)
    locked = {"ended_at": "2026-03-02T15:00:00Z", "crew": "Crew 7", "reason_code": "locked_by_customer",
              "evidence": ["seal 4410"]}  # fmt: skip
    failed = await post(f"{path}/failure", locked, role="field")
    assert failed.status_code == 200, failed.text
    await sent_out(post, order)
    answers = [failed, await done(post, path, **FOUND)]
    answers += [await rooms.http(role).get(path) for role in ("csr", "billing", "field", "service", "supervisor")]
    answers.append(await rooms.http("csr").get("/orders", params={"kind": "tamper_check"}))
    answers.append(await rooms.http("csr").get(f"/accounts/{order['account_id']}", params={"as_of": "2026-03-02"}))
    for answer in answers:
        assert answer.status_code == 200, answer.text
        assert not [word for word in ("bypass", "photo 17", "seal 44") if word in answer.text]
    assert answers[1].json()["history"][-1]["details"]["findings"] == "restricted"

    for role in ("csr", "cashier", "billing", "field", "licensing", "service"):
        assert (await rooms.http(role).get(f"{path}/findings")).status_code == 403
    seen = await rooms.http("senior").get(f"{path}/findings")
    first, second = seen.json()["findings"]
    assert (first["state"], first["finding_code"], first["evidence"]) == ("not_completed", None, ["seal 4410"])
    assert {name: second[name] for name in FOUND} == FOUND
    audit = (await rooms.http("supervisor").get("/audit", params={"action": "get_order_findings"})).json()["items"]
    assert [entry["about"] for entry in audit] == [order["order_id"]]
    everything = (await rooms.http("supervisor").get("/audit")).text
    told = [fact for fact in await rooms.said() if isinstance(fact, FieldWorkProgressed)]
    assert "not_completed" in [fact.state for fact in told]
    for text in (everything, str(await rooms.said())):
        assert not [word for word in ("bypass", "photo 17", "seal 44", "locked_by_customer") if word in text]


async def test_other_work_has_no_restricted_findings(rooms: Rooms, post: Post) -> None:
    order = await asked_for(post, "leak_check")
    await done(post, await sent_out(post, order), finding_code="leak_behind_meter")
    seen = (await rooms.http("supervisor").get(f"/orders/{order['order_id']}/findings")).json()
    assert (seen["kind"], seen["findings"]) == ("leak_check", [])
    missing = await rooms.http("supervisor").get("/orders/019a0000-0000-7000-8000-000000000001/findings")
    assert missing.json()["title"] == "Order unknown"
