"""What can be done with any town that stands, in one process or in five: ask it, tell it, wait for it, look into it."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import httpx
from aiokafka import AIOKafkaProducer

from shared.auth import Role
from shared.cloudevents import headers_of, value_of
from shared.events import TOPICS, Fact
from shared.ids import new_id
from shared.settings import Settings
from shared.tower import Tower
from town.databases import clone_database, drop_database, template_for
from town.ground import Ground
from town.issuer import Issuer
from town.topics import create_topics, delete_topics
from town.watch import SETTLE_SECONDS_MAX, Watch, Watched


class Standing(ABC):
    """A town with topics and databases of its own."""

    def __init__(
        self,
        ground: Ground,
        issuer: Issuer,
        towers: Sequence[Tower],
        settings: Settings,
        *,
        partitions: int,
        now: Callable[[], datetime],
    ) -> None:
        self.ground = ground
        self.issuer = issuer
        self.settings = settings
        self.partitions = partitions
        self.towers = {tower.name: tower for tower in towers}
        self.facts: list[Fact] = []
        """What was said between the last two settles, whole."""
        # Straight to the server: whoever watches must see what passes however its services are connected.
        urls = {tower.name: ground.database_url(settings.database_prefix + tower.name) for tower in towers}
        watched = [Watched(tower.name, urls[tower.name], _topics_of(tower)) for tower in towers]
        self.watch = Watch(
            ground.kafka, watched, now, partitions=partitions, topic_prefix=settings.topic_prefix
        )  # fmt: skip
        self._clients: dict[tuple[str, str], httpx.AsyncClient] = {}
        self._producer: AIOKafkaProducer | None = None
        self._starting = asyncio.Lock()

    @abstractmethod
    async def start(self, *services: str) -> None:
        """Start services that are built, or start them again."""

    @abstractmethod
    async def stop(self, *services: str) -> None:
        """Stop services, as an operator would; what is told to them meanwhile waits for them."""

    @abstractmethod
    def running_names(self) -> set[str]:
        """Those that run now."""

    @abstractmethod
    async def turn(self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0) -> None:
        """Turn the town's clock forward."""

    @abstractmethod
    def client(self, service: str, token: str) -> httpx.AsyncClient:
        """A client that speaks to a service with this token."""

    def http(self, service: str, as_: str) -> httpx.AsyncClient:
        """Ask a service over HTTP, as the town's person with this role; paths are given without `/v1`."""
        if (service, as_) not in self._clients:
            self._clients[service, as_] = self.client(service, self.issuer.mint_role(Role(as_)))
        return self._clients[service, as_]

    async def settle(self, limit_seconds: float = SETTLE_SECONDS_MAX) -> list[str]:
        """Wait until everybody who runs is at rest; the names of what was said since the last settle, in order.

        Raises Trouble that says who is still busy with what.
        """
        await self.watch.settle(self.running_names, limit_seconds)
        self.facts = await self.watch.said()
        return [type(fact).__name__ for fact in self.facts]

    async def say(self, fact: Fact, topic: str | None = None, *, occurred_at: datetime | None = None) -> None:
        """Publish a message on a public inbound topic, as another city system would."""
        event_id = new_id()
        headers = headers_of(fact, event_id, occurred_at or self.watch.now(), str(event_id), None)
        await self.publish(topic or fact.speaker, fact.key().encode(), value_of(fact), headers)

    async def publish(
        self, topic: str, key: bytes | None, value: bytes | None, headers: Sequence[tuple[str, bytes]] = ()
    ) -> None:
        """Publish any bytes on any topic of this town."""
        async with self._starting:  # many may speak at once, through one producer
            if self._producer is None:
                producer = AIOKafkaProducer(bootstrap_servers=self.settings.bootstrap_servers, acks="all")
                await producer.start()
                self._producer = producer
        await self._producer.send_and_wait(self.settings.topic(topic), value, key, headers=list(headers))

    async def asides(self) -> list[str]:
        """What the services have set aside, a sentence each; nothing when all is well."""
        return [
            f"{service.name}: {row['topic']} {row['key']}: {row['reason']}"
            for service in self.watch.services.values()
            for row in await service.fetch("SELECT topic, key, reason FROM set_aside ORDER BY consumer, key, n")
        ]

    async def fetch(self, service: str, sql: str, *args: Any) -> list[Any]:
        """Rows from a service's database, to see what a story left there."""
        return await self.watch.services[service].fetch(sql, *args)

    async def build(self) -> None:
        """Make the topics and the databases."""
        topics = create_topics(self.ground.kafka, self.topic_names(), self.partitions)
        await asyncio.gather(topics, *(self._make_database(tower) for tower in self.towers.values()))

    async def raze(self) -> None:
        """Stop everything, and remove the topics and the databases."""
        await self.stop(*self.running_names())
        await self.close()
        drops = [drop_database(self.ground.postgres, self._database(name)) for name in self.towers]
        await asyncio.gather(delete_topics(self.ground.kafka, self.topic_names()), *drops)

    async def close(self) -> None:
        """Let go of clients and servers; what stands, stands."""
        for client in self._clients.values():
            await client.aclose()
        self._clients.clear()
        if self._producer is not None:
            await self._producer.stop()
            self._producer = None
        await self.watch.close()

    def topic_names(self) -> list[str]:
        """Every topic of this town, as the broker knows it."""
        return [self.settings.topic(topic) for topic in TOPICS]

    def _database(self, service: str) -> str:
        return f"{self.settings.database_prefix}{service}"

    async def _make_database(self, tower: Tower) -> None:
        template = await template_for(self.ground.postgres, tower.name, tower.migrations)
        await clone_database(self.ground.postgres, template, self._database(tower.name))


def trust_in(issuer: Issuer) -> dict[str, str]:
    """The settings by which a service believes this issuer's tokens."""
    return {"oidc_issuer": issuer.url, "oidc_audience": issuer.audience, "oidc_jwks": str(issuer.jwks_file)}


def _topics_of(tower: Tower) -> tuple[str, ...]:
    return (*tower.hearing.topics(outside=False), *tower.hearing.topics(outside=True))
