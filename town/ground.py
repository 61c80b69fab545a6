"""The ground a town stands on: one Kafka and one PostgreSQL, ours on this machine or those that are named to us."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from town import kafka, postgres
from town.java import JarsMissing
from town.kafka import Broker, Say
from town.postgres import Database
from town.stand_in import StandIn
from town.trouble import Trouble

STOP_SECONDS_MAX = 3.0


@dataclass(frozen=True)
class Ground:
    """Where the broker and the database server are; and the two themselves, when they are ours to stop and start."""

    kafka: str
    postgres: str
    own_broker: Broker | None = None
    own_database: Database | None = None
    stand_in_because: str = ""
    """Why a stand-in plays Kafka's part; empty on real ground."""

    @property
    def broker(self) -> Broker:
        """The broker, to kill and to start again. Raises Trouble when it is not ours."""
        if self.own_broker is None:
            raise Trouble("This Kafka is not ours to stop: CURBSTOP_KAFKA names it, or another process started it.")
        return self.own_broker

    @property
    def database(self) -> Database:
        """The database server, to stop and to start again. Raises Trouble when it is not ours."""
        if self.own_database is None:
            raise Trouble("This PostgreSQL is not ours: CURBSTOP_POSTGRES names it, or another process started it.")
        return self.own_database

    def database_url(self, name: str) -> str:
        """The URL of a database on this ground."""
        return postgres.database_url(self.postgres, name)


@asynccontextmanager
async def ground(
    folder: Path,
    *,
    kafka_port: int = 0,
    postgres_port: int = 0,
    lasting: bool = True,
    always_own: bool = False,
    may_stand_in: bool = False,
    say: Say = lambda _step: None,
) -> AsyncIterator[Ground]:
    """Stand on real servers while the block runs; port 0 is any free one.

    A `lasting` ground keeps what it has through a power cut, and is compiled for load; one that is not starts in
    less time, and keeps what it has only through the death of any process.
    CURBSTOP_KAFKA and CURBSTOP_POSTGRES name servers to use instead of starting any, unless the caller wants
    servers of its own to break. Where Kafka's jars cannot be had, a stand-in may play its part. Raises Trouble.
    """
    named_kafka = "" if always_own else os.environ.get("CURBSTOP_KAFKA", "")
    named_postgres = "" if always_own else os.environ.get("CURBSTOP_POSTGRES", "")
    folder = folder.absolute()
    broker = None if named_kafka else Broker(folder / "kafka", kafka_port, lasting=lasting, say=say)
    database = None if named_postgres else Database(folder / "postgres", postgres_port, lasting=lasting)
    stand_in = StandIn(folder / "stand-in")
    try:
        because = await _start(broker, database, stand_in if may_stand_in else None)
        await _check_named(named_kafka, named_postgres)
        yield Ground(
            kafka=stand_in.bootstrap or named_kafka or (broker.bootstrap if broker else ""),
            postgres=named_postgres or (database.url() if database else ""),
            own_broker=None if because else broker,
            own_database=database,
            stand_in_because=because,
        )
    finally:
        await _stop(broker, database, stand_in)


async def _start(broker: Broker | None, database: Database | None, stand_in: StandIn | None) -> str:
    """Start both at once; answers why the stand-in stands in, if it does."""
    because = ""

    async def start_broker() -> None:
        nonlocal because
        if broker is None:
            return
        try:
            await broker.start()
        except JarsMissing as missing:
            if stand_in is None:
                raise
            because = str(missing)
            await stand_in.start()

    async def start_database() -> None:
        if database is not None:
            await database.start()

    # Both are waited for, so that nothing is still starting when the other's trouble is told.
    results = await asyncio.gather(start_broker(), start_database(), return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return because


async def _stop(broker: Broker | None, database: Database | None, stand_in: StandIn) -> None:
    stops = []
    if broker is not None and broker.alive:
        stops.append(broker.stop_gracefully(STOP_SECONDS_MAX))
    if database is not None and database.alive:
        stops.append(database.stop(STOP_SECONDS_MAX))
    if stand_in.alive:
        stops.append(stand_in.stop_gracefully(STOP_SECONDS_MAX))
    await asyncio.gather(*stops)


async def _check_named(named_kafka: str, named_postgres: str) -> None:
    if named_kafka and not await kafka.answers(named_kafka):
        raise Trouble(f"CURBSTOP_KAFKA names {named_kafka}, and no Kafka answers there.")
    if named_postgres and not await postgres.answers(named_postgres):
        raise Trouble(f"CURBSTOP_POSTGRES names {_without_password(named_postgres)}, and no PostgreSQL answers there.")


def _without_password(url: str) -> str:
    return url.rpartition("@")[2]
