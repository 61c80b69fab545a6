"""A service hears its topics one after the other, those last that its own facts come from first.

The records are the real ones from the real broker, taken by the service's own inbox. Only the group is left out: to
join one for each topic of each step took most of a story's time, and groups are broken on purpose elsewhere.
"""

from collections.abc import AsyncIterator, Mapping

from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.auth import Actor
from shared.inbox import Inbox, Record
from shared.inbox.cursors import place_cursors
from shared.inbox.records import Place
from shared.postgres import Cause
from shared.tower import Running
from town.stand import PARTITIONS, Town

WAIT_MS = 5_000


async def hear_in_the_worst_order(town: Town, service: str) -> None:
    """Hear everything that waits, topic by topic, in the reverse of the order in which things were caused."""
    running = Running(town.towers[service], town.settings, town.clock, parts=[])
    inbox = running.listeners[0].inbox
    topics = running.tower.hearing.topics(outside=False)
    places = {TopicPartition(town.settings.topic(topic), n): (topic, n) for topic in topics for n in range(PARTITIONS)}
    reader = AIOKafkaConsumer(bootstrap_servers=town.settings.bootstrap_servers, enable_auto_commit=False)
    await reader.start()
    try:
        async with running.running():
            reader.assign(list(places))
            reader.pause(*places)  # a fetch that waits for more would hold up every other question
            ends = await reader.end_offsets(list(places))
            await _go_to_cursors(reader, places, inbox)
            for topic in reversed(topics):
                async for records in _waiting(reader, {tp: p for tp, p in places.items() if p[0] == topic}, ends):
                    await inbox.take(records)
    finally:
        await reader.stop()


async def _go_to_cursors(reader: AIOKafkaConsumer, places: Mapping[TopicPartition, Place], inbox: Inbox) -> None:
    async with inbox.database.begin(Actor.service(inbox.database.service), Cause("worst order")) as tx:
        at = await place_cursors(tx, inbox.consumer, dict.fromkeys(places.values(), 0))
    for tp, place in places.items():
        reader.seek(tp, at[place])


async def _waiting(
    reader: AIOKafkaConsumer, places: Mapping[TopicPartition, Place], ends: Mapping[TopicPartition, int]
) -> AsyncIterator[list[Record]]:
    """What waits in these partitions, batch by batch."""
    while behind := [tp for tp in places if await reader.position(tp) < ends[tp]]:
        reader.resume(*behind)
        fetched = await reader.getmany(*behind, timeout_ms=WAIT_MS)
        reader.pause(*behind)
        yield [
            Record(*places[tp], record.offset, record.key, record.value, record.headers)
            for tp, records in fetched.items()
            for record in records
        ]
