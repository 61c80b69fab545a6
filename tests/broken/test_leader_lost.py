"""Of three brokers the leader is lost: what was acknowledged is on another, and the others carry on."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random

import pytest
import pytest_asyncio

from tests.broken.cluster import Cluster
from tests.broken.pair import after_some_commits, pair_on
from town.ground import Ground
from town.issuer import Issuer

pytestmark = [pytest.mark.broken, pytest.mark.xdist_group("leader_lost")]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def cluster() -> AsyncIterator[Cluster]:
    """Three brokers of our own."""
    with tempfile.TemporaryDirectory(prefix="curbstop-cluster-", ignore_cleanup_errors=True) as folder:
        async with Cluster(Path(folder)).standing() as standing:
            yield standing


async def test_every_leader_is_killed_once_under_load(cluster: Cluster, ground: Ground, issuer: Issuer) -> None:
    """One after the other, each back before the next goes; everything told is heard while one is away."""
    async with pair_on(Ground(cluster.bootstrap, ground.postgres), issuer) as pair:
        topic = pair.town.settings.topic("billing")

        async def lose_the_leaders() -> None:
            for partition in range(pair.town.partitions):
                leader = await cluster.leader_of(topic, partition)
                await leader.kill()
                await pair.tell_until(after_some_commits(pair, 200), Random(31))
                await pair.until_heard()
                assert await pair.town.running["ledger"].ready() == {}
                await leader.start()
                await cluster.until_in_sync(topic)

        losing = asyncio.create_task(lose_the_leaders())
        await pair.tell_until(losing.done, Random(32))
        await losing
        await pair.check()
