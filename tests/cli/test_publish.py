"""A file told to a public topic, and a topic listened to, on real Kafka."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer
from typer.main import get_command

from cli.addresses import STATE_FILE
from cli.main import app
from shared.cloudevents import decode
from shared.events import Fact
from shared.events.inbound import MeterReading
from tests.cli.conftest import Curbstop, leave_addresses
from town.ground import Ground
from town.topics import create_topics, delete_topics

TOPIC = "inbound.meter-readings"
NOWHERE = "postgresql://127.0.0.1:9"
READINGS = """meter_serial,value,read_at
M-1,100,2026-03-01T12:00:00Z
M-2,abc,2026-03-01T12:00:00Z
M-3,300,2026-03-01T12:00:00Z
"""


@pytest.fixture
async def prefix(ground: Ground, tmp_path: Path) -> AsyncIterator[str]:
    """A town's prefix, with the one topic that this town has."""
    made = f"cli{uuid4().hex[:8]}."
    await create_topics(ground.kafka, [made + TOPIC], 2)
    leave_addresses(tmp_path, kafka=ground.kafka, topic_prefix=made)
    yield made
    await delete_topics(ground.kafka, [made + TOPIC])


async def all_of(ground: Ground, topic: str, count: int) -> list[Any]:
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=ground.kafka, auto_offset_reset="earliest")
    await consumer.start()
    try:
        async with asyncio.timeout(20):
            return [await consumer.getone() for _ in range(count)]
    finally:
        await consumer.stop()


def fact_of(record: Any) -> Fact:
    fact = decode(TOPIC, record.key, record.value, record.headers)
    assert fact is not None
    return fact


async def test_good_lines_are_published_bad_ones_come_back_and_twice_is_once(
    ground: Ground, prefix: str, curbstop: Curbstop, tmp_path: Path
) -> None:
    """The head-end's operator publishes last night's file, with one line that its printer spoiled."""
    file, refused = tmp_path / "readings.csv", tmp_path / "refused.csv"
    file.write_text(READINGS)
    ran = await curbstop("publish", str(file), "--topic", TOPIC, "--source", "/head-end", "--refused", str(refused))
    assert ran.code == 1
    assert "2 published, 1 refused" in ran.out
    assert "line 3: value: It must be a whole number." in ran.err
    assert refused.read_text().splitlines() == [
        "line,field,rule,remedy", "3,value,It must be a whole number.,Send digits only.",
    ]  # fmt: skip

    again = await curbstop("publish", "-", "--topic", TOPIC, "--source", "/head-end", "--json", stdin=READINGS.encode())
    assert again.code == 1
    told, summed = again.json_lines
    assert (told["refused"]["line"], summed["published"], summed["refused"]) == (3, 2, 1)

    heard = [fact_of(record) for record in await all_of(ground, prefix + TOPIC, 4)]
    assert {(fact.meter_serial, fact.value) for fact in heard if isinstance(fact, MeterReading)} == {
        ("M-1", 100), ("M-3", 300),
    }  # fmt: skip
    envelopes = [fact.envelope for fact in heard if fact.envelope is not None]
    assert len({envelope.event_id for envelope in envelopes}) == 2
    assert {envelope.source for envelope in envelopes} == {"/head-end"}


async def test_whoever_listens_sees_what_passed(prefix: str, curbstop: Curbstop, tmp_path: Path) -> None:
    (tmp_path / "readings.csv").write_text(READINGS)
    await curbstop("publish", str(tmp_path / "readings.csv"), "--topic", TOPIC)
    shown = await curbstop("listen", TOPIC, "--from-beginning", "--key", "M-3", "--count", "1", "--json")
    assert shown.code == 0
    assert (shown.json["type"], shown.json["data"]["value"]) == ("inbound.MeterReading", 300)
    plain = await curbstop("listen", TOPIC, "--from-beginning", "--type", "MeterReading", "--count", "2")
    assert plain.out.count("MeterReading") == 2
    assert "meter_serial=M-1" in plain.out


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("publish", "nothing.csv", "--topic", TOPIC), "cannot be read"),
        (("publish", "-", "--topic", "billing"), "no public inbound topic"),
        (("publish", "-", "--topic", TOPIC, "--encoding", "klingon"), "klingon"),
        (("publish", "-", "--topic", TOPIC, "--refused", "no/such/folder.csv"), "cannot be written"),
        (("publish", "-", "--topic", "inbound.remittances"), "no topic"),
        (("listen", "nowhere"), "There is no topic"),
    ],
)
async def test_what_cannot_be_done_is_said_in_a_sentence(
    prefix: str, curbstop: Curbstop, args: tuple[str, ...], says: str
) -> None:
    ran = await curbstop(*args, stdin=b"reference\n")
    assert ran.code == 1
    assert says in ran.err
    assert "Traceback" not in ran.err


