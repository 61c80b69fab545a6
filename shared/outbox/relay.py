"""Carries the outbox to Kafka: nothing lost, in order per key, by whichever replica holds the lock.

No LISTEN/NOTIFY, no Kafka transactions, no logical decoding: why, and what each of them cost, is in
docs/decisions. A relay that dies after publishing and before its commit publishes once more; the inbox absorbs it.
So its commits need not wait for the disk either: a server that crashes has what was told in its last second told again.
"""

import asyncio
import time
from operator import itemgetter
from typing import Any

import asyncpg
import structlog
from aiokafka import AIOKafkaProducer

from shared import kafka
from shared.backoff import Backoff
from shared.bell import Bell
from shared.faults import PASSING
from shared.outbox.partitions import keep_partitions
from shared.outbox.publish import publish
from shared.outbox.steps import Mark, Position, advance, idle, settled
from shared.postgres import connect
from shared.settings import Settings

ROWS_MAX = 2_000
ROUNDS_MAX = 8
"""A transaction carries no more: what is in it is published again by whoever follows a relay that died."""

MARK_EVERY_SECONDS = 0.5
KEEP_EVERY_SECONDS = 60.0
POLL_SECONDS = 0.005
SECONDS_AWAY_MAX = 2.0
"""How late a fact may be because the broker was away and has come back."""

IDLE_POLL_SECONDS_MAX = 0.25
"""A commit in this process rings; only a commit elsewhere must be polled for, and its own relay is awake then."""

_SEQUENCE = "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM outbox_seq"
# The snapshot of the lock is older than that of the rows: what is settled here is settled there.
_LOCK = """
SELECT last, gaps, pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS oldest_running_xid
FROM relay_state WHERE shard = 0 FOR UPDATE SKIP LOCKED
"""
# One statement, so one snapshot: a late gap and what follows it on its key appear together.
_ROWS = """
SELECT seq, topic, key, headers, payload, created_at FROM outbox WHERE seq = ANY($1::bigint[])
UNION ALL
(SELECT seq, topic, key, headers, payload, created_at FROM outbox WHERE seq > $2 ORDER BY seq LIMIT $3)
"""
_SAVE = "UPDATE relay_state SET last = $1, gaps = $2 WHERE shard = 0"
_AWAY: tuple[type[BaseException], ...] = (*PASSING, asyncpg.PostgresError)

log = structlog.get_logger()


class Relay:
    """One service's relay. Any number of replicas may run; one carries at a time."""

    def __init__(self, service: str, settings: Settings) -> None:
        self.service = service
        self.settings = settings
        self.position = Position(0)
        self.published_count = 0
        self._bell = Bell()
        self._mark: Mark | None = None
        self._marked_at = 0.0
        self._kept_at = 0.0

    def ring(self) -> None:
        """Something was committed here: look now."""
        self._bell.ring()

    async def run(self) -> None:
        """Carry for ever; when the broker or the database is away, begin again from relay_state with a back-off."""
        backoff = Backoff(SECONDS_AWAY_MAX)
        while True:
            try:
                await self._session(backoff)
            except _AWAY as away:
                log.warning("relay_waits", service=self.service, reason=repr(away), retry_seconds=backoff.next_seconds)
                await backoff.pause()

    async def _session(self, backoff: Backoff) -> None:
        connection = await connect(
            self.settings.database_url(self.service), f"curbstop {self.service} relay",
            idle_in_transaction_ms=2_000, statement_timeout_ms=10_000, durable=False,
        )  # fmt: skip
        producer = kafka.producer(self.settings)
        try:
            async with asyncio.timeout(10):
                await producer.start()
            await self._carry(connection, producer, backoff)
        finally:
            connection.terminate()
            await _throw_away(producer)

    async def _carry(self, connection: Any, producer: AIOKafkaProducer, backoff: Backoff) -> None:
        pause = POLL_SECONDS
        while True:
            self._bell.hush()
            worked = await self.step(connection, producer)
            backoff.reset()
            pause = POLL_SECONDS if worked else min(pause * 2, IDLE_POLL_SECONDS_MAX)
            if not worked:
                await self._bell.wait(pause)

    async def step(self, connection: Any, producer: AIOKafkaProducer) -> bool:
        """One iteration; True when there may be more to do at once."""
        await self._keep(connection)
        if idle(self.position, await connection.fetchval(_SEQUENCE)):
            return False
        await self._take_mark(connection)
        # Not rolled back when it fails: the session ends, and from a silent server a rollback would wait as long again.
        transaction = connection.transaction()
        await transaction.start()
        state = await connection.fetchrow(_LOCK)
        after, carried_count = self.position, 0
        if state is not None:  # else another replica is at it
            self.position = Position(state["last"], tuple(state["gaps"]))
            settled_seq = settled(self._mark, state["oldest_running_xid"])
            after, carried_count = await self._rounds(connection, producer, settled_seq)
            if after != self.position:
                await connection.execute(_SAVE, after.last, list(after.gaps))
        await transaction.commit()
        self.position = after
        self.published_count += carried_count
        return bool(carried_count)

    async def _rounds(self, connection: Any, producer: AIOKafkaProducer, settled_seq: int) -> tuple[Position, int]:
        """Publish in rounds, the next one read while the broker acknowledges; where we are then, and how many went."""
        position, carried_count = self.position, 0
        rows = await _read(connection, position)
        for round_number in range(1, ROUNDS_MAX + 1):
            saw_all = len(rows) < ROWS_MAX
            position = advance(position, [row["seq"] for row in rows], settled_seq, saw_all=saw_all)
            carried_count += len(rows)
            in_order = sorted(rows, key=_seq)
            if saw_all or round_number == ROUNDS_MAX:
                await publish(producer, in_order)
                break
            reading = asyncio.create_task(_read(connection, position))
            try:
                await publish(producer, in_order)
            finally:
                rows = await reading  # the connection must be free before the transaction can end, well or badly
        return position, carried_count

    async def _take_mark(self, connection: Any) -> None:
        """Outside the relay's transaction, and the sequence before the xid: in any other order events are lost."""
        if time.monotonic() - self._marked_at >= MARK_EVERY_SECONDS:
            seq = await connection.fetchval(_SEQUENCE)
            xid = await connection.fetchval("SELECT pg_current_xact_id()::text::bigint")
            self._mark = Mark(seq, xid)
            self._marked_at = time.monotonic()

    async def _keep(self, connection: Any) -> None:
        if time.monotonic() - self._kept_at >= KEEP_EVERY_SECONDS:
            await keep_partitions(connection)
            self._kept_at = time.monotonic()


_seq = itemgetter("seq")


async def _read(connection: Any, position: Position) -> list[Any]:
    rows: list[Any] = await connection.fetch(_ROWS, list(position.gaps), position.last, ROWS_MAX)
    return rows


async def _throw_away(producer: AIOKafkaProducer) -> None:
    """A producer that failed once may be wedged for ever: stop it, and do not wait for it."""
    try:
        async with asyncio.timeout(2):
            await producer.stop()
    except kafka.UNREACHABLE as away:
        log.info("producer_thrown_away", reason=repr(away))
