"""The door answers what was declared: read, written once, in pages, with versions, and on the record."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from tests.rooms import Rooms, ServiceFactory
from tests.shared.desk import tower


@pytest.fixture
async def rooms(service: ServiceFactory) -> Rooms:
    return await service(tower)


async def write(client: httpx.AsyncClient, title: str, **more: Any) -> Any:
    """A note written by this client."""
    answer = await client.post("/notes", json={"title": title, **more}, headers={"Idempotency-Key": f"key of {title}"})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_carl_writes_a_note_and_rosa_reads_it_at_once(rooms: Rooms) -> None:
    carl, rosa = rooms.http("cashier"), rooms.http("csr")
    note = await write(carl, "first", due_on="2026-03-31")
    assert note["due_on"] == "2026-03-31"
    read = await rosa.get(f"/notes/{note['note_id']}")
    assert (read.status_code, read.json()) == (200, note)
    assert read.headers["etag"] == '"1"'
    assert (await rosa.get("/notes/latest")).json() == note, "a fixed segment goes before a parameter"
    assert (await rosa.get(f"/notes/{uuid4()}")).status_code == 404


async def test_what_carl_read_and_denise_changed_since_is_not_overwritten(rooms: Rooms) -> None:
    carl, denise = rooms.http("cashier"), rooms.http("supervisor")
    path = f"/notes/{(await write(carl, 'weighed'))['note_id']}/weight"
    hers = await denise.put(path, json={"title": "x", "weight": 7}, headers={"If-Match": '"1"'})
    assert (hers.status_code, hers.headers["etag"]) == (200, '"2"')
    his = await carl.put(path, json={"title": "x", "weight": 9}, headers={"If-Match": '"1"'})
    assert his.status_code == 412
    assert his.json()["type"] == "urn:curbstop:problem:note-changed-meanwhile"
    for untidy in ("1", 'W/"1"', '"1", "2"', '"one"'):
        answer = await carl.put(path, json={"title": "x", "weight": 9}, headers={"If-Match": untidy})
        assert (answer.status_code, answer.json()["field"]) == (422, "If-Match")
    assert (await carl.put(path, json={"title": "x", "weight": 9})).json()["weight"] == 9


async def test_rosa_turns_the_pages_of_a_list_while_carl_adds_to_it(rooms: Rooms) -> None:
    carl, rosa = rooms.http("cashier"), rooms.http("csr")
    for number in range(5):
        await write(carl, f"note {number}")
    titles: list[str] = []
    query: dict[str, Any] = {"limit": 2}
    while True:
        page = (await rosa.get("/notes", params=query)).json()
        titles += [note["title"] for note in page["items"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
        if len(titles) == 2:
            rooms.clock.turn(minutes=1)
            await write(carl, "note 5, added meanwhile")
    assert titles == [f"note {number}" for number in range(5)] + ["note 5, added meanwhile"]
    assert (await rosa.get("/notes", params={"title": ["note 1", "note 3"]})).json()["items"][1]["title"] == "note 3"


@pytest.mark.parametrize(
    "spoil", [lambda c: c[:-2], lambda c: "A" + c, lambda c: c.swapcase(), lambda _: "ä", lambda _: ""]
)
async def test_a_cursor_that_was_altered_is_no_cursor(rooms: Rooms, spoil: Any) -> None:
    await write(rooms.http("cashier"), "only")
    cursor = (await rooms.http("csr").get("/notes", params={"limit": 1})).json()["next_cursor"]
    answer = await rooms.http("csr").get("/notes", params={"cursor": spoil(cursor)})
    assert (answer.status_code, answer.json()["field"]) == (422, "cursor"), answer.text


async def test_a_deleted_note_is_answered_with_nothing(rooms: Rooms) -> None:
    carl = rooms.http("cashier")
    note = await write(carl, "short-lived")
    gone = await carl.delete(f"/notes/{note['note_id']}")
    assert (gone.status_code, gone.content) == (204, b"")
    assert "content-type" not in gone.headers
    assert (await carl.get(f"/notes/{note['note_id']}")).status_code == 404


async def test_ids_that_came_along_are_kept_and_insane_ones_are_not(rooms: Rooms) -> None:
    rosa = rooms.http("csr")
    sent = {"X-Request-Id": "till-7.31", "X-Correlation-Id": "story:1"}
    answer = await rosa.get("/notes", headers=sent)
    assert (answer.headers["x-request-id"], answer.headers["x-correlation-id"]) == ("till-7.31", "story:1")
    answer = await rosa.get("/notes", headers={"X-Request-Id": "a b\tc", "X-Correlation-Id": "x" * 65})
    assert UUID(answer.headers["x-request-id"])
    assert answer.headers["x-correlation-id"] == answer.headers["x-request-id"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"


async def test_who_wrote_and_who_read_a_secret_stays_on_the_record(rooms: Rooms) -> None:
    note = await write(rooms.http("cashier"), "secret")
    await rooms.http("csr").get(f"/notes/{note['note_id']}")
    read = await rooms.http("supervisor").get(f"/secrets/{note['note_id']}", headers={"X-Correlation-Id": "why-1"})
    assert read.status_code == 200
    denise = rooms.http("supervisor")
    entries = (await denise.get("/audit", params={"about": note["note_id"]})).json()["items"]
    assert [(entry["subject"], entry["action"]) for entry in entries] == [
        ("denise", "get_secret"), ("carl", "post_note"),
    ]  # fmt: skip
    assert entries[0]["correlation_id"] == "why-1"
    assert (await denise.get("/audit", params={"action": "list_audit"})).json()["items"], "reading it is recorded too"


@pytest.mark.parametrize("sql", ["UPDATE audit_log SET why = 'x'", "DELETE FROM audit_log", "TRUNCATE audit_log"])
async def test_nobody_changes_the_audit_log(rooms: Rooms, sql: str) -> None:
    await write(rooms.http("cashier"), "kept")
    with pytest.raises(asyncpg.RestrictViolationError):
        async with rooms.tx() as tx:
            await tx.execute(sql)


async def test_what_is_refused_leaves_no_trace(rooms: Rooms) -> None:
    carl = rooms.http("cashier")
    heavy = {"title": "too heavy", "weight": 100_001}
    refused = await carl.post("/notes", json=heavy, headers={"Idempotency-Key": "heavy"})
    assert refused.status_code == 409
    async with rooms.tx() as tx:
        left = [
            await tx.fetchval(f"SELECT count(*) FROM {table}") for table in ("notes", "audit_log", "idempotency_keys")
        ]
    assert left == [0, 0, 0]


async def test_what_fails_at_the_commit_was_never_answered_otherwise(rooms: Rooms) -> None:
    carl = rooms.http("cashier")
    answer = await carl.post("/pins", json={"note_id": str(uuid4())})
    assert (answer.status_code, answer.json()["rule"]) == (409, "Pin holds a note.")
    note = await write(carl, "pinned")
    assert (await carl.post("/pins", json={"note_id": note["note_id"]})).status_code == 201


async def test_two_who_are_in_each_others_way_both_get_their_way(rooms: Rooms) -> None:
    carl = rooms.http("cashier")
    one, other = [(await write(carl, title))["note_id"] for title in ("one", "other")]
    answers = await asyncio.gather(
        carl.post(f"/notes/{one}/exchange/{other}"), carl.post(f"/notes/{other}/exchange/{one}")
    )
    assert [answer.status_code for answer in answers] == [200, 200], "a deadlock is tried once more"
    weights = [(await carl.get(f"/notes/{note_id}")).json()["weight"] for note_id in (one, other)]
    assert weights == [2, 2]
