"""Carries rows of the outbox to the broker: one record batch a topic and partition, in order, all acknowledged."""

import asyncio
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.partitioner import DefaultPartitioner

from shared.kafka import PUBLISH_TIMEOUT_SECONDS
from shared.outbox.steps import grouped

_murmur2 = DefaultPartitioner()
KEYS_REMEMBERED_MAX = 100_000


@lru_cache(KEYS_REMEMBERED_MAX)
def _partition_of(key: str, partitions: tuple[int, ...]) -> int:
    """As every Kafka client would choose; remembered, because the library's hash is dear and accounts come again."""
    chosen: int = _murmur2(key.encode(), partitions, partitions)
    return chosen


async def publish(producer: AIOKafkaProducer, rows: Sequence[Any]) -> None:
    """Publish rows (topic, key, headers, payload, created_at) in their order per partition, and await every one.

    Raises TimeoutError and KafkaError: then nobody knows what arrived, and the producer is to be thrown away.
    """
    async with asyncio.timeout(PUBLISH_TIMEOUT_SECONDS):
        acknowledgements = []
        for topic, of_topic in grouped((row["topic"], row) for row in rows).items():
            partitions = tuple(sorted(await producer.partitions_for(topic)))
            placed = ((_partition_of(row["key"], partitions), row) for row in of_topic)
            for partition, records in grouped(placed).items():
                acknowledgements += await _send(producer, topic, partition, records)
        await asyncio.gather(*acknowledgements)


async def _send(producer: AIOKafkaProducer, topic: str, partition: int, rows: Sequence[Any]) -> list[Any]:
    sent = []
    batch = producer.create_batch()
    for row in rows:
        if not _append(batch, row):
            sent.append(await producer.send_batch(batch, topic, partition=partition))
            batch = producer.create_batch()
            if not _append(batch, row):
                raise ValueError(f"outbox row of {len(row['payload'])} bytes fits into no batch")
    sent.append(await producer.send_batch(batch, topic, partition=partition))
    return sent


def _append(batch: Any, row: Any) -> bool:
    headers = [(name, value.encode()) for name, value in row["headers"].items()]
    created_ms = int(row["created_at"].timestamp() * 1000)
    written = batch.append(timestamp=created_ms, key=row["key"].encode(), value=row["payload"], headers=headers)
    return written is not None
