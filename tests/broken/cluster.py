"""Three real brokers that are one Kafka: each is also a controller, and any one of them may be lost."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiokafka.admin import AIOKafkaAdminClient

from town.kafka import Broker, new_cluster_id
from town.ports import LOCALHOST, free_port

BROKERS_COUNT = 3
HEAP_MEGABYTES = 224
SEEN_SECONDS_MAX = 60.0
_SHARED = {"offsets.topic.replication.factor": str(BROKERS_COUNT), "min.insync.replicas": str(BROKERS_COUNT - 1)}


class Cluster:
    """The brokers by their node ids."""

    def __init__(self, folder: Path) -> None:
        cluster_id, controllers = new_cluster_id(), {n: free_port() for n in range(1, BROKERS_COUNT + 1)}
        voters = ",".join(f"{n}@{LOCALHOST}:{port}" for n, port in controllers.items())
        shared = {**_SHARED, "controller.quorum.voters": voters}
        self.brokers = {
            n: Broker(
                folder / f"broker-{n}", free_port(), lasting=False, heap_megabytes=HEAP_MEGABYTES,
                cluster_id=cluster_id, properties={**shared, "node.id": str(n)},
            )
            for n in controllers
        }  # fmt: skip
        for n, port in controllers.items():
            self.brokers[n].controller_port = port

    @property
    def bootstrap(self) -> str:
        """All of them: a client must find the others when one is away."""
        return ",".join(broker.bootstrap for broker in self.brokers.values())

    @asynccontextmanager
    async def standing(self) -> AsyncIterator["Cluster"]:
        """All three, each known to the others, while the block runs."""
        try:
            await asyncio.gather(*(broker.start() for broker in self.brokers.values()))
            async with asyncio.timeout(SEEN_SECONDS_MAX), self._admin() as admin:
                while len((await admin.describe_cluster())["brokers"]) < BROKERS_COUNT:
                    await asyncio.sleep(0.1)
            yield self
        finally:
            await asyncio.gather(*(broker.kill() for broker in self.brokers.values() if broker.alive))

    async def leader_of(self, topic: str, partition: int) -> Broker:
        """The broker that leads this partition now."""
        async with self._admin() as admin:
            (described,) = await admin.describe_topics([topic])
        leaders = {found["partition"]: found["leader"] for found in described["partitions"]}
        return self.brokers[leaders[partition]]

    @asynccontextmanager
    async def _admin(self) -> AsyncIterator[AIOKafkaAdminClient]:
        admin = AIOKafkaAdminClient(bootstrap_servers=self.bootstrap.split(","), request_timeout_ms=10_000)
        await admin.start()
        try:
            yield admin
        finally:
            await admin.close()
