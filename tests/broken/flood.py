"""A flood of rubbish over the public inbound topics with good messages in it, and what must have become of each."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count

from aiokafka import AIOKafkaProducer

from shared.cloudevents import Unreadable, decode
from shared.events import inbound
from shared.inbox import Record
from tests.rubbish import bad_messages, good_parts
from town.standing import Standing

HEARERS = {
    "inbound.meter-readings": "billing",
    "inbound.remittances": "payments",
    "inbound.field-results": "accounts",
}
"""By topic, the service that hears it."""
GOOD_EVERY = 100

Sent = dict[tuple[str, int, int], Record]
"""What was sent, by the place in which Kafka keeps it."""


@dataclass
class Flood:
    """So many bad messages, the same for the same seed, and a good one after every hundred of them."""

    town: Standing
    bad_count: int
    seed: int = 7
    records: list[Record] = field(init=False)
    sent: Sent = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.records = _mixed(self.seed, self.bad_count, list(HEARERS))

    async def pour(self, limit_seconds: float) -> None:
        """Send them all, in order, and wait until all who hear them are at rest."""
        producer = AIOKafkaProducer(bootstrap_servers=self.town.settings.bootstrap_servers, linger_ms=5)
        async with producer:
            waiting = [
                await producer.send(self.town.settings.topic(one.topic), one.value, one.key or b"", headers=one.headers)
                for one in self.records
            ]
            places = await asyncio.gather(*waiting)
        self.sent = {
            (record.topic, place.partition, place.offset): record
            for record, place in zip(self.records, places, strict=True)
        }
        await self.town.settle(limit_seconds)

    async def check(self) -> None:
        """Each message was taken or answered, with the rule and the remedy; and every good remittance is there."""
        answered = {
            (fact.original_topic, fact.original_partition, fact.original_offset): fact
            for fact in self.town.facts
            if isinstance(fact, inbound.MessageRefused)
        }
        assert await self.town.asides() == []
        assert answered.keys() <= self.sent.keys()
        for place, record in self.sent.items():
            if place not in answered:
                assert decode(record.topic, record.key, record.value, record.headers) is not None
            elif not _readable(record):
                assert answered[place].rule
                assert answered[place].remedy
        kept = await self.town.fetch("payments", "SELECT count(*) AS n FROM remittances WHERE reference LIKE 'GOOD-%'")
        good = [record for record in self.records if record.key == b"GOOD" and record.topic == "inbound.remittances"]
        assert kept[0]["n"] == len(good) > 0


def _mixed(seed: int, bad_count: int, topics: Sequence[str]) -> list[Record]:
    mixed = []
    serial = count()
    for record in bad_messages(seed=seed, count=bad_count, topics=topics):
        mixed.append(record)
        if record.offset % GOOD_EVERY == 0:
            number = next(serial)
            topic = topics[number % len(topics)]
            named = {"reference": f"GOOD-{number}"} if topic == "inbound.remittances" else {}
            _, value, headers = good_parts(topic, bad_count + number, **named)
            mixed.append(Record(topic, 0, bad_count + number, b"GOOD", value, headers))
    return mixed


def _readable(record: Record) -> bool:
    """Whether the contract allows it; a rule of the service may still refuse it."""
    try:
        return decode(record.topic, record.key, record.value, record.headers) is not None
    except Unreadable:
        return False
