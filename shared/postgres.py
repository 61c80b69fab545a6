"""One service's own database: a pool, what a view reads with, and what a command writes with.

`jsonb` columns come back as Python values and are given as Python values; a set of them is given as
`$1::text[]` of JSON texts and cast in the statement. Ids are uuid, moments timestamptz (aware, UTC).
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg
from pydantic_core import from_json, to_json

from shared.auth import Actor
from shared.clock import Clock, local_date
from shared.lending import Lending, Loan
from shared.settings import Settings

Rows = list[Any]
B = TypeVar("B")

WAIT_SECONDS_MAX = 5.0
"""Nobody waits longer for a connection."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Why something is told: the request or the fact that led to it."""

    correlation_id: str
    causation_id: str | None = None
    traceparent: str | None = None


@dataclass(frozen=True, slots=True)
class Request(Generic[B]):
    """One of those that a transaction answers together: what is asked, by whom, and why what follows is told."""

    body: B
    actor: Actor
    cause: Cause


class Caused(Protocol):
    """What was heard, and is the cause of what is told on its key. Asked only when something is."""

    @property
    def cause(self) -> Cause:
        """Why what follows is told."""


class Reader:
    """What a view is given: a connection, the town's time and its policy pack, and who asks."""

    __slots__ = ("actor", "cause", "connection", "now", "policy_pack", "zone")

    def __init__(self, connection: Any, actor: Actor, cause: Cause, clock: Clock, *, policy_pack: str) -> None:
        self.connection = connection
        self.actor = actor
        self.cause = cause
        self.now: datetime = clock.now()
        self.zone: ZoneInfo = clock.zone
        self.policy_pack = policy_pack

    @property
    def today(self) -> date:
        """The town's calendar day."""
        return local_date(self.now, self.zone)

    async def fetch(self, sql: str, *args: Any) -> Rows:
        """All rows of one prepared statement."""
        rows: Rows = await self.connection.fetch(sql, *args)
        return rows

    async def fetchrow(self, sql: str, *args: Any) -> Any:
        """The first row, or None."""
        return await self.connection.fetchrow(sql, *args)

    async def fetchval(self, sql: str, *args: Any) -> Any:
        """The first column of the first row, or None."""
        return await self.connection.fetchval(sql, *args)


class Tx(Reader):
    """What a command is given: one open transaction. There is no executemany: a statement takes a set."""

    __slots__ = ("bells", "causes", "event_bytes_max", "topic_prefix")

    def __init__(self, connection: Any, actor: Actor, cause: Cause, clock: Clock, *, settings: Settings) -> None:
        super().__init__(connection, actor, cause, clock, policy_pack=settings.policy_pack)
        self.topic_prefix = settings.topic_prefix
        self.event_bytes_max = settings.event_bytes_max
        self.causes: Mapping[str, Caused] = {}
        self.bells: set[str] = set()

    async def execute(self, sql: str, *args: Any) -> str:
        """Run one statement; what comes back is PostgreSQL's command tag."""
        tag: str = await self.connection.execute(sql, *args)
        return tag

    async def copy(self, table: str, columns: Sequence[str], records: Iterable[Sequence[Any]]) -> None:
        """COPY rows in: the fastest way for a set beyond some hundreds."""
        await self.connection.copy_records_to_table(table, columns=columns, records=records)

    async def audit(
        self, about: UUID | str, action: str, *, before: Any = None, after: Any = None, why: str | None = None
    ) -> None:
        """Put on the record who did what, in the transaction that does it."""
        await self.execute(
            "INSERT INTO audit_log (at, subject, action, about, before, after, why, correlation_id)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            self.now, self.actor.subject, action, str(about), before, after, why, self.cause.correlation_id,
        )  # fmt: skip

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """A part of the transaction that can fail alone."""
        async with self.connection.transaction():
            yield


def _json_text(value: Any) -> str:
    return to_json(value).decode()


async def _prepare(connection: Any) -> None:
    for name in ("jsonb", "json"):
        await connection.set_type_codec(name, encoder=_json_text, decoder=from_json, schema="pg_catalog")


