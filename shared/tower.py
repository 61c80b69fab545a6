"""One tower on the plinth: what a service is made of, and one process of it that runs."""

import asyncio
import importlib
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import structlog
from fastapi import FastAPI

from shared import kafka
from shared.auth import Actor
from shared.backoff import Backoff
from shared.clock import Clock, TownClock
from shared.deadlines import Striker, Strikes
from shared.faults import PASSING
from shared.http import Door, make_app
from shared.http.forgetting import Forgetting
from shared.inbox import Hearing, Inbox, Listener
from shared.inbox.partitions import keep_inbox_partitions
from shared.inbox.retry import Retrier
from shared.jobs import OnChunk, Worker
from shared.metrics import Metrics
from shared.observe import observe
from shared.outbox import Relay
from shared.postgres import Cause, Database, Reader, Tx
from shared.settings import ALL_PARTS, Part, Settings

STOP_AGAIN_SECONDS = 4.0

log = structlog.get_logger()


@dataclass(frozen=True)
class Tower:
    """What one service is made of: its three doors, its long work, and its tables."""

    name: str
    door: Door
    hearing: Hearing
    strikes: Strikes
    migrations: Path
    jobs: Mapping[str, OnChunk] = field(default_factory=dict)


def tower_of(service: str) -> Tower:
    """The tower of a service by its name; the plinth knows no service before it is asked for one."""
    tower: Tower = importlib.import_module(f"services.{service}.app").tower
    return tower


