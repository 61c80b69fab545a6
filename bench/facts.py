"""The facts that benchmarks tell: made by the real models, so that the bytes are real."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.partitioner import DefaultPartitioner

from shared.cloudevents import headers_of, value_of
from shared.events import Fact
from shared.events.accounts import AccountOpened
from shared.events.billing import ShutoffWithdrawn
from shared.ids import AccountId, AccountNumber, AuthorizationId, new_id, number_from

NOW = datetime(2026, 7, 1, 14, 0, tzinfo=UTC)
_partition_of = DefaultPartitioner()

Told = tuple[bytes, bytes, list[tuple[str, bytes]]]
"""Key, value and headers of a record."""


def opened(serial: int, account_id: UUID | None = None) -> AccountOpened:
    """Somebody's account; nobody real."""
    return AccountOpened(
        account_id=AccountId(account_id or new_id()), account_number=AccountNumber(number_from(serial)),
        holder_name=f"Resident {serial}", service_address=f"{serial} Main Street, Springfield NJ 07081",
        mailing_address=f"{serial} Main Street, Springfield NJ 07081", billing_cycle="C1", opened_on=date(2026, 1, 5),
    )  # fmt: skip


def withdrawn() -> ShutoffWithdrawn:
    """A small fact with a key of its own."""
    return ShutoffWithdrawn(
        account_id=AccountId(new_id()), authorization_id=AuthorizationId(new_id()), reason_code="paid", withdrawn_at=NOW
    )


def told(fact: Fact) -> Told:
    """A fact as it stands in a record."""
    event_id = new_id()
    return fact.key().encode(), value_of(fact), headers_of(fact, event_id, NOW, str(event_id), None)


async def publish(bootstrap: str, topic: str, records: Iterable[Told]) -> int:
    """Put records on a topic, in order per key; answers how many."""
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", enable_idempotence=True, linger_ms=20)
    await producer.start()
    try:
        partitions = sorted(await producer.partitions_for(topic))
        by_partition: dict[int, list[Told]] = {number: [] for number in partitions}
        count = 0
        for record in records:
            by_partition[_partition_of(record[0], partitions, partitions)].append(record)
            count += 1
        for number, held in by_partition.items():
            await _send(producer, topic, number, held)
    finally:
        await producer.stop()
    return count


async def _send(producer: Any, topic: str, partition: int, records: Sequence[Told]) -> None:
    batch = producer.create_batch()
    for key, value, headers in records:
        if batch.append(timestamp=None, key=key, value=value, headers=headers) is None:
            await (await producer.send_batch(batch, topic, partition=partition))
            batch = producer.create_batch()
            batch.append(timestamp=None, key=key, value=value, headers=headers)
    if batch.record_count():
        await (await producer.send_batch(batch, topic, partition=partition))


async def ends_of(bootstrap: str, topic: str, partitions_count: int) -> dict[int, int]:
    """By partition of a topic, how many records were ever put on it."""
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap)
    await consumer.start()
    try:
        partitions = [TopicPartition(topic, number) for number in range(partitions_count)]
        consumer.assign(partitions)
        return {tp.partition: end for tp, end in (await consumer.end_offsets(partitions)).items()}
    finally:
        await consumer.stop()


async def records_count(bootstrap: str, topic: str, partitions_count: int) -> int:
    """How many records were ever put on a topic."""
    return sum((await ends_of(bootstrap, topic, partitions_count)).values())
