"""How the operator's hand speaks to Kafka: what it publishes is acknowledged, what it listens to is nobody's group."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient

from cli.addresses import Addresses
from shared.kafka import UNREACHABLE
from town.trouble import Trouble

ANSWER_SECONDS_MAX = 10.0
Headers = Sequence[tuple[str, bytes]]


async def check_topic(found: Addresses, topic: str) -> None:
    """See that the topic is there: with a missing one Kafka's clients wait for ever. Raises Trouble."""
    admin = AIOKafkaAdminClient(bootstrap_servers=found.kafka.split(","), request_timeout_ms=5_000)
    try:
        async with asyncio.timeout(ANSWER_SECONDS_MAX):
            await admin.start()
            there = set(await admin.list_topics())
    except UNREACHABLE as away:
        raise Trouble(
            f"Kafka does not answer at {found.kafka}: is the town up? `curbstop town up` starts it."
        ) from away
    finally:
        await admin.close()
    if found.topic(topic) not in there:
        raise Trouble(f"Kafka at {found.kafka} has no topic {found.topic(topic)}: `curbstop town up` makes them all.")


@asynccontextmanager
async def producing(found: Addresses) -> AsyncIterator[AIOKafkaProducer]:
    """An idempotent producer; what was sent is acknowledged when the block ends."""
    producer = AIOKafkaProducer(
        bootstrap_servers=found.kafka.split(","), client_id="curbstop-cli", enable_idempotence=True, acks="all",
        linger_ms=20, max_batch_size=256_000, max_request_size=1_000_000, request_timeout_ms=20_000,
    )  # fmt: skip
    await producer.start()
    try:
        yield producer
    finally:
        # Without a broker it would try for ever to send what it still holds.
        async with asyncio.timeout(ANSWER_SECONDS_MAX):
            await producer.stop()


@asynccontextmanager
async def listening(found: Addresses, topic: str, *, from_beginning: bool) -> AsyncIterator[AIOKafkaConsumer]:
    """A consumer of a whole topic, from now on or from its beginning, that leaves no trace."""
    consumer = AIOKafkaConsumer(
        found.topic(topic), bootstrap_servers=found.kafka.split(","), client_id="curbstop-cli",
        auto_offset_reset="earliest" if from_beginning else "latest", enable_auto_commit=False,
        fetch_max_wait_ms=100, isolation_level="read_committed",
    )  # fmt: skip
    await consumer.start()
    try:
        yield consumer
    finally:
        await consumer.stop()
