"""Looks on from outside until a town is at rest: every fact carried and heard, nothing due, no job open.

Two looks in a row must see nothing to do *and* the same counts: as the counts only grow, nothing moved between the
two, and what was seen at different instants of a look was true at one instant.
"""

import asyncio
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.cloudevents import decode
from shared.events import Fact
from shared.kafka import UNREACHABLE
from town.trouble import Trouble

SETTLE_SECONDS_MAX = 60.0
LOOK_EVERY_SECONDS = 0.02

_LOOK = """
SELECT (SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM outbox_seq) AS told,
       (SELECT last FROM relay_state WHERE shard = 0) AS carried,
       (SELECT cardinality(gaps) FROM relay_state WHERE shard = 0) AS gaps,
       (SELECT count(*) FROM deadlines WHERE due_at <= $1 AND (retry_at IS NULL OR retry_at <= $1)) AS due,
       (SELECT count(*) FROM jobs WHERE finished_at IS NULL AND failed_at IS NULL) AS jobs_open,
       (SELECT coalesce(sum(done_count), 0) FROM jobs) AS jobs_done
"""
_CURSORS = "SELECT topic, partition, max(next_offset) AS next_offset FROM inbox_cursors GROUP BY topic, partition"
_SAID = "SELECT seq, topic, key, headers::text AS headers, payload, created_at FROM outbox WHERE seq > $1 ORDER BY seq"
_AWAY = (*UNREACHABLE, asyncpg.PostgresError, asyncpg.InterfaceError)


Ends = Mapping[tuple[str, int], int]
"""By topic and partition: the next offset, of the log or of whoever reads it."""


@dataclass
class Watched:
    """One service, seen through its database."""

    name: str
    url: str
    topics: Sequence[str]
    """The topics it hears, by their names in the contract."""
    seen_seq: int = 0
    connection: Any = field(default=None, repr=False)
    asking: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)

    async def fetch(self, sql: str, *args: Any) -> list[Any]:
        """Rows from the service's database; the connection is made anew when it was lost."""
        async with self.asking:
            if self.connection is None or self.connection.is_closed():
                self.connection = await asyncpg.connect(self.url, timeout=10, command_timeout=10)
            rows: list[Any] = await self.connection.fetch(sql, *args)
        return rows


@dataclass(frozen=True)
class Look:
    """What one look saw: who is busy with what, and the counts that tell whether anything moved."""

    busy: tuple[str, ...]
    counts: tuple[Any, ...]


