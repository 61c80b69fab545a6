"""The same ground in containers, where a Docker engine answers that has the images; nothing is ever pulled."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import docker
from docker.errors import DockerException
from testcontainers.core.config import testcontainers_config
from testcontainers.core.container import DockerContainer

from town import kafka, postgres
from town.ground import Ground
from town.ports import LOCALHOST, free_port
from town.trouble import Trouble

KAFKA_IMAGE = "apache/kafka:4.3.1"
POSTGRES_IMAGE = "postgres:18"
READY_SECONDS_MAX = 90.0
_ASK_SECONDS_MAX = 3


def engine_has_images() -> bool:
    """Whether an engine answers and holds both images."""
    try:
        client = docker.from_env(timeout=_ASK_SECONDS_MAX)
        client.ping()
        for image in (KAFKA_IMAGE, POSTGRES_IMAGE):
            client.images.get(image)
    except (DockerException, OSError):
        return False
    return True


@asynccontextmanager
async def containers() -> AsyncIterator[Ground]:
    """Kafka and PostgreSQL in containers while the block runs, on free ports. Raises Trouble."""
    testcontainers_config.ryuk_disabled = True  # its reaper would have to be pulled; the keeper takes down itself
    broker_port, database_port = free_port(), free_port()
    bootstrap, url = f"{LOCALHOST}:{broker_port}", f"postgresql://postgres@{LOCALHOST}:{database_port}"
    broker, database = _broker(broker_port), _database(database_port)
    try:
        await asyncio.gather(asyncio.to_thread(broker.start), asyncio.to_thread(database.start))
        await asyncio.gather(_until(kafka.answers, bootstrap, "Kafka"), _until(postgres.answers, url, "PostgreSQL"))
        yield Ground(bootstrap, url)
    finally:
        await asyncio.gather(asyncio.to_thread(broker.stop), asyncio.to_thread(database.stop))


def _broker(port: int) -> DockerContainer:
    settings = {
        "KAFKA_NODE_ID": "1",
        "KAFKA_PROCESS_ROLES": "broker,controller",
        "KAFKA_LISTENERS": "PLAINTEXT://:9092,CONTROLLER://:9093",
        "KAFKA_ADVERTISED_LISTENERS": f"PLAINTEXT://{LOCALHOST}:{port}",
        "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
        "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
        "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@localhost:9093",
        "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
        "KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS": "3",
        "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "1",
        "KAFKA_SHARE_COORDINATOR_STATE_TOPIC_REPLICATION_FACTOR": "1",
        "KAFKA_SHARE_COORDINATOR_STATE_TOPIC_MIN_ISR": "1",
        "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
        "KAFKA_AUTO_CREATE_TOPICS_ENABLE": "false",
    }
    container = DockerContainer(KAFKA_IMAGE).with_bind_ports(9092, port)
    for name, setting in settings.items():
        container.with_env(name, setting)
    return container


def _database(port: int) -> DockerContainer:
    container = DockerContainer(POSTGRES_IMAGE).with_bind_ports(5432, port)
    container.with_env("POSTGRES_HOST_AUTH_METHOD", "trust")
    laid_out = "--encoding=UTF8 --locale-provider=builtin --builtin-locale=C.UTF-8 --locale=C"
    container.with_env("POSTGRES_INITDB_ARGS", laid_out)
    return container.with_command(f"postgres -c fsync=off -c max_connections={postgres.CONNECTIONS_MAX}")


async def _until(answers: Callable[[str], Awaitable[bool]], address: str, name: str) -> None:
    end = time.monotonic() + READY_SECONDS_MAX
    while not await answers(address):
        if time.monotonic() > end:
            raise Trouble(f"The container of {name} did not answer within {READY_SECONDS_MAX:.0f} s.")
        await asyncio.sleep(0.1)
