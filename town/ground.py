"""The ground a town stands on: one Kafka and one PostgreSQL, ours on this machine or those that are named to us."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from town import kafka, postgres
from town.kafka import Broker
from town.postgres import Database
from town.trouble import Trouble


@dataclass(frozen=True)
class Ground:
    """Where the broker and the database server are; and the two themselves, when they are ours to stop and start."""

    kafka: str
    postgres: str
    own_broker: Broker | None = None
    own_database: Database | None = None

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
    survives_power_cut: bool = True,
    always_own: bool = False,
) -> AsyncIterator[Ground]:
    """Stand on real servers while the block runs; port 0 is any free one.

    CURBSTOP_KAFKA and CURBSTOP_POSTGRES name servers to use instead of starting any, unless the caller wants
    servers of its own to break. Raises Trouble.
    """
    named_kafka = "" if always_own else os.environ.get("CURBSTOP_KAFKA", "")
    named_postgres = "" if always_own else os.environ.get("CURBSTOP_POSTGRES", "")
    broker = None if named_kafka else Broker(folder.absolute() / "kafka", kafka_port)
    database = None
    if not named_postgres:
        database = Database(folder.absolute() / "postgres", postgres_port, survives_power_cut=survives_power_cut)
    try:
        await _start(broker, database)
        await _check_named(named_kafka, named_postgres)
        yield Ground(
            named_kafka or (broker.bootstrap if broker else ""),
            named_postgres or (database.url() if database else ""),
            broker,
            database,
        )
    finally:
        await _stop(broker, database)


async def _start(broker: Broker | None, database: Database | None) -> None:
    starts = [server.start() for server in (broker, database) if server is not None]
    results = await asyncio.gather(*starts, return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result


async def _stop(broker: Broker | None, database: Database | None) -> None:
    stops = []
    if broker is not None and broker.alive:
        stops.append(broker.stop_gracefully(3.0))
    if database is not None and database.alive:
        stops.append(database.stop(3.0))
    await asyncio.gather(*stops)


async def _check_named(named_kafka: str, named_postgres: str) -> None:
    if named_kafka and not await kafka.answers(named_kafka):
        raise Trouble(f"CURBSTOP_KAFKA names {named_kafka}, and no Kafka answers there.")
    if named_postgres and not await postgres.answers(named_postgres):
        raise Trouble(f"CURBSTOP_POSTGRES names {_without_password(named_postgres)}, and no PostgreSQL answers there.")


def _without_password(url: str) -> str:
    return url.rpartition("@")[2]