class Watch:
    """Looks at the services of one town, however they run: in this process, or as processes of their own."""

    def __init__(
        self,
        bootstrap: str,
        services: Sequence[Watched],
        now: Callable[[], datetime],
        *,
        partitions: int,
        topic_prefix: str = "",
    ) -> None:
        self.topic_prefix = topic_prefix
        self.partitions = partitions
        self.services = {service.name: service for service in services}
        self.now = now
        self._bootstrap = bootstrap
        self._consumer: AIOKafkaConsumer | None = None

    async def settle(self, running: Callable[[], set[str]], limit_seconds: float = SETTLE_SECONDS_MAX) -> None:
        """Wait until everybody in `running` is at rest. Raises Trouble that says who is still busy with what."""
        end = time.monotonic() + limit_seconds
        before: Look | None = None
        while True:
            look = await self._look_if_possible(running())
            if look is not None and not look.busy and look == before:
                return
            if time.monotonic() > end:
                busy = look.busy or ("facts keep moving",) if look else ("a server does not answer",)
                raise Trouble(f"The town did not settle within {limit_seconds:.0f} s: {'; '.join(busy)}")
            before = look
            await asyncio.sleep(LOOK_EVERY_SECONDS)

    async def said(self) -> list[Fact]:
        """What all the services have said since the last call, in the order in which it was written down."""
        told: list[tuple[datetime, int, Fact]] = []
        for service in self.services.values():
            for row in await service.fetch(_SAID, service.seen_seq):
                service.seen_seq = row["seq"]
                told.append((row["created_at"], row["seq"], self._fact(row)))
        return [fact for _, _, fact in sorted(told, key=lambda entry: entry[:2])]

    async def close(self) -> None:
        """Let go of the servers."""
        if self._consumer is not None:
            await self._consumer.stop()
            self._consumer = None
        for service in self.services.values():
            if service.connection is not None:
                service.connection.terminate()

    async def _look_if_possible(self, running: set[str]) -> Look | None:
        try:
            return await self.look(running)
        except _AWAY:
            return None

    async def look(self, running: set[str]) -> Look:
        """One look at those who run."""
        now = self.now()
        busy: list[str] = []
        counts: list[Any] = []
        for service in self.services.values():
            if service.name in running:
                row = (await service.fetch(_LOOK, now))[0]
                counts.append(tuple(row))
                busy += _work_of(service.name, row)
        ends = await self._log_ends({topic for name in running for topic in self.services[name].topics})
        counts.append(tuple(sorted(ends.items())))
        for service in self.services.values():
            if service.name in running:
                rows = await service.fetch(_CURSORS)
                cursors = {(row["topic"], row["partition"]): row["next_offset"] for row in rows}
                counts.append(tuple(sorted(cursors.items())))
                unheard = _unheard_by(service, ends, cursors)
                busy += [f"{service.name}: {count} facts of {topic} to hear" for topic, count in unheard.items()]
        return Look(tuple(busy), tuple(counts))

    async def lags(self) -> dict[str, int]:
        """How many facts each service has yet to hear. Raises what a server that is away raises."""
        ends = await self._log_ends({topic for service in self.services.values() for topic in service.topics})
        return {name: sum((await self._unheard(service, ends)).values()) for name, service in self.services.items()}

    async def _unheard(self, service: Watched, ends: Ends) -> dict[str, int]:
        rows = await service.fetch(_CURSORS)
        return _unheard_by(service, ends, {(row["topic"], row["partition"]): row["next_offset"] for row in rows})

    async def _log_ends(self, topics: set[str]) -> Ends:
        consumer = await self._ends_consumer()
        wanted = self._places(topics)
        ends = await consumer.end_offsets(wanted) if wanted else {}
        return {(tp.topic.removeprefix(self.topic_prefix), tp.partition): end for tp, end in ends.items()}

    async def _ends_consumer(self) -> AIOKafkaConsumer:
        if self._consumer is None:
            consumer = AIOKafkaConsumer(bootstrap_servers=self._bootstrap.split(","), enable_auto_commit=False)
            await consumer.start()
            # All in one request: asked for one by one, each new topic would cost a tenth of a second. Nothing is read.
            places = self._places({topic for service in self.services.values() for topic in service.topics})
            consumer.assign(places)
            consumer.pause(*places)
            self._consumer = consumer
        return self._consumer

    def _places(self, topics: set[str]) -> list[TopicPartition]:
        names = [self.topic_prefix + topic for topic in sorted(topics)]
        return [TopicPartition(name, number) for name in names for number in range(self.partitions)]

    def _fact(self, row: Any) -> Fact:
        headers = [(name, text.encode()) for name, text in json.loads(row["headers"]).items()]
        topic = row["topic"].removeprefix(self.topic_prefix)
        fact = decode(topic, row["key"].encode(), row["payload"], headers)
        if fact is None:
            raise Trouble(f"A service said a fact that nobody knows, on {topic}.")
        return fact


def _work_of(name: str, row: Mapping[str, Any]) -> list[str]:
    work = {
        "facts to carry": max(row["told"] - row["carried"], 0) + row["gaps"],
        "deadlines due": row["due"],
        "jobs open": row["jobs_open"],
    }
    return [f"{name}: {count} {what}" for what, count in work.items() if count]


def _unheard_by(service: Watched, ends: Ends, cursors: Ends) -> dict[str, int]:
    unheard: dict[str, int] = {}
    for (topic, number), end in ends.items():
        if topic in service.topics and (lag := end - cursors.get((topic, number), 0)) > 0:
            unheard[topic] = unheard.get(topic, 0) + lag
    return unheard
