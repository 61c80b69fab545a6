"""Where Kafka's jars cannot be had: librdkafka's mock cluster in a process of its own, for a first look only.

It speaks Kafka's protocol, makes a topic of four partitions when it is asked for one, lets a group have one member,
and forgets everything when it stops. The tests never stand on it.
"""

import asyncio
import signal
import sys
import time
from pathlib import Path

from aiokafka.client import AIOKafkaClient

from town.children import Child
from town.trouble import Trouble

PARTITIONS = 4
READY_SECONDS_MAX = 20.0
_NOTE = "stand-in.address"


class StandIn:
    """The stand-in for a broker, as a child process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bootstrap = ""
        self._child = Child("stand-in", [sys.executable, "-m", "town.stand_in", str(folder / _NOTE)], folder, _paths())

    @property
    def alive(self) -> bool:
        """Whether its process runs."""
        return self._child.alive

    async def start(self) -> None:
        """Start, and come back when its address is known. Raises Trouble."""
        self.folder.mkdir(parents=True, exist_ok=True)
        note = self.folder / _NOTE
        note.unlink(missing_ok=True)
        self._child.start()
        end = time.monotonic() + READY_SECONDS_MAX
        while not note.exists():
            if not self.alive or time.monotonic() > end:
                raise Trouble(f"The stand-in for Kafka did not start: {self._child.last_words()}")
            await asyncio.sleep(0.05)
        self.bootstrap = note.read_text().strip()

    async def stop_gracefully(self, limit_seconds: float = 3.0) -> None:
        """It forgets everything."""
        await self._child.end(limit_seconds)


async def ask_for_topics(bootstrap: str, names: list[str]) -> None:
    """A stand-in makes a topic when it is asked for."""
    client = AIOKafkaClient(bootstrap_servers=bootstrap.split(","))
    await client.bootstrap()
    await client.set_topics(names)
    await client.close()


def _paths() -> dict[str, str]:
    return {"PYTHONPATH": str(Path(__file__).parent.parent)}


def main() -> int:
    """Be the stand-in until SIGTERM."""
    from confluent_kafka import Producer

    producer = Producer({"test.mock.num.brokers": 1})
    brokers = producer.list_topics(timeout=10).brokers.values()
    note = Path(sys.argv[1])
    draft = note.with_suffix(".draft")
    draft.write_text(",".join(f"{broker.host}:{broker.port}" for broker in brokers))
    draft.rename(note)
    signal.pause()
    return 0


if __name__ == "__main__":
    sys.exit(main())
