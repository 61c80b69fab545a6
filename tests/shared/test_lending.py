"""Connections are lent to whoever asks, handed to whoever waits longest, and none is ever lost."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from shared.lending import Lending
from town.ground import Ground
from town.postgres import database_url

CONNECTIONS_MAX = 3
_IS_ASLEEP = "SELECT wait_event = 'PgSleep' FROM pg_stat_activity WHERE pid = $1"


@pytest.fixture
async def lending(ground: Ground) -> AsyncIterator[Lending]:
    pool = await asyncpg.create_pool(database_url(ground.postgres, "postgres"), min_size=1, max_size=CONNECTIONS_MAX)
    lent = Lending(pool, CONNECTIONS_MAX, seconds_max=60)
    yield lent
    await lent.close()
    await asyncio.wait_for(pool.close(), 5)


async def _process_id(lending: Lending) -> Any:
    async with lending.lend() as connection:
        await connection.fetchval("SELECT pg_sleep(0.002)")
        return connection.get_server_pid()


async def test_two_hundred_views_share_three_connections(lending: Lending) -> None:
    asked = await asyncio.gather(*(_process_id(lending) for _ in range(200)))
    assert len(set(asked)) <= CONNECTIONS_MAX


async def test_what_comes_back_goes_to_whoever_waits_longest(lending: Lending) -> None:
    held = [await lending.take() for _ in range(CONNECTIONS_MAX)]
    first, second = asyncio.create_task(lending.take()), asyncio.create_task(lending.take())
    await asyncio.sleep(0)
    lending.give(held[0])
    assert await first is held[0]
    lending.give(held[1])
    assert await second is held[1]
    for connection in held:
        lending.give(connection)


async def test_whoever_waits_too_long_is_told_so_and_takes_nothing_along(lending: Lending) -> None:
    impatient = Lending(lending.pool, CONNECTIONS_MAX, seconds_max=0.01)
    held = [await lending.pool.acquire() for _ in range(CONNECTIONS_MAX)]
    with pytest.raises(TimeoutError):
        await impatient.take()
    for connection in held:
        await lending.pool.release(connection)
    again = [await lending.take() for _ in range(CONNECTIONS_MAX)]
    assert len(set(map(id, again))) == CONNECTIONS_MAX
    for connection in again:
        await lending.give_back(connection)


async def test_a_connection_handed_to_somebody_who_left_goes_to_the_next(lending: Lending) -> None:
    held = [await lending.take() for _ in range(CONNECTIONS_MAX)]
    left, stays = asyncio.create_task(lending.take()), asyncio.create_task(lending.take())
    await asyncio.sleep(0)
    lending.give(held[0])
    left.cancel()
    assert await stays is held[0]
    with pytest.raises(asyncio.CancelledError):
        await left
    for connection in held:
        lending.give(connection)


async def test_a_connection_that_broke_is_mended_by_the_pool(lending: Lending) -> None:
    for _ in range(CONNECTIONS_MAX * 2):
        with pytest.raises(asyncpg.PostgresError):
            async with lending.lend() as connection:
                await connection.fetchval("SELECT 1 / 0")
    async with lending.lend() as one, lending.lend() as other:
        await one.fetchval("SELECT pg_terminate_backend($1)", other.get_server_pid())
    for _ in range(CONNECTIONS_MAX * 2):
        assert await _process_id(lending)


async def test_after_a_cancelled_statement_the_connection_works(lending: Lending) -> None:
    processes: asyncio.Queue[int] = asyncio.Queue()

    async def sleep_in_the_database() -> None:
        async with lending.lend() as connection:
            processes.put_nowait(connection.get_server_pid())
            await connection.fetchval("SELECT pg_sleep(60)")

    sleeper = asyncio.create_task(sleep_in_the_database())
    process_id = await processes.get()
    async with lending.lend() as connection:
        while not await connection.fetchval(_IS_ASLEEP, process_id):
            pass
    sleeper.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sleeper
    assert all(await asyncio.gather(*(_process_id(lending) for _ in range(20))))
