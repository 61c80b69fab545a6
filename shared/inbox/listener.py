"""Brings records from Kafka to the inbox: one consumer-group member, which trusts its own cursor and nothing else.

Plain aiokafka under the declaration of `Hearing`, and not FastStream's consume loop: why is in docs/decisions.
"""

import asyncio
import time
from collections.abc import Sequence
from typing import Any, NamedTuple

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition

from shared import kafka
from shared.backoff import Backoff
from shared.faults import PASSING
from shared.inbox import cursors
from shared.inbox.records import Heard, Place, Record
from shared.inbox.take import Inbox, Skipped, Taken, TooManyRefused
from shared.postgres import Cause
from shared.settings import Settings

POLL_MS = 1_000
COMMIT_EVERY_SECONDS = 1.0
SECONDS_AWAY_MAX = 5.0

log = structlog.get_logger()


class LogLost(Exception):
    """The topic no longer holds what was not taken yet (made anew, or retention passed us by): people must look."""


class _Batch(NamedTuple):
    """What one fetch brought, read; and how often the cursors had been placed when it began."""

    records: list[Record]
    heard: list[Heard]
    lag_count: int
    placing_count: int


class Listener:
    """One service's ear for a set of topics."""

    def __init__(self, inbox: Inbox, topics: Sequence[str], settings: Settings) -> None:
        self.inbox = inbox
        self.settings = settings
        self.topics = {settings.topic(topic): topic for topic in topics}
        self.stopped_because: str | None = None
        self.finished_at = time.monotonic()
        self.lag_count = 0
        self.batch_finished: Any = None
        """Called with (consumer, seconds, Taken) after each batch: the metrics listen here."""
        self._consumer: AIOKafkaConsumer | None = None
        self._taking = asyncio.Lock()
        self._unplaced = True
        self._placing_count = 0
        """How often we went to our own cursors: what was fetched before the last time is not taken."""
        self._committed_at = 0.0

    async def run(self) -> None:
        """Listen for ever. What cannot pass by itself stops it, and readiness says so."""
        backoff = Backoff(SECONDS_AWAY_MAX)
        while True:
            try:
                await self._session(backoff)
            except (TooManyRefused, LogLost) as stop:
                self.stopped_because = str(stop)
                log.critical("listener_stopped", consumer=self.inbox.consumer, reason=str(stop))
                return
            except (*kafka.UNREACHABLE, kafka.TopicsMissing) as away:
                log.warning("listener_waits", consumer=self.inbox.consumer, reason=repr(away))
                await backoff.pause()

    async def _session(self, backoff: Backoff) -> None:
        await kafka.require_topics(self.settings, self.topics.values())
        consumer = kafka.consumer(self.settings, self.inbox.consumer)
        consumer.subscribe(topics=list(self.topics), listener=self)
        self._unplaced = True
        try:
            await consumer.start()
            self._consumer = consumer
            batch = await self._fetch(consumer)
            while True:
                batch = await self._take_and_fetch(consumer, batch, backoff)
        finally:
            self._consumer = None
            await _stop(consumer)

    async def _take_and_fetch(self, consumer: AIOKafkaConsumer, batch: _Batch, backoff: Backoff) -> _Batch:
        """Take a batch; answers the next. While a full one is taken, the next is fetched and read: there is a backlog.

        Otherwise the next is fetched afterwards: what arrives meanwhile then comes with it, and does not wait longer.
        """
        if len(batch.records) < self.settings.batch_records_max or self._is_stale(batch):
            await self._once(consumer, batch, backoff)
            return await self._fetch(consumer)
        fetching = asyncio.create_task(self._fetch(consumer))
        try:
            await self._once(consumer, batch, backoff)
            return await fetching
        finally:
            fetching.cancel()

    async def _fetch(self, consumer: AIOKafkaConsumer) -> _Batch:
        placing_count = self._placing_count
        fetched = await consumer.getmany(timeout_ms=POLL_MS, max_records=self.settings.batch_records_max)
        records = [self._record(record) for found in fetched.values() for record in found]
        lag_count = sum((consumer.highwater(tp) or 0) - found[-1].offset - 1 for tp, found in fetched.items())
        return _Batch(records, self.inbox.read(records), lag_count, placing_count)

    async def _once(self, consumer: AIOKafkaConsumer, batch: _Batch, backoff: Backoff) -> None:
        try:
            async with self._taking:
                if self._is_stale(batch):
                    await self._place(consumer)  # what was fetched before is fetched again, from our own cursors
                elif batch.records:
                    await self._take(consumer, batch)
            self.finished_at = time.monotonic()
            backoff.reset()
        except Skipped as skipped:
            self._look_between(skipped)
        except PASSING as passing:
            log.warning("batch_waits", consumer=self.inbox.consumer, reason=repr(passing))
            self._unplaced = True
            await backoff.pause()

    def _is_stale(self, batch: _Batch) -> bool:
        return self._unplaced or batch.placing_count != self._placing_count

    async def _take(self, consumer: AIOKafkaConsumer, batch: _Batch) -> None:
        started = time.perf_counter()
        taken = await self.inbox.take_read(batch.records, batch.heard)
        seconds = time.perf_counter() - started
        self.lag_count = batch.lag_count
        self._tell(taken, seconds)
        await self._commit(consumer)

    def _record(self, record: Any) -> Record:
        topic = self.topics[record.topic]
        return Record(topic, record.partition, record.offset, record.key, record.value, record.headers)

    def _tell(self, taken: Taken, seconds: float) -> None:
        if taken.heard_count:
            log.info(
                "batch_taken", consumer=self.inbox.consumer, heard=taken.heard_count, fresh=taken.fresh_count,
                refused=len(taken.answers), set_aside=len(taken.asides), ms=round(seconds * 1000, 1),
            )  # fmt: skip
        if self.batch_finished is not None:
            self.batch_finished(self.inbox.consumer, seconds, taken)

    async def _place(self, consumer: AIOKafkaConsumer) -> None:
        """Go to our own cursors, wherever Kafka believes us to be."""
        self._placing_count += 1
        assigned = list(consumer.assignment())
        if not assigned:
            return
        starts = await consumer.beginning_offsets(assigned)
        ends = await consumer.end_offsets(assigned)
        place_of = {tp: (self.topics[tp.topic], tp.partition) for tp in assigned}
        async with self.inbox.database.begin(self.inbox.actor, Cause(self.inbox.consumer)) as tx:
            begin_at = {place_of[tp]: starts[tp] for tp in assigned}
            stand_at = await cursors.place_cursors(tx, self.inbox.consumer, begin_at)
        for tp in assigned:
            at = stand_at[place_of[tp]]
            if not starts[tp] <= at <= ends[tp]:
                raise LogLost(f"{tp.topic}[{tp.partition}] holds {starts[tp]}–{ends[tp]}, our cursor stands at {at}")
            consumer.seek(tp, at)
        self._unplaced = False

    def _look_between(self, skipped: Skipped) -> None:
        """Read again from the cursor; when the same record comes first, nothing lies between but a marker."""
        self.inbox.nothing_between |= {(place, at, skipped.first_at[place]) for place, at in skipped.cursors_at.items()}
        log.info("looking_between", consumer=self.inbox.consumer, places=len(skipped.cursors_at))
        self._unplaced = True

    async def _commit(self, consumer: AIOKafkaConsumer, *, now: bool = False) -> None:
        """Tell Kafka how far we are, for those who watch the lag; our own cursor does not need it."""
        if now or time.monotonic() - self._committed_at >= COMMIT_EVERY_SECONDS:
            self._committed_at = time.monotonic()
            try:
                async with asyncio.timeout(2):
                    await consumer.commit()
            except kafka.UNREACHABLE as away:
                log.info("offsets_not_committed", consumer=self.inbox.consumer, reason=repr(away))

    async def on_partitions_revoked(self, _revoked: Sequence[TopicPartition]) -> None:
        """Let the batch in hand finish."""
        async with self._taking:
            self._unplaced = True

    async def on_partitions_assigned(self, _assigned: Sequence[TopicPartition]) -> None:
        """What is read next is read from our own cursors."""
        self._unplaced = True

    async def find_lag(self) -> dict[Place, int] | None:
        """By partition of every topic, how many records stand before it; None while the broker cannot say."""
        consumer = self._consumer
        if consumer is None:
            return None
        of_topics = {topic: consumer.partitions_for_topic(topic) or set() for topic in self.topics}
        every = [TopicPartition(topic, number) for topic, numbers in of_topics.items() for number in numbers]
        ends = await consumer.end_offsets(every)
        async with self.inbox.database.read(self.inbox.actor, Cause(self.inbox.consumer)) as reader:
            stand_at = await cursors.find_cursors(reader, self.inbox.consumer)
        return {
            (self.topics[tp.topic], tp.partition): end - stand_at.get((self.topics[tp.topic], tp.partition), 0)
            for tp, end in ends.items()
        }

    def assigned_count(self) -> int:
        """How many partitions this member reads now."""
        return len(self._consumer.assignment()) if self._consumer is not None else 0

    def is_stuck(self) -> bool:
        """Progress, not presence, is liveness: there is something to take, and nothing was taken for too long."""
        silent_seconds = time.monotonic() - self.finished_at
        return self.lag_count > 0 and silent_seconds > self.settings.stuck_after_seconds


ConsumerRebalanceListener.register(Listener)  # the library is untyped, and a class cannot be derived from the unknown


async def _stop(consumer: AIOKafkaConsumer) -> None:
    try:
        async with asyncio.timeout(3):
            await consumer.stop()
    except kafka.UNREACHABLE as away:
        log.info("consumer_left_unstopped", reason=repr(away))