async def test_without_a_town_each_command_says_how_to_start_one(curbstop: Curbstop, tmp_path: Path) -> None:
    leave_addresses(tmp_path)
    for args in (("aside", "list"), ("jobs", "list"), ("town", "turn", "--days", "1"), ("listen", "billing")):
        ran = await curbstop(*args)
        assert ran.code == 1, args
        assert "curbstop town up" in ran.err
        assert "Traceback" not in ran.err
    status = await curbstop("town", "status", "--json")
    assert (status.code, {row["state"] for row in status.json}) == (1, {"away"})
    assert "curbstop town up" in (await curbstop("town", "status")).err
    assert "curbstop town up" in (await curbstop("inbox", "rebuild", "billing", CURBSTOP_POSTGRES=NOWHERE)).err
    assert (await curbstop("town", "down")).out.strip() == "No town is up here."


async def test_an_address_file_that_is_torn_is_named(curbstop: Curbstop, tmp_path: Path) -> None:
    """The machine went down while the town was written down."""
    for torn in ("", '{"services": {', '{"ports": {}}'):
        (tmp_path / STATE_FILE).write_text(torn)
        ran = await curbstop("jobs", "list")
        assert (ran.code, f"{tmp_path / STATE_FILE} is not what a town leaves there" in ran.err) == (1, True), ran.err


async def test_a_token_is_for_somebody_who_is_there(curbstop: Curbstop) -> None:
    rosa = await curbstop("token", "rosa", "--json")
    assert (rosa.json["name"], rosa.json["roles"], rosa.json["token"].count(".")) == ("Rosa Delgado", ["csr"], 2)
    assert (await curbstop("token", "rosa")).out.strip().count(".") == 2
    nobody = await curbstop("token", "mallory")
    assert nobody.code == 1
    assert "Nobody in this town is called 'mallory'" in nobody.err
    elsewhere = await curbstop("token", "rosa", CURBSTOP_ENVIRONMENT="production")
    assert elsewhere.code == 1
    assert "does not start in production" in elsewhere.err


async def test_as_a_process_it_says_why_in_a_sentence_and_nothing_else(tmp_path: Path) -> None:
    leave_addresses(tmp_path)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "cli", "listen", "billing", env={**os.environ, "CURBSTOP_TOWN_FOLDER": str(tmp_path)},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await process.communicate()
    assert (process.returncode, out) == (1, b"")
    assert " ".join(err.decode().split()) == (
        "Kafka does not answer at 127.0.0.1:9: is the town up? `curbstop town up` starts it."
    )


def commands_of(group: Any, *words: str) -> Iterator[tuple[str, ...]]:
    """Every command below a group, by the words that call it."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands_of(command, *words, name)
        else:
            yield (*words, name)


@pytest.mark.parametrize("words", [(), *commands_of(get_command(app))], ids=" ".join)
async def test_every_command_shows_an_example_and_answers_programs(words: tuple[str, ...], curbstop: Curbstop) -> None:
    shown = await curbstop(*words, "--help")
    assert (shown.code, "Example" in shown.out) == (0, True)
    assert "--json" in shown.out or words in [("town", "up"), ("bill", "save")]


async def test_a_json_answer_is_json_and_nothing_else(prefix: str, curbstop: Curbstop) -> None:
    ran = await curbstop("publish", "-", "--topic", TOPIC, "--json", stdin=READINGS.encode())
    assert all(isinstance(json.loads(line), dict) for line in ran.out.splitlines())
    assert ran.err == ""