async def _keep_session(_connection: Any) -> None:
    """Nothing to reset: no statement of ours leaves anything in a session, and a round trip a release is dear."""


async def connect(
    url: str, name: str, *, idle_in_transaction_ms: int, statement_timeout_ms: int, durable: bool = True
) -> Any:
    """One connection of its own, set up as those of the pool are.

    Not `durable`: its commits do not wait for the disk, and a server that crashes may forget those of its last second.
    """
    session = _session(name, idle_in_transaction_ms, statement_timeout_ms)
    connection = await asyncpg.connect(
        url, timeout=10, command_timeout=statement_timeout_ms / 1000 + 5,
        server_settings=session if durable else session | {"synchronous_commit": "off"},
    )  # fmt: skip
    await _prepare(connection)
    return connection


def _session(name: str, idle_in_transaction_ms: int, statement_timeout_ms: int) -> dict[str, str]:
    """No lock outlives its holder by much: neither of the first two limits ends a transaction whose client fell silent
    in the middle of a statement, and the kernel would keep that connection for two hours."""
    return {
        "application_name": name,
        "timezone": "UTC",
        "jit": "off",
        "statement_timeout": str(statement_timeout_ms),
        "idle_in_transaction_session_timeout": str(idle_in_transaction_ms),
        "transaction_timeout": str(2 * statement_timeout_ms),
    }


class Database:
    """The pool of one service. It may close and be opened again: a lost server is found again by itself."""

    def __init__(self, service: str, settings: Settings, clock: Clock, ring: Callable[[set[str]], None]) -> None:
        self.service = service
        self.settings = settings
        self.clock = clock
        self.url = settings.database_url(service)
        self.pool: Any = None
        self._lending: Lending | None = None
        self._ring = ring

    async def open(self) -> None:
        """Open the pool with one connection; more come when they are needed."""
        self.pool = await asyncpg.create_pool(
            self.url, min_size=1, max_size=self.settings.pool_connections_max, timeout=10,
            command_timeout=self.settings.statement_timeout_ms / 1000 + 5, init=_prepare, reset=_keep_session,
            max_inactive_connection_lifetime=300,
            # A frozen process must not hold a lock for ever: 3 s is above the longest batch (reliability.md).
            server_settings=_session(f"curbstop {self.service}", 3_000, self.settings.statement_timeout_ms),
        )  # fmt: skip
        self._lending = Lending(self.pool, self.settings.pool_connections_max, WAIT_SECONDS_MAX)

    async def close(self) -> None:
        """Give the connections back; those that do not come within 3 s are cut."""
        pool, self.pool = self.pool, None
        lending, self._lending = self._lending, None
        if lending is not None:
            await lending.close()
            try:
                await asyncio.wait_for(pool.close(), 3)
            except TimeoutError:
                pool.terminate()

    def _lend(self) -> Loan:
        if self._lending is None:
            raise asyncpg.InterfaceError("the database did not answer yet")
        return self._lending.lend()

    async def _distrust(self, connection: Any) -> None:
        if self._lending is not None:
            await self._lending.distrust(connection)

    @asynccontextmanager
    async def begin(self, actor: Actor, cause: Cause) -> AsyncIterator[Tx]:
        """One transaction: committed when the block ends, rolled back when it raises; then the bells are rung."""
        async with self._lend() as connection:
            tx = Tx(connection, actor, cause, self.clock, settings=self.settings)
            async with connection.transaction():
                try:
                    yield tx
                except TimeoutError:  # a rollback would wait as long again
                    await self._distrust(connection)
                    raise
        if tx.bells:
            self._ring(tx.bells)

    @asynccontextmanager
    async def read(self, actor: Actor, cause: Cause) -> AsyncIterator[Reader]:
        """A connection without BEGIN: one view is one statement, which is consistent in itself."""
        async with self._lend() as connection:
            yield Reader(connection, actor, cause, self.clock, policy_pack=self.settings.policy_pack)
