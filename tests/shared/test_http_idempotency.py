"""The same request sent twice is done once, and each time it gets the first answer."""

import asyncio
from typing import Any

import pytest

from shared.http.forgetting import Forgetting
from shared.http.idempotency import KEPT_DAYS
from tests.rooms import Rooms, ServiceFactory
from tests.shared.desk import tower

_SOMEBODY_WAITS = "SELECT count(*) FROM pg_locks WHERE locktype = 'relation' AND NOT granted"


@pytest.fixture
async def rooms(service: ServiceFactory) -> Rooms:
    return await service(tower)


async def post(rooms: Rooms, key: str | None, title: str = "one", who: str = "cashier", weight: int = 1) -> Any:
    """What carl, or somebody else, is answered when he writes a note under a key."""
    headers = {} if key is None else {"Idempotency-Key": key}
    return await rooms.http(who).post("/notes", json={"title": title, "weight": weight}, headers=headers)


async def _count(rooms: Rooms) -> int:
    async with rooms.tx() as tx:
        return int(await tx.fetchval("SELECT count(*) FROM notes"))


async def test_carls_line_drops_and_he_sends_it_again(rooms: Rooms) -> None:
    first, again = await post(rooms, "k1"), await post(rooms, "k1")
    assert (again.status_code, again.content, again.headers["etag"]) == (201, first.content, first.headers["etag"])
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    assert await _count(rooms) == 1


async def test_a_key_is_for_one_request_only(rooms: Rooms) -> None:
    await post(rooms, "k1")
    other = await post(rooms, "k1", title="another")
    assert other.status_code == 422
    assert other.json()["type"] == "urn:curbstop:problem:idempotency-key-used-otherwise"
    assert await _count(rooms) == 1


async def test_denise_may_use_the_key_that_carl_used(rooms: Rooms) -> None:
    await post(rooms, "k1")
    hers = await post(rooms, "k1", title="hers", who="supervisor")
    assert (hers.status_code, hers.json()["title"]) == (201, "hers")


@pytest.mark.parametrize("key", [None, "", " ", "x" * 256, "caf\u00e9"])
async def test_a_post_that_opens_work_needs_a_key(rooms: Rooms, key: str | None) -> None:
    headers = [] if key is None else [(b"Idempotency-Key", key.encode("latin-1"))]
    answer = await rooms.http("cashier").post("/notes", json={"title": "x"}, headers=headers)
    assert (answer.status_code, answer.json()["field"]) == (422, "Idempotency-Key")
    assert "same key" in answer.json()["remedy"]


async def test_what_was_refused_may_be_corrected_under_the_same_key(rooms: Rooms) -> None:
    assert (await post(rooms, "k1", weight=100_001)).status_code == 409
    assert (await post(rooms, "k1", weight=100)).status_code == 201


async def test_twenty_at_once_are_one_note(rooms: Rooms) -> None:
    answers = await asyncio.gather(*(post(rooms, "same") for _ in range(20)))
    assert {answer.status_code for answer in answers} <= {201, 409}
    done = [answer for answer in answers if answer.status_code == 201]
    assert len({answer.content for answer in done}) == 1
    assert sum("idempotency-replayed" not in answer.headers for answer in done) == 1
    waiting = [answer for answer in answers if answer.status_code == 409]
    assert all(answer.headers["retry-after"] == "1" for answer in waiting)
    assert await _count(rooms) == 1


async def test_while_the_first_is_running_the_second_is_told_to_wait(rooms: Rooms) -> None:
    async with rooms.tx() as tx:
        await tx.execute("LOCK TABLE notes IN ACCESS EXCLUSIVE MODE")
        first = asyncio.create_task(post(rooms, "slow"))
        async with rooms.tx() as looking:
            while not await looking.fetchval(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'relation' AND NOT granted"
            ):
                pass
        second = await post(rooms, "slow")
        assert second.status_code == 409
        assert second.json()["type"] == "urn:curbstop:problem:still-at-it"
    assert (await first).status_code == 201


async def test_keys_are_kept_a_week(rooms: Rooms) -> None:
    await post(rooms, "old", title="old")
    rooms.clock.turn(days=KEPT_DAYS - 1)
    await post(rooms, "young", title="young")
    rooms.clock.turn(days=1, minutes=1)
    assert await Forgetting(rooms.database).forget_old() == 1
    assert "idempotency-replayed" in (await post(rooms, "young", title="young")).headers
