"""What docs/publish.md shows another city system works when it is pasted: each snippet is run against a real broker."""

import re
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from shared.cloudevents import CloudEventExpected, decode, headers_of, value_of
from shared.events import Fact
from shared.events.inbound import MessageRefused, MeterReading, Remittance
from shared.ids import new_id
from shared.refused import Message, answer
from tests.sources import ROOT
from town.ground import Ground
from town.topics import create_topics, delete_topics

PAGE = (ROOT / "docs" / "publish.md").read_text(encoding="utf-8")
BINARY, STRUCTURED, REFUSALS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
TOPICS = ("inbound.meter-readings", "inbound.remittances", "inbound.refused")


class Broker:
    """The page's topics, under a prefix of this test's own."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.prefix = f"publish-{uuid4().hex[:8]}."
        self.topics = [self.prefix + topic for topic in TOPICS]

    def run(self, snippet: str, folder: Path) -> str:
        """Run a snippet as it stands on the page, but for the address and the prefix; answers what it printed."""
        here = snippet.replace("127.0.0.1:9192", self.address).replace('"inbound.', f'"{self.prefix}inbound.')
        for event_type in ("inbound.MeterReading", "inbound.Remittance"):
            here = here.replace(f'"{self.prefix}{event_type}"', f'"{event_type}"')
        (folder / "snippet.py").write_text(here, encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "snippet.py"], cwd=folder, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    async def hear(self, topic: str) -> Fact | None:
        """The first message on a topic, as an inbox reads it."""
        async with AIOKafkaConsumer(
            self.prefix + topic, bootstrap_servers=self.address, auto_offset_reset="earliest"
        ) as consumer:
            record = await consumer.getone()
        return decode(topic, record.key, record.value, record.headers)


@pytest.fixture
async def broker(ground: Ground) -> AsyncIterator[Broker]:
    broker = Broker(ground.kafka)
    await create_topics(broker.address, broker.topics, partitions=1)
    yield broker
    await delete_topics(broker.address, broker.topics)


async def test_a_head_end_publishes_a_reading_in_ten_lines(broker: Broker, tmp_path: Path) -> None:
    assert len(BINARY.strip().splitlines()) <= 11
    broker.run(BINARY, tmp_path)
    reading = await broker.hear("inbound.meter-readings")
    assert isinstance(reading, MeterReading)
    assert (reading.meter_serial, reading.value) == ("N7-00418230", 419_422)
    assert reading.read_at == datetime(2026, 3, 31, 10, 15, tzinfo=UTC)


async def test_a_lockbox_publishes_a_remittance_as_one_structured_event(broker: Broker, tmp_path: Path) -> None:
    broker.run(STRUCTURED, tmp_path)
    remittance = await broker.hear("inbound.remittances")
    assert isinstance(remittance, Remittance)
    assert remittance.amount_cents == 8_437
    assert remittance.envelope is not None
    assert remittance.envelope.outside_id == "LBX-20260520-0007"


async def test_a_head_end_reads_what_was_refused_and_why(broker: Broker, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    sent = [("ce_source", b"/head-end/7"), ("ce_id", b"r-1")]
    refused = answer(Message(TOPICS[0], 0, 0, b"M-1", b"{}", sent), CloudEventExpected(field="ce_specversion"), now)
    async with AIOKafkaProducer(bootstrap_servers=broker.address) as producer:
        headers = headers_of(refused, new_id(), now, "c", None)
        await producer.send_and_wait(broker.topics[2], value_of(refused), key=b"M-1", headers=headers)
    said = broker.run(REFUSALS.replace("poll(10)", "poll(3)"), tmp_path)
    assert said.startswith("r-1 ce_specversion A message here is a CloudEvent 1.0")
    assert isinstance(await broker.hear("inbound.refused"), MessageRefused)
