"""The network is late, is cut, or goes silent between the services and their servers: nothing is lost or reordered."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
import pytest_asyncio

from shared.faults import PASSING
from shared.postgres import connect
from tests.broken.pair import Pair, after_some_commits, pair_on
from tests.broken.proxy import Proxy
from tests.scratch import scratch
from town.ground import Ground
from town.issuer import Issuer
from town.kafka import Broker, Detour
from town.ports import LOCALHOST, free_port
from town.postgres import database_url

LATE_SECONDS = 0.02
ANSWER_SECONDS = 0.5
"""So long an answer is on its way while the line falls silent."""

briefly = partial(connect, idle_in_transaction_ms=1_000, statement_timeout_ms=1_000)
patiently = partial(connect, idle_in_transaction_ms=0, statement_timeout_ms=20_000)
LAST_WORDS = "SELECT 'my last words'"
HEARD_BY_SERVER = "SELECT query FROM pg_stat_activity WHERE application_name = $1"
RESETS_COUNT = 20
SILENCE_SECONDS_MAX = 45.0
"""Nobody believes for longer in a connection that says nothing."""

pytestmark = [pytest.mark.broken, pytest.mark.xdist_group("network")]


@dataclass(frozen=True)
class Network:
    """A broker and a database server, and what lies before each."""

    ground: Ground
    to_kafka: Proxy
    to_postgres: Proxy

    @property
    def postgres(self) -> str:
        """The database server as it is known at the other end."""
        return f"postgresql://postgres@{LOCALHOST}:{self.to_postgres.port}"

    def pair(self, issuer: Issuer) -> AbstractAsyncContextManager[Pair]:
        """A teller and a ledger at the other end of the network; what is watched and made is not."""
        return pair_on(self.ground, issuer, kafka=f"{LOCALHOST}:{self.to_kafka.port}", postgres=self.postgres)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def network(ground: Ground) -> AsyncIterator[Network]:
    """The shared database server behind one proxy; behind the other a broker that tells who comes to come that way."""
    listening = free_port()
    to_kafka, to_postgres = Proxy(listening), Proxy(urlsplit(ground.postgres).port or 5432)
    with tempfile.TemporaryDirectory(prefix="curbstop-network-", dir=scratch(), ignore_cleanup_errors=True) as folder:
        broker = Broker(Path(folder), lasting=False, detour=Detour(listening, to_kafka.port))
        await broker.start()
        try:
            async with to_kafka.standing(), to_postgres.standing():
                yield Network(Ground(broker.bootstrap, ground.postgres, broker), to_kafka, to_postgres)
        finally:
            await broker.stop_gracefully()


async def test_everything_is_late(network: Network, issuer: Issuer) -> None:
    """Every piece of every answer takes its time, as between two cities."""
    async with network.pair(issuer) as pair:
        network.to_kafka.delay_seconds = network.to_postgres.delay_seconds = LATE_SECONDS
        await pair.tell_until(after_some_commits(pair, 100), Random(21))
        network.to_kafka.delay_seconds = network.to_postgres.delay_seconds = 0.0
        await pair.check()


async def test_connections_are_dropped_under_load(network: Network, issuer: Issuer) -> None:
    """Twenty times, every connection to either server is reset, whatever was under way on it."""
    async with network.pair(issuer) as pair:
        for _ in range(RESETS_COUNT):
            await pair.tell_until(after_some_commits(pair), Random(22))
            network.to_kafka.reset()
            network.to_postgres.reset()
        await pair.check()


@pytest.mark.parametrize("name", ["to_kafka", "to_postgres"])
async def test_connections_fall_silent_under_load(network: Network, issuer: Issuer, name: str) -> None:
    """Each is there and passes nothing: whoever waits on one gives up in time, and goes on over a new one."""
    proxy: Proxy = getattr(network, name)
    async with network.pair(issuer) as pair:
        writing = asyncio.create_task(pair.tell_until(after_some_commits(pair, 2_000), Random(23)))
        await pair.tell_until(after_some_commits(pair, 500), Random(24))
        assert proxy.fall_silent() > 0
        async with asyncio.timeout(SILENCE_SECONDS_MAX):
            await writing
            await pair.until_heard()
        await pair.check()


async def test_a_client_falls_silent_in_the_middle_of_a_statement(network: Network) -> None:
    """The server waits for the rest of it, which is no idleness; it lets go of the locks all the same."""
    name, lock = f"silent {uuid4()}", "SELECT pg_advisory_xact_lock(hashtext($1))"
    to_postgres = network.to_postgres
    silent = await briefly(database_url(network.postgres, "postgres"), name)
    other = await patiently(network.ground.database_url("postgres"), "other")
    try:
        await silent.transaction().start()
        await silent.execute(lock, name)
        to_postgres.delay_seconds = ANSWER_SECONDS
        asking = asyncio.create_task(silent.fetch(LAST_WORDS))
        while await other.fetchval(HEARD_BY_SERVER, name) != LAST_WORDS:
            await asyncio.sleep(0.01)
        to_postgres.fall_silent()
        to_postgres.delay_seconds = 0.0
        await other.execute(lock, name)
    finally:
        silent.terminate()
        other.terminate()
    assert isinstance((await asyncio.gather(asking, return_exceptions=True))[0], PASSING)
