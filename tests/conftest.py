"""What every test may ask for: real ground, a database of its own, one service's rooms, or the whole town."""

import os
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from typing import Any
from uuid import uuid4

import hypothesis
import pytest

from shared.settings import Settings
from shared.tower import Tower
from tests.rooms import MONDAY_TEN_O_CLOCK, Rooms, ServiceFactory, StillClock
from tests.scratch import scratch
from town.databases import clone_database, drop_database, template_for
from town.ground import Ground
from town.issuer import Issuer
from town.keeper import shared_ground
from town.stand import Town
from town.standing import trust_in

# No deadline: two cores are shared with a broker, a database and another worker. No example database: every
# run of a commit sees the same examples.
hypothesis.settings.register_profile("curbstop", deadline=None, database=None, derandomize=True, print_blob=True)
hypothesis.settings.register_profile("quick", hypothesis.settings.get_profile("curbstop"), max_examples=30)
hypothesis.settings.load_profile("curbstop")


BEGIN_EARLY = ("town", "test_generated_requests", "test_first_bill")
"""Tests that take half a minute each and are late in the alphabet: no worker shall sit alone with one at the end."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What stands on real servers is marked so; a file that breaks servers of its own stays with one worker."""
    for item in items:
        wanted = set(item.fixturenames) if isinstance(item, pytest.Function) else set()
        if wanted & {"ground", "broken_ground"}:
            item.add_marker("ground")
        if "broken_ground" in wanted:
            item.add_marker(pytest.mark.xdist_group(item.path.stem))
    items.sort(key=lambda item: not {item.path.stem, item.path.parent.name} & set(BEGIN_EARLY))


@pytest.fixture(scope="session")
def ground(testrun_uid: str) -> Iterator[Ground]:
    """Real Kafka and real PostgreSQL, shared by all workers of this run; those of CURBSTOP_KAFKA/_POSTGRES if named."""
    named_kafka, named_postgres = os.environ.get("CURBSTOP_KAFKA"), os.environ.get("CURBSTOP_POSTGRES")
    if named_kafka and named_postgres:
        yield Ground(named_kafka, named_postgres)
        return
    with shared_ground(scratch() / f"curbstop-tests-{testrun_uid}") as standing:
        yield standing


@pytest.fixture(scope="session")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Issuer:
    """Signs the tokens of everybody in the tests."""
    return Issuer(tmp_path_factory.mktemp("issuer"), "https://issuer.curbstop.test", environment="test")


@pytest.fixture
async def service(ground: Ground, issuer: Issuer) -> AsyncIterator[ServiceFactory]:
    """Makes the rooms of a service: `rooms = await service(tower)`, on a fresh database, without a broker."""
    opened: list[tuple[Rooms, str]] = []

    async def make(tower: Tower, now: datetime = MONDAY_TEN_O_CLOCK, **settings: Any) -> Rooms:
        prefix = f"test_{uuid4().hex[:12]}_"
        template = await template_for(ground.postgres, tower.name, tower.migrations)
        database = f"{prefix}{tower.name}"
        await clone_database(ground.postgres, template, database)
        chosen = {
            "environment": "test",
            "kafka": ground.kafka,
            "postgres": ground.postgres,
            "database_prefix": prefix,
            **trust_in(issuer),
        }
        rooms = Rooms(tower, Settings(**{**chosen, **settings}), StillClock(now), issuer)
        opened.append((rooms, database))
        await rooms.open()
        return rooms

    yield make
    for rooms, database in opened:
        await rooms.close()
        await drop_database(ground.postgres, database)


@pytest.fixture
async def town(ground: Ground, issuer: Issuer) -> AsyncIterator[Town]:
    """The five services in this process, on topics and databases of their own; its clock stands until it is turned."""
    async with Town.built(ground, StillClock(), issuer) as built:
        yield built
