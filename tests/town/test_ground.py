"""The ground itself: real servers start, are killed, come back with what they kept, and leave nothing behind."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import asyncpg
import psutil
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from town import kafka, postgres
from town.ground import Ground, ground
from town.kafka import Broker
from town.ports import free_port, is_free
from town.postgres import Database
from town.stand_in import ask_for_topics
from town.topics import create_topics
from town.trouble import Trouble

pytestmark = [pytest.mark.ground, pytest.mark.broken, pytest.mark.xdist_group("own-ground")]


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """A folder that whoever PostgreSQL runs as may enter."""
    folder = Path(tempfile.mkdtemp(prefix="curbstop-ground-"))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
async def own(place: Path) -> AsyncIterator[Ground]:
    """Servers that nobody else stands on: to be broken."""
    async with ground(place, lasting=False, always_own=True) as standing:
        yield standing


async def _publish(bootstrap: str, topic: str, value: bytes) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", enable_idempotence=True)
    await producer.start()
    await producer.send_and_wait(topic, value)
    await producer.stop()


async def _first(bootstrap: str, topic: str) -> bytes | None:
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=bootstrap, auto_offset_reset="earliest")
    await consumer.start()
    record = await asyncio.wait_for(consumer.getone(), 20)
    await consumer.stop()
    return record.value


async def test_a_broker_that_was_killed_has_kept_what_it_acknowledged(own: Ground) -> None:
    topic = f"kept-{uuid4().hex}"
    await create_topics(own.kafka, [topic], 1)
    await create_topics(own.kafka, [topic], 1)  # a second time is no matter
    await _publish(own.kafka, topic, b"paid")
    await own.broker.kill()
    assert not own.broker.alive
    assert not await kafka.answers(own.kafka)
    await own.broker.start()
    assert await _first(own.kafka, topic) == b"paid"


async def test_a_broker_can_be_stopped_gracefully_and_frozen(own: Ground) -> None:
    await own.broker.stop_gracefully()
    assert not own.broker.alive
    await own.broker.start()
    own.broker.freeze()
    assert not await kafka.answers(own.kafka)
    own.broker.thaw()
    assert await kafka.answers(own.kafka)


async def test_a_database_that_was_shut_down_at_once_has_kept_what_it_committed(own: Ground) -> None:
    connection = await asyncpg.connect(own.database.url("postgres"))
    await connection.execute("CREATE TABLE payments (cents int)")
    await connection.execute("INSERT INTO payments VALUES (100)")
    await own.database.stop_immediately()
    assert not await postgres.answers(own.postgres)
    await own.database.start()
    again = await asyncpg.connect(own.database.url("postgres"))
    assert await again.fetchval("SELECT sum(cents) FROM payments") == 100
    await again.execute("CREATE EXTENSION pg_trgm; CREATE EXTENSION btree_gist")
    await own.database.kill()
    await own.database.start()
    once_more = await asyncpg.connect(own.database.url("postgres"))
    assert await once_more.fetchval("SELECT sum(cents) FROM payments") == 100
    await once_more.close()
    for cut_off in (connection, again):
        cut_off.terminate()


async def test_a_town_leaves_no_process_and_finds_its_state_at_the_second_start(place: Path) -> None:
    folder = place / "second"
    async with ground(folder, lasting=False, always_own=True) as first:
        await create_topics(first.kafka, ["kept"], 1)
        await _publish(first.kafka, "kept", b"reading")
        pids = [first.broker.pid, first.database.pid]
    assert not [pid for pid in pids if psutil.pid_exists(pid)]
    assert not list(folder.glob("*/*.pid"))
    async with ground(folder, lasting=False, always_own=True) as second:
        assert await _first(second.kafka, "kept") == b"reading"


async def test_a_broker_left_by_a_killed_town_is_ended_before_the_next_starts(own: Ground) -> None:
    left_pid = own.broker.pid
    another = Broker(own.broker.folder, own.broker.port, lasting=False)
    another.controller_port = own.broker.controller_port
    await another.start()
    assert not psutil.pid_exists(left_pid) or psutil.Process(left_pid).status() == psutil.STATUS_ZOMBIE
    await another.stop_gracefully()
    await own.broker.start()


async def test_a_port_in_use_is_a_sentence_that_names_the_line_to_change(own: Ground, place: Path) -> None:
    with pytest.raises(
        Trouble, match=rf"Port {own.broker.port} is in use, and Kafka needs it.*`ports.kafka` in town.toml"
    ):
        await Broker(place / "refused", own.broker.port).start()
    with pytest.raises(Trouble, match=r"PostgreSQL needs it.*`ports.postgres` in town.toml"):
        await Database(place / "refused", own.database.port).start()


async def test_named_servers_are_used_and_nothing_is_started(
    own: Ground, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CURBSTOP_KAFKA", own.kafka)
    monkeypatch.setenv("CURBSTOP_POSTGRES", own.postgres)
    async with ground(place / "named") as named:
        assert (named.kafka, named.postgres) == (own.kafka, own.postgres)
        assert not (place / "named").exists()
        with pytest.raises(Trouble, match="not ours to stop"):
            await named.broker.kill()


async def test_a_named_server_that_does_not_answer_is_said_so(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = f"127.0.0.1:{free_port()}"
    monkeypatch.setenv("CURBSTOP_KAFKA", nobody)
    monkeypatch.setenv("CURBSTOP_POSTGRES", f"postgresql://postgres:secret@{nobody}")
    with pytest.raises(Trouble, match=f"CURBSTOP_KAFKA names {nobody}, and no Kafka answers there"):
        async with ground(place / "named"):
            pass


async def test_no_disk_no_jars_and_no_wheel_are_sentences_too(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kafka, "DISK_BYTES_MIN", 2**60)
    with pytest.raises(Trouble, match=r"Only \d+ MB are free .*: make room"):
        await Broker(place / "full").start()
    monkeypatch.undo()
    (place / "empty").mkdir()
    monkeypatch.setenv("CURBSTOP_KAFKA_JARS", str(place / "empty"))
    with pytest.raises(Trouble, match="there is no jar in it"):
        await Broker(place / "jarless").start()


async def test_where_there_are_no_jars_a_stand_in_plays_and_says_so(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (place / "bare").mkdir()
    monkeypatch.delenv("CURBSTOP_KAFKA", raising=False)
    monkeypatch.setenv("CURBSTOP_KAFKA_JARS", str(place / "bare"))
    async with ground(place / "played", lasting=False, may_stand_in=True) as played:
        assert "there is no jar in it" in played.stand_in_because
        await ask_for_topics(played.kafka, ["readings"])
        await _publish(played.kafka, "readings", b"12")
        assert await _first(played.kafka, "readings") == b"12"
        with pytest.raises(Trouble, match="not ours to stop"):
            await played.broker.kill()


def test_a_free_port_is_free() -> None:
    assert is_free(free_port())
