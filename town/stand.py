"""A town in one process: the five services on real Kafka and real PostgreSQL, with one clock, for stories.

async with Town.built(ground, clock, issuer) as town:
    answer = await town.http("payments", as_="cashier").post("/payments", json=...)
    assert await town.settle() == ["PaymentPosted", "AccountCredited", "BalanceChanged"]
    town.clock.turn(days=30)
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from uuid import uuid4

import httpx
from aiokafka import AIOKafkaProducer

from services.__main__ import SERVICES
from shared.auth import Role
from shared.clock import TownClock
from shared.cloudevents import headers_of, value_of
from shared.events import TOPICS, Fact
from shared.ids import new_id
from shared.settings import Settings
from shared.tower import Running, Tower, tower_of
from town.databases import clone_database, drop_database, template_for
from town.ground import Ground
from town.issuer import Issuer
from town.topics import create_topics, delete_topics
from town.trouble import Trouble
from town.watch import SETTLE_SECONDS_MAX, Watch, Watched

PARTITIONS = 2


class Town:
    """The services that stand, what they are asked, and what they say."""

    def __init__(
        self, ground: Ground, clock: TownClock, towers: Sequence[Tower], name: str, issuer: Issuer, **settings: Any
    ) -> None:
        self.ground = ground
        self.clock = clock
        self.name = name
        self.issuer = issuer
        self.towers = {tower.name: tower for tower in towers}
        self.settings = Settings(
            **{
                "environment": "test",
                "kafka": ground.kafka,
                "postgres": ground.postgres,
                "topic_prefix": f"{name}.",
                "database_prefix": f"{name}_",
                "time_zone": str(clock.zone),
                "pool_connections_max": 5,
                **trust_in(issuer),
                **settings,
            }
        )
        self.running: dict[str, Running] = {}
        self.watch = Watch(
            ground.kafka,
            [Watched(tower.name, self.settings.database_url(tower.name), _topics_of(tower)) for tower in towers],
            clock.now,
            partitions=PARTITIONS,
            topic_prefix=self.settings.topic_prefix,
        )
        self.facts: list[Fact] = []
        """What was said between the last two settles, whole."""
        self._clients: dict[tuple[str, str], httpx.AsyncClient] = {}
        self._producer: AIOKafkaProducer | None = None

    @classmethod
    @asynccontextmanager
    async def built(
        cls, ground: Ground, clock: TownClock, issuer: Issuer, services: Sequence[str] = SERVICES, **settings: Any
    ) -> AsyncIterator["Town"]:
        """A town with topics and databases of its own; both are gone when the block ends."""
        towers = [tower_of(service) for service in services]
        town = cls(ground, clock, towers, f"t{uuid4().hex[:10]}", issuer, **settings)
        try:
            await town.build()
            await town.start(*town.towers)
            yield town
        finally:
            await town.raze()

    async def build(self) -> None:
        """Make the topics and the databases."""
        topics = create_topics(self.ground.kafka, self._topic_names(), PARTITIONS)
        await asyncio.gather(topics, *(self._make_database(tower) for tower in self.towers.values()))

    async def raze(self) -> None:
        """Stop everything, and remove the topics and the databases."""
        await self.stop(*self.running)
        for client in self._clients.values():
            await client.aclose()
        self._clients.clear()
        if self._producer is not None:
            await self._producer.stop()
        await self.watch.close()
        drops = [drop_database(self.ground.postgres, self._database(name)) for name in self.towers]
        await asyncio.gather(delete_topics(self.ground.kafka, self._topic_names()), *drops)

    async def start(self, *services: str) -> None:
        """Start services that are built, or start them again."""
        for service in services:
            if service in self.running:
                raise Trouble(f"{service} runs already.")
            self.running[service] = Running(self.towers[service], self.settings, self.clock)
        await asyncio.gather(*(self.running[service].start() for service in services))

    async def stop(self, *services: str) -> None:
        """Stop services, as an operator would; what is told to them meanwhile waits for them."""
        await asyncio.gather(*(self.running.pop(service).stop() for service in services))

    def http(self, service: str, as_: str) -> httpx.AsyncClient:
        """Ask a service over HTTP, as a person with this role; paths are given without `/v1`."""
        if (service, as_) not in self._clients:
            self._clients[service, as_] = client_of(lambda: self.running[service], self.issuer.mint_role(Role(as_)))
        return self._clients[service, as_]

    async def settle(self, limit_seconds: float = SETTLE_SECONDS_MAX) -> list[str]:
        """Wait until everybody who runs is at rest; the names of what was said since the last settle, in order.

        Raises Trouble that says who is still busy, and what was set aside.
        """
        await self.watch.settle(lambda: set(self.running), limit_seconds)
        self.facts = await self.watch.said()
        return [type(fact).__name__ for fact in self.facts]

    async def say(self, fact: Fact, topic: str | None = None, *, occurred_at: datetime | None = None) -> None:
        """Publish a message on a public inbound topic, as another city system would."""
        event_id = new_id()
        headers = headers_of(fact, event_id, occurred_at or self.clock.now(), str(event_id), None)
        await self.publish(topic or fact.speaker, fact.key().encode(), value_of(fact), headers)

    async def publish(
        self, topic: str, key: bytes | None, value: bytes | None, headers: Sequence[tuple[str, bytes]] = ()
    ) -> None:
        """Publish any bytes on any topic of this town."""
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

    def _topic_names(self) -> list[str]:
        return [self.settings.topic(topic) for topic in TOPICS]

    def _database(self, service: str) -> str:
        return f"{self.settings.database_prefix}{service}"

    async def _make_database(self, tower: Tower) -> None:
        template = await template_for(self.ground.postgres, tower.name, tower.migrations)
        await clone_database(self.ground.postgres, template, self._database(tower.name))


def trust_in(issuer: Issuer) -> dict[str, str]:
    """The settings by which a service believes this issuer's tokens."""
    return {"oidc_issuer": issuer.url, "oidc_audience": issuer.audience, "oidc_jwks": str(issuer.jwks_file)}


def client_of(running: Callable[[], Running], token: str) -> httpx.AsyncClient:
    """A client that speaks to an app in this process; the app is looked up at each request, as it may be a new one."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await running().app(scope, receive, send)

    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app),
        base_url="http://town.test/v1",
        headers={"Authorization": f"Bearer {token}"},
        timeout=60.0,
    )


def _topics_of(tower: Tower) -> tuple[str, ...]:
    return (*tower.hearing.topics(outside=False), *tower.hearing.topics(outside=True))
