"""What a case stands on: databases and topics of its own on the ground, services as processes, all gone afterwards."""

import asyncio
import os
import shutil
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import httpx

import bench.child
from shared.auth import Role
from shared.settings import Settings
from shared.tower import Tower
from town.children import Child
from town.databases import clone_database, drop_database, template_for
from town.ground import Ground
from town.issuer import Issuer
from town.ports import LOCALHOST, free_port
from town.standing import trust_in
from town.topics import create_topics, delete_topics

ROOT = Path(__file__).parent.parent
PARTITIONS = 6
READY_SECONDS_MAX = 60.0


class Stage:
    """The ground of one case."""

    def __init__(self, ground: Ground, rounds_count: int, size: float, *, large: bool = False) -> None:
        self.ground = ground
        self.rounds_count = rounds_count
        self.size = size
        """1.0 is the full size of every case; --quick makes it smaller."""
        self.large = large
        """Whether the sizes that take many minutes are wanted, too."""
        self.name = f"bench{uuid4().hex[:8]}"
        self.folder = Path(tempfile.mkdtemp(prefix="curbstop-bench-"))
        self.issuer = Issuer(self.folder, "http://issuer.bench", environment="test")
        self._databases: list[str] = []
        self._topics: list[str] = []
        self._children: list[Child] = []

    def scaled(self, count: int) -> int:
        """A count at the size of this run."""
        return max(1, int(count * self.size))

    def settings(self, **more: Any) -> dict[str, Any]:
        """The settings of a service on this stage, as JSON can carry them."""
        return {
            "environment": "test", "kafka": self.ground.kafka, "postgres": self.ground.postgres,
            "topic_prefix": f"{self.name}.", "database_prefix": f"{self.name}_",
            "requests_per_second_max": 1_000_000, "requests_burst_max": 1_000_000, "log_format": "json",
            **trust_in(self.issuer), **more,
        }  # fmt: skip

    def token(self, role: str) -> str:
        """A token of the town's person with this role."""
        return self.issuer.mint_role(Role(role))

    async def database(self, tower: Tower, prefix: str | None = None) -> str:
        """A fresh database for a service; answers its URL. `prefix` where one service needs several."""
        template = await template_for(self.ground.postgres, tower.name, tower.migrations)
        name = f"{prefix or self.name + '_'}{tower.name}"
        await drop_database(self.ground.postgres, name)
        await clone_database(self.ground.postgres, template, name)
        if name not in self._databases:
            self._databases.append(name)
        return self.ground.database_url(name)

    async def topics(self, names: Sequence[str], partitions: int = PARTITIONS) -> None:
        """Make topics of this stage."""
        full = [f"{self.name}.{name}" for name in names]
        await create_topics(self.ground.kafka, full, partitions)
        self._topics += full

    async def service(
        self, name: str, settings: Mapping[str, Any], only: str = "api,inbox,deadlines,relay,jobs"
    ) -> tuple[Child, int]:
        """A service as a process of its own, ready; and its port."""
        port = free_port()
        number = len(self._children)
        command = [sys.executable, "-m", "services", name, "--only", only]
        given = {f"CURBSTOP_{key.upper()}": str(value) for key, value in {**settings, "port": port}.items()}
        environment = {**given, "PYTHONPATH": str(ROOT)}
        child = Child(f"{name}-{number}", command, self.folder, environment)
        child.start()
        self._children.append(child)
        await until_ready(port, child)
        return child, port

    async def process(self, name: str, command: Sequence[str], environment: Mapping[str, str], port: int) -> Child:
        """Any other process that answers /ready on a port."""
        child = Child(f"{name}-{len(self._children)}", command, self.folder, {**environment, "PYTHONPATH": str(ROOT)})
        child.start()
        self._children.append(child)
        await until_ready(port, child)
        return child

    async def close(self) -> None:
        """End every process, drop every database and topic."""
        await asyncio.gather(*(child.end() for child in list(bench.child.Child.started)))
        await asyncio.gather(*(child.end(3.0) for child in self._children))
        for name in self._databases:
            await drop_database(self.ground.postgres, name)
        if self._topics:
            await delete_topics(self.ground.kafka, self._topics)
        shutil.rmtree(self.folder, ignore_errors=True)


async def until_ready(port: int, child: Child) -> float:
    """Wait until a process answers /ready with 200; the seconds it took. Raises RuntimeError with its last words."""
    started = time.monotonic()
    async with httpx.AsyncClient(timeout=5.0) as client:
        while time.monotonic() - started < READY_SECONDS_MAX and child.alive:
            try:
                if (await client.get(f"http://{LOCALHOST}:{port}/ready")).status_code == httpx.codes.OK:
                    return time.monotonic() - started
            except httpx.HTTPError:
                pass
            await asyncio.sleep(0.005)
    raise RuntimeError(f"{child.name} did not become ready: {child.last_words()}")


@asynccontextmanager
async def standing(ground: Ground, rounds_count: int, size: float, *, large: bool = False) -> AsyncIterator[Stage]:
    """A stage, and its end."""
    stage = Stage(ground, rounds_count, size, large=large)
    try:
        yield stage
    finally:
        await stage.close()


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Any]:
    """One plain connection."""
    connection = await asyncpg.connect(url, timeout=10, command_timeout=120)
    try:
        yield connection
    finally:
        await connection.close()


def settings_of(given: Mapping[str, Any]) -> Settings:
    """The settings that came to a child as JSON."""
    return Settings(**given)


def cores_count() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0))
