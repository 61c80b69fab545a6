"""A relay with nothing but the work: read what is new, one record batch a partition, acknowledge, note where we are.

It is not safe (it loses what commits late) and knows neither marks nor gaps; that is what ours pays for.
"""

import asyncio
import json
import time
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.partitioner import DefaultPartitioner

_partition_of = DefaultPartitioner()
_ROWS = "SELECT seq, topic, key, headers::text, payload FROM outbox WHERE seq > $1 ORDER BY seq LIMIT 2000"
_STATE = "CREATE TABLE IF NOT EXISTS bare_relay (only_row int PRIMARY KEY, last bigint NOT NULL) WITH (fillfactor = 10)"


class BareRelay:
    """Carries one outbox."""

    def __init__(self, connection: Any, producer: AIOKafkaProducer) -> None:
        self._connection = connection
        self._producer = producer
        self.last = 0
        self.acknowledged_ns: dict[str, int] = {}
        """By key, when the broker had acknowledged it."""
        self.keep_times = False

    async def begin(self) -> None:
        """Make its one row, and start at the beginning."""
        await self._connection.execute(_STATE)
        await self._connection.execute(
            "INSERT INTO bare_relay VALUES (1, 0) ON CONFLICT (only_row) DO UPDATE SET last = 0"
        )
        self.last = 0

    async def step(self) -> int:
        """Carry the next 2,000; how many there were."""
        async with self._connection.transaction():
            rows = await self._connection.fetch(_ROWS, self.last)
            if not rows:
                return 0
            await self._publish(rows)
            await self._connection.execute("UPDATE bare_relay SET last = $1", rows[-1]["seq"])
        self.last = rows[-1]["seq"]
        if self.keep_times:
            now = time.monotonic_ns()
            self.acknowledged_ns.update((row["key"], now) for row in rows)
        return len(rows)

    async def run(self, woken: asyncio.Event) -> None:
        """Carry whenever it is woken, or every 5 ms."""
        while True:
            woken.clear()
            if await self.step() == 0:
                try:
                    await asyncio.wait_for(woken.wait(), 0.005)
                except TimeoutError:
                    continue

    async def _publish(self, rows: list[Any]) -> None:
        partitions = sorted(await self._producer.partitions_for(rows[0]["topic"]))
        by_partition: dict[int, list[Any]] = {}
        for row in rows:
            key = row["key"].encode()
            by_partition.setdefault(_partition_of(key, partitions, partitions), []).append(row)
        sent = []
        for partition, held in by_partition.items():
            batch = self._producer.create_batch()
            for row in held:
                headers = [(name, text.encode()) for name, text in json.loads(row["headers"]).items()]
                key, value = row["key"].encode(), row["payload"]
                if batch.append(timestamp=None, key=key, value=value, headers=headers) is None:
                    sent.append(await self._producer.send_batch(batch, row["topic"], partition=partition))
                    batch = self._producer.create_batch()
                    batch.append(timestamp=None, key=key, value=value, headers=headers)
            sent.append(await self._producer.send_batch(batch, held[0]["topic"], partition=partition))
        await asyncio.gather(*sent)
