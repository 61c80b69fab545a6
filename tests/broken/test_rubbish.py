"""Other city systems send rubbish by the thousand: each message is taken or answered, and no good one suffers."""

import asyncio
from collections.abc import Sequence
from itertools import count

import pytest
from aiokafka import AIOKafkaProducer

from shared.cloudevents import Unreadable, decode
from shared.events import inbound
from shared.inbox import Record
from shared.tower import tower_of
from tests.rooms import StillClock
from tests.rubbish import bad_messages, good_parts
from town.ground import Ground
from town.issuer import Issuer
from town.stand import Town

HEARERS = {
    "inbound.meter-readings": "billing",
    "inbound.remittances": "payments",
    "inbound.field-results": "accounts",
}
BAD_COUNT = 20_000
GOOD_EVERY = 100

Sent = dict[tuple[str, int, int], Record]
"""What was sent, by the place in which Kafka keeps it."""


@pytest.mark.timeout(300)
async def test_twenty_thousand_bad_messages_stop_nothing(ground: Ground, issuer: Issuer) -> None:
    """A lockbox that went mad keeps sending; the money that it tells of rightly in between is all there."""
    services = [name for topic, name in HEARERS.items() if topic in tower_of(name).hearing.topics(outside=True)]
    topics = [topic for topic, name in HEARERS.items() if name in services]
    async with Town.built(ground, StillClock(), issuer, services) as town:
        sent = await publish(town, messages(topics))
        await town.settle(240)
        answered = {
            (fact.original_topic, fact.original_partition, fact.original_offset): fact
            for fact in town.facts
            if isinstance(fact, inbound.MessageRefused)
        }
        assert await town.asides() == []
        assert answered.keys() <= sent.keys()
        for place, record in sent.items():
            if place not in answered:
                assert decode(record.topic, record.key, record.value, record.headers) is not None
            elif not readable(record):
                assert answered[place].rule
                assert answered[place].remedy
        kept = await town.fetch("payments", "SELECT count(*) AS n FROM remittances WHERE reference LIKE 'GOOD-%'")
        good = [record for record in sent.values() if record.key == b"GOOD" and record.topic == "inbound.remittances"]
        assert kept[0]["n"] == len(good) > 0


def messages(topics: Sequence[str]) -> list[Record]:
    """The rubbish, and a good message after every hundred bad ones."""
    mixed = []
    serial = count()
    for record in bad_messages(seed=7, count=BAD_COUNT, topics=topics):
        mixed.append(record)
        if record.offset % GOOD_EVERY == 0:
            number = next(serial)
            topic = topics[number % len(topics)]
            named = {"reference": f"GOOD-{number}"} if topic == "inbound.remittances" else {}
            _, value, headers = good_parts(topic, BAD_COUNT + number, **named)
            mixed.append(Record(topic, 0, BAD_COUNT + number, b"GOOD", value, headers))
    return mixed


def readable(record: Record) -> bool:
    """Whether the contract allows it; a rule of the service may still refuse it."""
    try:
        return decode(record.topic, record.key, record.value, record.headers) is not None
    except Unreadable:
        return False


async def publish(town: Town, records: Sequence[Record]) -> Sent:
    """Send them all, in order; answers where each lies."""
    async with AIOKafkaProducer(bootstrap_servers=town.settings.bootstrap_servers, linger_ms=5) as producer:
        waiting = [
            await producer.send(town.settings.topic(one.topic), one.value, one.key or b"", headers=one.headers)
            for one in records
        ]
        places = await asyncio.gather(*waiting)
    return {
        (record.topic, place.partition, place.offset): record for record, place in zip(records, places, strict=True)
    }