class Running:
    """One process of one service: its app, its pool, and those of its parts that were asked for."""

    def __init__(self, tower: Tower, settings: Settings, clock: Clock, parts: Sequence[Part] = ALL_PARTS) -> None:
        self.tower = tower
        self.settings = settings
        self.clock = clock
        self.parts = frozenset(parts)
        self.database = Database(tower.name, settings, clock, self.ring)
        self.metrics = Metrics(tower.name)
        self.relay = Relay(tower.name, settings)
        self.striker = Striker(tower.strikes, self.database, clock)
        self.worker = Worker(tower.jobs, self.database)
        self.listeners = [*self._listeners()]
        self.retrier = Retrier(self.database, tower.hearing)
        self._tasks: list[asyncio.Task[None]] = []
        self.fault: BaseException | None = None
        """What a part failed by; None while all is well."""
        self.on_fault: Callable[[], None] = lambda: None
        observe(self.metrics, self.database, self.listeners, self.relay, self.striker)
        self.app: FastAPI = make_app(tower, self)

    @property
    def pool(self) -> Any:
        """The service's connection pool."""
        return self.database.pool

    def _listeners(self) -> list[Listener]:
        """The internal topics together are one consumer: fewer connections, larger batches. The outside has its own."""
        hearing = self.tower.hearing
        name = self.tower.name
        consumers = {name: hearing.topics(outside=False), f"{name}.inbound": hearing.topics(outside=True)}
        return [
            Listener(Inbox(consumer, hearing, self.database), topics, self.settings)
            for consumer, topics in consumers.items()
            if topics
        ]

    def ring(self, bells: set[str]) -> None:
        """A transaction was committed that concerns these parts."""
        if "relay" in bells:
            self.relay.ring()
        if "deadlines" in bells:
            self.striker.ring()
        if "jobs" in bells:
            self.worker.ring()

    def _turned(self) -> None:
        self.ring({"deadlines", "jobs"})

    def begin(self, actor: Actor, cause: Cause) -> AbstractAsyncContextManager[Tx]:
        """One transaction for a command."""
        return self.database.begin(actor, cause)

    def read(self, actor: Actor, cause: Cause) -> AbstractAsyncContextManager[Reader]:
        """A connection for a view."""
        return self.database.read(actor, cause)

    async def start(self) -> None:
        """Open the pool (waiting for the database) and start the parts. Readiness waits for no consumer group."""
        await self._open_database()
        if isinstance(self.clock, TownClock):
            self.clock.on_turn.append(self._turned)
        for part, run in self._workers():
            if part in self.parts:
                task = asyncio.create_task(run(), name=f"{self.tower.name} {part}")
                task.add_done_callback(self._ended)
                self._tasks.append(task)

    def _workers(self) -> list[tuple[Part, Callable[[], Coroutine[Any, Any, None]]]]:
        listening: list[tuple[Part, Callable[[], Coroutine[Any, Any, None]]]] = [
            ("inbox", listener.run) for listener in self.listeners
        ]
        return [
            ("relay", self.relay.run), *listening, ("inbox", self.retrier.run),
            ("deadlines", self.striker.run), ("jobs", self.worker.run), ("api", Forgetting(self.database).run),
        ]  # fmt: skip

    async def _open_database(self) -> None:
        backoff = Backoff(seconds_max=5)
        while True:
            try:
                if self.pool is None:
                    await self.database.open()
                async with self.begin(Actor.service(self.tower.name), Cause("start")) as tx:
                    await keep_inbox_partitions(tx)
            except (*PASSING, asyncpg.InvalidCatalogNameError) as away:
                log.warning("database_awaited", service=self.tower.name, reason=repr(away))
                await backoff.pause()
            else:
                return

    def _ended(self, task: asyncio.Task[None]) -> None:
        """A part that ends by a fault takes the process with it: a supervisor starts a whole one again."""
        if not task.cancelled() and task.exception() is not None:
            self.fault = task.exception()
            log.critical("part_failed", part=task.get_name(), exc_info=self.fault)
            self.on_fault()

    async def stop(self) -> None:
        """Stop the parts, each after the transaction in hand, and close the pool."""
        while self._tasks:
            for task in self._tasks:
                task.cancel()
            # Told again until it hears: a library may lose a cancellation that comes in the instant of its answer.
            await asyncio.wait(self._tasks, timeout=STOP_AGAIN_SECONDS)
            self._tasks = [task for task in self._tasks if not task.done()]
        await self.database.close()

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Running"]:
        """Started, and stopped at the end."""
        await self.start()
        try:
            yield self
        finally:
            await self.stop()

    def stuck(self) -> dict[str, str]:
        """What fails liveness, by part: a part that failed, or lag without a finished batch."""
        problems = {"process": repr(self.fault)} if self.fault else {}
        return problems | {
            listener.inbox.consumer: "there is lag, and no batch was finished for too long"
            for listener in self.listeners
            if "inbox" in self.parts and listener.is_stuck()
        }

    async def ready(self) -> dict[str, str]:
        """What fails readiness, by part: the database, the broker, a listener that stopped."""
        problems = self.stuck()
        checks = {"database": self._ask_database(), "broker": kafka.ask(self.settings)}
        answers = await asyncio.gather(*checks.values(), return_exceptions=True)
        for name, answer in zip(checks, answers, strict=True):
            if isinstance(answer, BaseException):
                problems[name] = f"does not answer: {type(answer).__name__}"
        return problems | {
            listener.inbox.consumer: listener.stopped_because for listener in self.listeners if listener.stopped_because
        }

    async def _ask_database(self) -> None:
        async with asyncio.timeout(3), self.read(Actor.service(self.tower.name), Cause("ready")) as reader:
            await reader.fetchval("SELECT 1")

    async def busy_with(self) -> list[str]:
        """What is still to be done: told but not carried, on its way to us, due, or a job; empty when it is quiet."""
        async with self.read(Actor.service(self.tower.name), Cause("quiet")) as reader:
            row = await reader.fetchrow(_BUSY, reader.now)
        busy = [name for name, count in row.items() if count]
        for listener in self.listeners:
            lag = await listener.find_lag()
            if lag is None or any(lag.values()):
                busy.append(f"{listener.inbox.consumer} hears")
        return busy

    async def quiet(self) -> bool:
        """Whether nothing is left to do here, now."""
        return not await self.busy_with()


_BUSY = """
SELECT (SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM outbox_seq) - (SELECT last FROM relay_state)
         + cardinality((SELECT gaps FROM relay_state)) AS facts_to_carry,
       (SELECT count(*) FROM deadlines WHERE due_at <= $1 AND (retry_at IS NULL OR retry_at <= $1)) AS deadlines_due,
       (SELECT count(*) FROM jobs WHERE finished_at IS NULL AND failed_at IS NULL) AS jobs_open
"""
