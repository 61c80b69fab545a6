"""Brings a service's database to its newest form: numbered files, forward only, each once, in its own transaction."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg

PLINTH = Path(__file__).parent / "migrations"
_LOCK = 0x6375726273746F70  # "curbstop": one migration at a time, however many replicas start


class MigrationChanged(Exception):
    """A migration that was applied is not what its file says now; write a new one instead of changing it."""


async def create_database(url: str) -> None:
    """Make the database that the URL names, unless it is there."""
    parts = urlsplit(url)
    connection = await asyncpg.connect(urlunsplit(parts._replace(path="/postgres")), timeout=10)
    try:
        name = parts.path.removeprefix("/")
        await connection.execute("SELECT pg_advisory_lock($1)", _LOCK)
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
            await connection.execute(f'CREATE DATABASE "{name}"')
    finally:
        await connection.close()


async def migrate(url: str, folder: Path) -> list[str]:
    """Apply the plinth's and then the service's migrations that are not applied yet; answers their names.

    Raises MigrationChanged.
    """
    connection = await asyncpg.connect(url, timeout=10)
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", _LOCK)
        await connection.execute(
            "CREATE TABLE IF NOT EXISTS migrations (name text PRIMARY KEY, sha256 text NOT NULL,"
            " applied_at timestamptz NOT NULL DEFAULT now())"
        )
        rows = await connection.fetch("SELECT name, sha256 FROM migrations")
        applied = {row["name"]: row["sha256"] for row in rows}
        return await _apply(connection, [*_files("plinth", PLINTH), *_files("service", folder)], applied)
    finally:
        await connection.close()


def _files(origin: str, folder: Path) -> list[tuple[str, str]]:
    return [(f"{origin}/{path.name}", path.read_text()) for path in sorted(folder.glob("[0-9]*.sql"))]


async def _apply(connection: Any, files: Sequence[tuple[str, str]], applied: dict[str, str]) -> list[str]:
    fresh: list[str] = []
    for name, sql in files:
        digest = hashlib.sha256(sql.encode()).hexdigest()
        if name not in applied:
            async with connection.transaction():
                await connection.execute(sql)
                await connection.execute("INSERT INTO migrations (name, sha256) VALUES ($1, $2)", name, digest)
            fresh.append(name)
        elif applied[name] != digest:
            raise MigrationChanged(f"{name} was applied and then changed; put it back and write a new migration")
    return fresh
