"""A town of five processes: what an operator runs, with the same handles as the town in one process."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from services.__main__ import SERVICES
from shared.settings import Settings
from shared.tower import tower_of
from town.children import Child
from town.ground import Ground
from town.issuer import Issuer
from town.ports import LOCALHOST, free_port
from town.processes import Supervisor
from town.standing import Standing, trust_in
from town.trouble import Trouble

READY_SECONDS_MAX = 60.0


class TownApart(Standing):
    """The services as processes, kept alive by a supervisor."""

    def __init__(
        self,
        ground: Ground,
        issuer: Issuer,
        settings: Settings,
        folder: Path,
        ports: dict[str, int],
        *,
        partitions: int = 2,
    ) -> None:
        towers = [tower_of(service) for service in ports]
        super().__init__(ground, issuer, towers, settings, partitions=partitions, now=self._now)
        self.supervisor = Supervisor(folder, settings, ports)
        self.ports = ports
        self._turned = timedelta()

    @classmethod
    @asynccontextmanager
    async def built(
        cls, ground: Ground, issuer: Issuer, folder: Path, services: Sequence[str] = SERVICES, **settings: Any
    ) -> AsyncIterator["TownApart"]:
        """A town with topics, databases and ports of its own, ready; all gone when the block ends."""
        name = f"t{uuid4().hex[:10]}"
        chosen = {
            "environment": "development",
            "kafka": ground.kafka,
            "postgres": ground.postgres,
            "topic_prefix": f"{name}.",
            "database_prefix": f"{name}_",
            "pool_connections_max": 5,
            **trust_in(issuer),
            **settings,
        }
        town = cls(ground, issuer, Settings(**chosen), folder, {service: free_port() for service in services})
        try:
            await town.build()
            await town.start(*services)
            await town.ready()
            yield town
        finally:
            await town.supervisor.close()
            await town.raze()

    async def start(self, *services: str) -> None:
        """Start services that are built, or start them again."""
        await self.supervisor.start(*services)

    async def stop(self, *services: str) -> None:
        """Stop services, as an operator would; what is told to them meanwhile waits for them."""
        await self.supervisor.stop(*services)

    async def kill(self, service: str) -> None:
        """SIGKILL; the supervisor starts it again."""
        await self.process(service).kill()

    def process(self, service: str) -> Child:
        """The process of a service, to kill, freeze or thaw."""
        return self.supervisor.child(service)

    def running_names(self) -> set[str]:
        """Those that are meant to run."""
        return self.supervisor.running_names()

    def client(self, service: str, token: str) -> httpx.AsyncClient:
        """A client that speaks to a service with this token."""
        return httpx.AsyncClient(
            base_url=f"http://{LOCALHOST}:{self.ports[service]}/v1",
            headers={"Authorization": f"Bearer {token}"},
            timeout=60.0,
        )

    async def turn(self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0) -> None:
        """Turn the clock of all processes forward; each takes it over from its database."""
        self._turned += timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        for service in self.towers:
            await self.fetch(service, "UPDATE town_clock SET offset_seconds = $1", int(self._turned.total_seconds()))

    async def follow_clock(self) -> None:
        """Take over how far the town's clock was turned before."""
        rows = await self.fetch(next(iter(self.towers)), "SELECT offset_seconds FROM town_clock")
        self._turned = timedelta(seconds=rows[0]["offset_seconds"])

    async def ready(self, *services: str, limit_seconds: float = READY_SECONDS_MAX) -> None:
        """Wait until these (or all that run) say that they are ready. Raises Trouble with the end of their log."""
        end = time.monotonic() + limit_seconds
        waiting = set(services or self.running_names())
        async with httpx.AsyncClient(timeout=5.0) as client:
            while waiting:
                answers = await asyncio.gather(*(self._is_ready(client, service) for service in sorted(waiting)))
                waiting -= {service for service, ready in zip(sorted(waiting), answers, strict=True) if ready}
                if waiting and time.monotonic() > end:
                    raise Trouble(self._why_not(sorted(waiting)))
                await asyncio.sleep(0.05)

    async def _is_ready(self, client: httpx.AsyncClient, service: str) -> bool:
        try:
            answer = await client.get(f"http://{LOCALHOST}:{self.ports[service]}/ready")
        except httpx.HTTPError:
            return False
        return answer.status_code == httpx.codes.OK

    def _why_not(self, services: Sequence[str]) -> str:
        logs = "\n".join((self.supervisor.folder / f"{name}.log").read_text()[-1_500:] for name in services)
        return f"{', '.join(services)} did not become ready; the end of the log:\n{logs}"

    def _now(self) -> datetime:
        return datetime.now(UTC) + self._turned
