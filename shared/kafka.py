"""How this town speaks to Kafka: clients with every option said aloud, and two mends of the library."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError

from shared import forgiving
from shared.settings import Settings

PUBLISH_TIMEOUT_SECONDS = 1.5
"""Below the relay session's idle limit of 2 s: who cannot publish in time gives the lock up."""


class TopicsMissing(Exception):
    """The broker lacks topics that this service needs; `curbstop town up` or the deployment creates them."""


def _patient(update: Callable[..., Awaitable[bool]]) -> Callable[..., Awaitable[bool]]:
    async def patient(client: Any, *args: Any) -> bool:
        updated = await update(client, *args)
        if not updated:
            await asyncio.sleep(client._retry_backoff)
        return updated

    return patient


# aiokafka 0.14 asks for metadata in a loop without a pause when the only broker was stopped gracefully:
# 700,000 log lines and most of a core (reliability.md). tests/broken holds the broker down and counts.
AIOKafkaClient._metadata_update = _patient(AIOKafkaClient._metadata_update)
forgiving.mend()


def producer(settings: Settings) -> AIOKafkaProducer:
    """An idempotent producer, acks=all. After an error that is not retriable it is thrown away, never mended."""
    return AIOKafkaProducer(
        bootstrap_servers=settings.bootstrap_servers,
        client_id="curbstop-relay",
        enable_idempotence=True,
        acks="all",
        compression_type="zstd",
        max_batch_size=settings.event_bytes_max,
        max_request_size=1_000_000,
        linger_ms=0,
        request_timeout_ms=10_000,
        retry_backoff_ms=100,
        metadata_max_age_ms=60_000,
    )


def consumer(settings: Settings, group: str) -> AIOKafkaConsumer:
    """A member of a group that reads from the earliest record, and commits only when it is told to."""
    return AIOKafkaConsumer(
        bootstrap_servers=settings.bootstrap_servers,
        group_id=settings.topic(group),
        client_id=f"curbstop-{group}",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        fetch_max_wait_ms=100,
        fetch_max_bytes=8_000_000,
        max_partition_fetch_bytes=2_000_000,
        session_timeout_ms=6_000,
        heartbeat_interval_ms=1_000,
        rebalance_timeout_ms=30_000,
        # A connection that says nothing is given up after so long; a member that froze is missed before, so that
        # whoever joins is answered in time.
        request_timeout_ms=10_000,
        max_poll_interval_ms=3_600_000,
        retry_backoff_ms=100,
        metadata_max_age_ms=60_000,
    )


async def require_topics(settings: Settings, topics: Iterable[str]) -> None:
    """See that the topics are there: with a missing one the clients wait for ever. Raises TopicsMissing, KafkaError."""
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.bootstrap_servers, request_timeout_ms=5_000)
    try:
        async with asyncio.timeout(10):
            await admin.start()
        async with asyncio.timeout(10):
            there = set(await admin.list_topics())
    finally:
        await admin.close()
    missing = sorted({settings.topic(topic) for topic in topics} - there)
    if missing:
        raise TopicsMissing(f"the broker has no topic {', '.join(missing)}; create them first")


async def ask(settings: Settings) -> None:
    """See that one of the bootstrap servers takes a connection; a readiness probe must cost next to nothing."""
    for server in settings.bootstrap_servers:
        host, _, port = server.rpartition(":")
        try:
            _, writer = await asyncio.wait_for(asyncio.open_connection(host.strip("[]"), int(port)), 1)
        except (OSError, TimeoutError):
            continue
        writer.close()
        return
    raise ConnectionError("no bootstrap server takes a connection")


UNREACHABLE = (KafkaError, OSError, TimeoutError)
"""What a broker that is away, or slow, raises."""
