"""The town of docker-compose.yml, seen through its published ports only, with the same handles as any other town."""

import json
import subprocess
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx

from services.__main__ import SERVICES
from shared.clock import TownClock
from shared.settings import Settings
from shared.tower import tower_of
from tests.containers.images import DEBIAN_IMAGE, OUR_IMAGE, Docker
from town.ground import Ground
from town.issuer import KEY_FILE, Issuer
from town.ports import LOCALHOST, free_port
from town.settings import read_town
from town.standing import Standing

PROJECT = "curbstop-test"
NEW_YORK = ZoneInfo("America/New_York")
READY_SECONDS_MAX = 180.0
UP_SECONDS_MAX = 240


class Compose:
    """docker-compose against our engine, with ports of its own, so that a running town is no matter."""

    def __init__(self, docker: Docker) -> None:
        self.docker = docker
        self.ports = {name: free_port() for name in (*SERVICES, "issuer", "kafka", "postgres")}
        self.settings = {f"CURBSTOP_{name.upper()}_PORT": str(port) for name, port in self.ports.items()}
        self.settings |= {
            "CURBSTOP_IMAGE": OUR_IMAGE, "CURBSTOP_PYTHON_IMAGE": DEBIAN_IMAGE, "PIP_NO_INDEX": "1",
        }  # fmt: skip

    def __call__(self, *arguments: str) -> str:
        """Run one docker-compose command. Raises RuntimeError with what it complained of."""
        limit = ["timeout", "--kill-after=10", str(UP_SECONDS_MAX)]
        return self.docker.run(*limit, "docker-compose", "--project-name", PROJECT, *arguments, settings=self.settings)

    def container(self, service: str) -> str:
        """The id of a service's container."""
        return self("ps", "--quiet", service).strip()

    def inspect(self, service: str, template: str) -> str:
        """What the engine says of a service's container."""
        return self.docker("inspect", "--format", template, self.container(service)).strip()

    def run_in(self, service: str, *command: str) -> str:
        """Run a command in a service's container. Raises RuntimeError when it fails."""
        return self.docker("exec", self.container(service), *command)

    def logs(self) -> str:
        """The end of what every container wrote."""
        shown = self.docker.run(
            "docker-compose", "--project-name", PROJECT, "logs", "--tail", "15", "--no-color", settings=self.settings
        )
        return shown[-20_000:]

    def kill(self, service: str) -> None:
        """SIGKILL to the container's first process, as a crash would be; `docker kill` counts as an operator's stop."""
        subprocess.run(["kill", "-KILL", self.inspect(service, "{{.State.Pid}}")], check=True)


class TownInContainers(Standing):
    """The five services of the compose file. It stands already: it is only asked, told and watched."""

    def __init__(self, compose: Compose, folder: Path) -> None:
        ports = compose.ports
        ground = Ground(
            kafka=f"{LOCALHOST}:{ports['kafka']}",
            postgres=f"postgresql://postgres:curbstop@{LOCALHOST}:{ports['postgres']}",
        )
        # The issuer's key never leaves its container, but for this test, which plays the identity provider with it.
        (folder / KEY_FILE).write_text(compose.run_in("issuer", "cat", f"/town/{KEY_FILE}"))
        issuer = Issuer(folder, "http://127.0.0.1:8100", environment="test")
        towers = [tower_of(service) for service in SERVICES]
        settings = Settings(environment="test", kafka=ground.kafka, postgres=ground.postgres)
        self.clock = TownClock(NEW_YORK)
        self.compose = compose
        partitions = read_town().kafka.partitions
        super().__init__(ground, issuer, towers, settings, partitions=partitions, now=self.clock.now)

    async def start(self, *services: str) -> None:
        """Start services that were stopped."""
        self.compose("start", *services)

    async def stop(self, *services: str) -> None:
        """Stop services, as an operator would."""
        self.compose("stop", *services)

    def running_names(self) -> set[str]:
        """All five are meant to run."""
        return set(SERVICES)

    def client(self, service: str, token: str) -> httpx.AsyncClient:
        """A client that speaks to a service through its published port."""
        return httpx.AsyncClient(
            base_url=f"http://{LOCALHOST}:{self.compose.ports[service]}/v1",
            headers={"Authorization": f"Bearer {token}"},
            timeout=60.0,
        )

    async def turn(self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0) -> None:
        """Turn the clock of all five forward, over HTTP, as `curbstop town turn` does."""
        ahead = self.clock.offset + timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        for service in SERVICES:
            answer = await self.http(service, "admin").put(
                "/clock", json={"offset_seconds": int(ahead.total_seconds())}
            )
            answer.raise_for_status()
        self.clock.turn(seconds=int(ahead.total_seconds()) - self.clock.offset.total_seconds())

    async def turn_to_spring(self) -> None:
        """To the next March 2 at ten in the morning: the story is told in spring, on a day when the desk is open."""
        now = datetime.now(UTC)
        spring = datetime(now.year, 3, 2, 15, tzinfo=UTC)
        while spring < now or spring.weekday() >= 5:
            spring = spring.replace(year=spring.year + 1)
        await self.turn(seconds=int((spring - now).total_seconds()))

    async def ready(self, *services: str) -> None:
        """Wait until these say that they are ready. Raises RuntimeError that says who does not."""
        end = time.monotonic() + READY_SECONDS_MAX
        waiting = set(services or SERVICES)
        async with httpx.AsyncClient(timeout=5.0) as client:
            while waiting:
                waiting -= {service for service in waiting if await self._is_ready(client, service)}
                if time.monotonic() > end:
                    raise RuntimeError(f"not ready after {READY_SECONDS_MAX:.0f} s: {', '.join(sorted(waiting))}")

    async def _is_ready(self, client: httpx.AsyncClient, service: str) -> bool:
        try:
            answer = await client.get(f"http://{LOCALHOST}:{self.compose.ports[service]}/ready")
        except httpx.HTTPError:
            return False
        return answer.status_code == 200 and json.loads(answer.text)["status"] == "ready"
