"""The town's topics: one a service, the public inbound ones, and where refusals are answered."""

import asyncio
from collections.abc import Sequence

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import (
    KafkaError,
    NodeNotReadyError,
    TopicAlreadyExistsError,
    UnknownTopicOrPartitionError,
    for_code,
)

from town.trouble import Trouble

REPLICAS_MAX = 3
_TRIES_MAX = 50
_ALREADY_EXISTS = int(TopicAlreadyExistsError.errno)
_UNKNOWN = int(UnknownTopicOrPartitionError.errno)


async def create_topics(bootstrap: str, names: Sequence[str], partitions: int = 6) -> None:
    """Make the topics that are not there yet. Existing ones stay as they are. Raises Trouble.

    Where there are several brokers, a topic is on up to three of them, and what was acknowledged is on all but one.
    """
    admin = await _admin(bootstrap)
    try:
        replicas = min(len((await admin.describe_cluster())["brokers"]), REPLICAS_MAX)
        in_sync = {"min.insync.replicas": str(max(replicas - 1, 1))}
        topics = [NewTopic(name, partitions, replicas, topic_configs=in_sync) for name in names]
        answer = await admin.create_topics(topics, timeout_ms=30_000)
        for name, code, *_ in answer.topic_errors:
            if code not in {0, _ALREADY_EXISTS}:
                raise Trouble(f"Kafka refused to make the topic {name}: {for_code(code).__name__}.")
        await _until_led(admin, names)
    finally:
        await admin.close()


async def delete_topics(bootstrap: str, names: Sequence[str]) -> None:
    """Remove topics with all that is in them; those that are not there are no matter."""
    admin = await _admin(bootstrap)
    try:
        await admin.delete_topics(list(names), timeout_ms=30_000)
    finally:
        await admin.close()


async def until_gone(bootstrap: str, names: Sequence[str]) -> None:
    """Wait until the broker has let go of topics that were removed: what it still takes for them is lost with them."""
    admin = await _admin(bootstrap)
    try:
        for _ in range(_TRIES_MAX):
            if all(topic["error_code"] == _UNKNOWN for topic in await admin.describe_topics(list(names))):
                return
            await asyncio.sleep(0.1)
        raise Trouble(f"Kafka was to remove the topics {', '.join(names)}, and still has them.")
    finally:
        await admin.close()


async def _admin(bootstrap: str) -> AIOKafkaAdminClient:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap.split(","), request_timeout_ms=30_000)
    for attempt in range(_TRIES_MAX):
        try:
            await admin.start()
        except (KafkaError, OSError) as reason:
            await admin.close()
            if attempt == _TRIES_MAX - 1:
                raise Trouble(f"Kafka does not answer at {bootstrap}: {reason}") from reason
            await asyncio.sleep(0.1)
        else:
            return admin
    raise NodeNotReadyError


async def _until_led(admin: AIOKafkaAdminClient, names: Sequence[str]) -> None:
    """A topic is there when each of its partitions has a leader; before that a client would wait or fail."""
    for _ in range(_TRIES_MAX):
        described = await admin.describe_topics(list(names))
        if all(
            topic["error_code"] == 0 and topic["partitions"] and all(p["leader"] >= 0 for p in topic["partitions"])
            for topic in described
        ):
            return
        await asyncio.sleep(0.1)
    raise Trouble(f"Kafka made the topics {', '.join(names)} and found no leader for them.")
