"""Of three brokers the leader is lost: what was acknowledged is on another, and the others carry on."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random

import pytest
import pytest_asyncio

from shared import kafka
from tests.broken.cluster import Cluster
from tests.broken.pair import after_some_commits, pair_on
from tests.scratch import scratch
from town.ground import Ground
from town.issuer import Issuer

pytestmark = [pytest.mark.broken, pytest.mark.xdist_group("leader_lost")]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def cluster() -> AsyncIterator[Cluster]:
    """Three brokers of our own."""
    with tempfile.TemporaryDirectory(prefix="curbstop-cluster-", dir=scratch(), ignore_cleanup_errors=True) as folder:
        async with Cluster(Path(folder)).standing() as standing:
            yield standing


async def test_a_leader_is_killed_under_load(cluster: Cluster, ground: Ground, issuer: Issuer) -> None:
    """It stays away: what is told from then on is heard all the same, and the services call themselves ready."""
    async with pair_on(Ground(cluster.bootstrap, ground.postgres), issuer) as pair:

        async def lose_the_leader() -> None:
            leader = await cluster.leader_of(pair.town.settings.topic("billing"), 0)
            await pair.until_heard()
            await leader.kill()
            await pair.tell_until(after_some_commits(pair, 300), Random(31))
            await pair.until_heard()
            assert await pair.town.running["ledger"].ready() == {}
            await kafka.ask(pair.town.settings.model_copy(update={"kafka": f"{leader.bootstrap},{cluster.bootstrap}"}))

        losing = asyncio.create_task(lose_the_leader())
        await pair.tell_until(losing.done, Random(32))
        await losing
        await pair.check()
