"""Somebody holds a transaction open: what others commit flows on, and what he commits at last arrives too."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from random import Random
from typing import Any

import pytest

from shared.auth import Actor
from shared.ids import AccountId, new_id
from shared.postgres import Cause, Tx, connect
from tests.broken.pair import Pair, after_some_commits, pair_on, raise_versions
from town.ground import Ground
from town.issuer import Issuer

HELD_SECONDS = 3.0
"""Several marks of the relay: it must not take what is open for what was rolled back."""

pytestmark = pytest.mark.broken


async def test_a_write_transaction_stays_open_for_seconds(ground: Ground, issuer: Issuer) -> None:
    """Its facts have low numbers and come last; nobody waits for them, and nobody passes them over."""
    async with pair_on(ground, issuer) as pair:
        late = [AccountId(new_id()) for _ in range(3)]
        async with session(pair, "teller") as connection, connection.transaction():
            running = pair.town.running["teller"]
            tx = Tx(connection, Actor.service("teller"), Cause("held"), running.clock, settings=pair.town.settings)
            await raise_versions(tx, late)
            await pair.tell_until(for_seconds(HELD_SECONDS), Random(11))
            await pair.until_heard()
            assert not set(late) & (await pair.heard()).keys()
        await pair.tell_until(after_some_commits(pair), Random(12))
        await pair.check()
        assert set(late) <= (await pair.heard()).keys()


async def test_a_snapshot_is_held_for_the_whole_run(ground: Ground, issuer: Issuer) -> None:
    """Somebody's report reads both databases for ever: nothing can be vacuumed, and everything goes on as ever."""
    async with pair_on(ground, issuer) as pair, snapshot(pair, "teller") as before, snapshot(pair, "ledger") as after:
        await pair.tell_until(after_some_commits(pair, 2_000), Random(13))
        await pair.check()
        assert await before.fetchval("SELECT count(*) FROM outbox") == 0
        assert await after.fetchval("SELECT count(*) FROM lines") == 0


@asynccontextmanager
async def session(pair: Pair, service: str) -> AsyncIterator[Any]:
    """A session of somebody who is allowed to dawdle, as a person at psql is."""
    url = pair.town.settings.database_url(service)
    connection = await connect(url, "a person at psql", idle_in_transaction_ms=0, statement_timeout_ms=60_000)
    try:
        yield connection
    finally:
        connection.terminate()


@asynccontextmanager
async def snapshot(pair: Pair, service: str) -> AsyncIterator[Any]:
    """A session that sees the database as it is now, until it ends."""
    reading = {"isolation": "repeatable_read", "readonly": True}
    async with session(pair, service) as connection, connection.transaction(**reading):
        await connection.fetchval("SELECT count(*) FROM inbox")
        yield connection


def for_seconds(seconds: float) -> Callable[[], bool]:
    """Enough, when so much time has passed."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    return lambda: loop.time() >= end
