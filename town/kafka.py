"""A real Apache Kafka on this machine: one process that is broker and controller, on 127.0.0.1 only."""

import asyncio
import base64
import shutil
import subprocess
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError

from town.children import Child
from town.java import find_java, kafka_classpath
from town.ports import LOCALHOST, free_port
from town.server import READY_SECONDS_MAX, Server
from town.trouble import Trouble

Say = Callable[[str], None]
DISK_BYTES_MIN = 500_000_000
_LOG4J = """status = error
appender.out.type = Console
appender.out.name = out
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = %d{ISO8601} %p %c{1} %m%n
rootLogger.level = warn
rootLogger.appenderRef.out.ref = out
"""


def _silent(_step: str) -> None:
    """Nobody is watching."""


@dataclass(frozen=True)
class Detour:
    """Another way to a broker: it listens on `port`, and tells who comes by it to come again by `told_port`."""

    port: int
    told_port: int


class Broker(Server):
    """One Kafka broker with its folder: start it, stop it, kill it, freeze it, start it again with what it kept."""

    title, name = "Kafka", "kafka"

    def __init__(
        self,
        folder: Path,
        port: int = 0,
        *,
        lasting: bool = True,
        heap_megabytes: int = 384,
        cluster_id: str = "",
        properties: Mapping[str, str] = MappingProxyType({}),
        detour: Detour | None = None,
        say: Say = _silent,
    ) -> None:
        """`properties` is how it differs from a broker that stands alone; those of one cluster share its id."""
        super().__init__(folder, port)
        self.controller_port = 0
        self.heap_megabytes = heap_megabytes
        self._cluster_id = cluster_id or new_cluster_id()
        self._properties = properties
        self._detour = detour
        self._say = say
        # The first compiler alone: 40 % less of a core until it is ready, and less of it under load.
        self._compiler = "-XX:TieredStopAtLevel=" + ("4" if lasting else "1")

    @property
    def bootstrap(self) -> str:
        """What a client is given: host:port."""
        return f"{LOCALHOST}:{self.port}"

    async def start(self) -> None:
        """Start, and come back when it answers a client. Raises Trouble."""
        await self._prepare()
        _want_disk(self.folder)
        self.controller_port = self.controller_port or free_port()
        classpath = await kafka_classpath(self._say)
        java = await asyncio.to_thread(find_java)
        self._write_properties()
        await asyncio.to_thread(self._format, java, classpath)
        self._child = Child(self.name, self._command(java, classpath), self.folder)
        self._child.start()
        await self._ready()

    async def stop_gracefully(self, limit_seconds: float = 20.0) -> None:
        """SIGTERM: it flushes, says good-bye to its clients and ends."""
        await self._running.end(limit_seconds)

    def _command(self, java: str, classpath: str) -> list[str]:
        heap = f"-Xmx{self.heap_megabytes}m"
        log = f"-Dlog4j2.configurationFile={self.folder / 'log4j2.properties'}"
        return [
            java, "-Xms128m", heap, "-XX:+UseSerialGC", self._compiler, "-Djava.awt.headless=true", log,
            "-cp", classpath, "kafka.Kafka", str(self.folder / "server.properties"),
        ]  # fmt: skip

    def _write_properties(self) -> None:
        (self.folder / "log4j2.properties").write_text(_LOG4J)
        lines = {
            "process.roles": "broker,controller",
            "node.id": "1",
            "controller.quorum.voters": f"1@{LOCALHOST}:{self.controller_port}",
            **self._listeners(),
            "controller.listener.names": "CONTROLLER",
            "log.dirs": str(self.folder / "data"),
            "offsets.topic.replication.factor": "1",
            "transaction.state.log.replication.factor": "1",
            "transaction.state.log.min.isr": "1",
            "share.coordinator.state.topic.replication.factor": "1",
            "share.coordinator.state.topic.min.isr": "1",
            "offsets.topic.num.partitions": "3",
            "group.initial.rebalance.delay.ms": "0",
            "auto.create.topics.enable": "false",
            # A killed broker may come back only when its last session is over: 9 s otherwise.
            "broker.session.timeout.ms": "2000",
            "broker.heartbeat.interval.ms": "500",
            # Small, because it shares the machine: the cleaner's buffer is 128 MB otherwise, half of our heap.
            "log.cleaner.dedupe.buffer.size": "8388608",
            "log.index.size.max.bytes": "1048576",
            "num.network.threads": "2",
            "num.io.threads": "4",
            # Fourteen days: as long as the inboxes remember what they heard.
            "log.retention.hours": "336",
        }
        text = "".join(f"{name}={value}\n" for name, value in (lines | dict(self._properties)).items())
        (self.folder / "server.properties").write_text(text)

    def _listeners(self) -> dict[str, str]:
        told = {"PLAINTEXT": self.port}
        at = {"PLAINTEXT": self.port, "CONTROLLER": self.controller_port}
        if self._detour is not None:
            told["DETOUR"], at["DETOUR"] = self._detour.told_port, self._detour.port
        return {
            "listeners": ",".join(f"{name}://{LOCALHOST}:{port}" for name, port in at.items()),
            "advertised.listeners": ",".join(f"{name}://{LOCALHOST}:{port}" for name, port in told.items()),
            "listener.security.protocol.map": ",".join(f"{name}:PLAINTEXT" for name in at),
        }

    def _format(self, java: str, classpath: str) -> None:
        if (self.folder / "data" / "meta.properties").exists():
            return
        properties = str(self.folder / "server.properties")
        command = [java, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", classpath, "kafka.tools.StorageTool"]
        # With "=": an id may begin with a hyphen, and would be taken for an option.
        command += ["format", f"--cluster-id={self._cluster_id}", "-c", properties]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        if done.returncode != 0:
            raise Trouble(f"Kafka could not prepare {self.folder / 'data'}: {(done.stderr or done.stdout)[-400:]}")

    async def _ready(self) -> None:
        end = time.monotonic() + READY_SECONDS_MAX
        while not await answers(self.bootstrap):
            if not self.alive:
                raise Trouble(f"Kafka ended at once; the end of {self._running.log}:\n{self._running.last_words()}")
            if time.monotonic() > end:
                raise Trouble(f"Kafka did not answer within {READY_SECONDS_MAX:.0f} s; see {self._running.log}.")
            await asyncio.sleep(0.1)


def new_cluster_id() -> str:
    """An id as Kafka writes it: a UUID in 22 letters."""
    return base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")


async def answers(bootstrap: str) -> bool:
    """Whether a broker answers there now."""
    host, _, port = bootstrap.partition(",")[0].rpartition(":")
    try:
        _, writer = await asyncio.wait_for(asyncio.open_connection(host, int(port)), 1.0)
    except (OSError, TimeoutError):
        return False
    writer.close()
    client = AIOKafkaClient(bootstrap_servers=bootstrap.split(","), request_timeout_ms=2_000)
    try:
        await client.bootstrap()
    except (KafkaError, OSError):
        return False
    finally:
        await client.close()
    return True


def _want_disk(folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if free < DISK_BYTES_MIN:
        raise Trouble(
            f"Only {free // 1_000_000} MB are free where {folder} is; Kafka and PostgreSQL want "
            f"{DISK_BYTES_MIN // 1_000_000} MB: make room, or `make clean` an old town."
        )
