"""A town in one process: the five services on real Kafka and real PostgreSQL, with one clock, for stories.

async with Town.built(ground, clock, issuer) as town:
    answer = await town.http("payments", as_="cashier").post("/payments", json=...)
    assert await town.settle() == ["PaymentPosted", "AccountCredited", "BalanceChanged"]
    town.clock.turn(days=30)
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import httpx

from services.__main__ import SERVICES
from shared.clock import TownClock
from shared.settings import Settings
from shared.tower import Running, Tower, tower_of
from town.ground import Ground
from town.issuer import Issuer
from town.standing import Standing, trust_in
from town.trouble import Trouble

PARTITIONS = 2


class Town(Standing):
    """The services that stand, what they are asked, and what they say."""

    def __init__(
        self, ground: Ground, clock: TownClock, towers: Sequence[Tower], name: str, issuer: Issuer, **settings: Any
    ) -> None:
        chosen = {
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
        super().__init__(ground, issuer, towers, Settings(**chosen), partitions=PARTITIONS, now=clock.now)
        self.clock = clock
        self.running: dict[str, Running] = {}

    @classmethod
    @asynccontextmanager
    async def built(
        cls, ground: Ground, clock: TownClock, issuer: Issuer, services: Sequence[str] = SERVICES, **settings: Any
    ) -> AsyncIterator["Town"]:
        """A town with topics and databases of its own; both are gone when the block ends."""
        towers = [tower_of(service) for service in services]
        async with cls.of(ground, clock, issuer, towers, **settings) as town:
            yield town

    @classmethod
    @asynccontextmanager
    async def of(
        cls, ground: Ground, clock: TownClock, issuer: Issuer, towers: Sequence[Tower], **settings: Any
    ) -> AsyncIterator["Town"]:
        """The same, of any towers."""
        town = cls(ground, clock, towers, f"t{uuid4().hex[:10]}", issuer, **settings)
        try:
            await town.build()
            await town.start(*town.towers)
            yield town
        finally:
            await town.raze()

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

    def running_names(self) -> set[str]:
        """Those that run now."""
        return set(self.running)

    async def turn(self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0) -> None:
        """Turn the clock of all services forward, at once."""
        self.clock.turn(days=days, hours=hours, minutes=minutes, seconds=seconds)

    def client(self, service: str, token: str) -> httpx.AsyncClient:
        """A client that speaks to a service with this token."""
        return client_of(lambda: self.running[service], token)


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
