"""Databases on a server: made from a template that was migrated once, dropped with whoever is still in them."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg

from shared.auth import Actor
from shared.clock import TownClock
from shared.inbox.partitions import keep_inbox_partitions
from shared.migrate import PLINTH, migrate
from shared.outbox.partitions import keep_partitions
from shared.postgres import Cause, Tx, connect
from shared.settings import Settings
from town.postgres import database_url


@asynccontextmanager
async def _server(server: str) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(database_url(server, "postgres"), timeout=10)
    try:
        yield connection
    finally:
        await connection.close()


async def template_for(server: str, service: str, migrations: Path) -> str:
    """The name of a database that holds the plinth's and the service's migrations as their files are now.

    And the partitions that a service makes at its first start, which are dearer to make than to copy. Made once on a
    server, however many tests ask at the same moment; never connected to afterwards.
    """
    name = f"template_{service}_{_digest(migrations)}"
    async with _server(server) as connection:
        await connection.execute("SELECT pg_advisory_lock(hashtext($1))", name)
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
            making = f"{name}_making"
            await connection.execute(f'DROP DATABASE IF EXISTS "{making}" WITH (FORCE)')
            await connection.execute(f'CREATE DATABASE "{making}"')
            await migrate(database_url(server, making), migrations)
            await _make_partitions(database_url(server, making), service)
            await connection.execute(f'ALTER DATABASE "{making}" RENAME TO "{name}"')
    return name


async def _make_partitions(url: str, service: str) -> None:
    connection = await connect(url, "template", idle_in_transaction_ms=10_000, statement_timeout_ms=10_000)
    try:
        async with connection.transaction():
            settings = Settings(postgres=url)
            clock = TownClock(settings.zone)
            tx = Tx(connection, Actor.service(service), Cause("template"), clock, settings=settings)
            await keep_inbox_partitions(tx)
        await keep_partitions(connection)
    finally:
        await connection.close()


async def clone_database(server: str, template: str, name: str) -> None:
    """A database of its own, as the template is."""
    async with _server(server) as connection:
        await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


async def database_exists(url: str) -> bool:
    """Whether the database that the URL names is there."""
    async with _server(url) as connection:
        name = urlsplit(url).path.removeprefix("/")
        return bool(await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name))


async def drop_database(server: str, name: str) -> None:
    """Remove a database, and cut off whoever is connected to it."""
    async with _server(server) as connection:
        await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _digest(migrations: Path) -> str:
    digest = hashlib.sha256()
    for folder in (PLINTH, migrations):
        for path in sorted(folder.glob("[0-9]*.sql")):
            digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]
