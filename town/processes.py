"""Runs the services as processes of their own, and starts again, with back-off, the one that died."""

import asyncio
import json
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from shared.settings import Settings
from town.children import Child, end_leftover
from town.trouble import Trouble

ROOT = Path(__file__).parent.parent
STOP_SECONDS_MAX = 3.0
LOOK_EVERY_SECONDS = 0.1
BACK_OFF_SECONDS_MIN, BACK_OFF_SECONDS_MAX = 0.5, 15.0
# Whoever has lived this long has recovered: its next death is a first one again.
WELL_AFTER_SECONDS = 30.0
STATE_FILE = "processes.json"


@dataclass(slots=True)
class Life:
    """How one service is: running, stopped by us, or waiting to be started again."""

    name: str
    port: int
    state: str = "stopped"
    pid: int | None = None
    restarts_count: int = 0
    last_exit_code: int | None = None
    failures_count: int = 0
    started_at: float = 0.0
    start_again_at: float = 0.0


class Supervisor:
    """Keeps services alive until it is told to stop."""

    def __init__(self, folder: Path, settings: Settings, ports: Mapping[str, int]) -> None:
        self.folder = folder.absolute()
        self.settings = settings
        self.lives = {name: Life(name, port) for name, port in ports.items()}
        self._children: dict[str, Child] = {}
        self._watching: asyncio.Task[None] | None = None
        self._changed = asyncio.Event()

    async def start(self, *services: str) -> None:
        """Start services; readiness is theirs to tell."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for service in services:
            await end_leftover(self.folder / f"{service}.pid", "services")
            self._launch(self.lives[service])
        if self._watching is None:
            self._watching = asyncio.create_task(self._watch(), name="supervisor")
        self._record()

    async def stop(self, *services: str) -> None:
        """Stop services, all at once, each after the work in hand, within three seconds."""
        for service in services:
            self.lives[service].state = "stopped"
        children = [self._children.pop(service) for service in services if service in self._children]
        await asyncio.gather(*(child.end(STOP_SECONDS_MAX) for child in children))
        self._record()

    async def close(self) -> None:
        """Stop everything, and watch no longer."""
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.gather(self._watching, return_exceptions=True)
            self._watching = None
        await self.stop(*self.lives)

    async def started_again(self, service: str, restarts_count: int = 1) -> None:
        """Wait until a service has been started again, so many times in all."""
        while self.lives[service].restarts_count < restarts_count:
            self._changed.clear()
            await self._changed.wait()

    def child(self, service: str) -> Child:
        """The process of a service, to kill or to freeze. Raises Trouble when there is none."""
        if service not in self._children:
            raise Trouble(f"{service} does not run.")
        return self._children[service]

    def running_names(self) -> set[str]:
        """Those that are meant to run, dead or alive."""
        return {life.name for life in self.lives.values() if life.state != "stopped"}

    def _launch(self, life: Life) -> None:
        child = Child(life.name, [sys.executable, "-m", "services", life.name], self.folder, self._environment(life))
        child.start()
        self._children[life.name] = child
        life.state, life.pid, life.started_at = "running", child.pid, time.monotonic()

    def _environment(self, life: Life) -> dict[str, str]:
        chosen = self.settings.model_copy(update={"port": life.port})
        given = {f"CURBSTOP_{name.upper()}": str(setting) for name, setting in chosen.model_dump().items()}
        return {**given, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}

    async def _watch(self) -> None:
        while True:
            changes = [self._look_after(life) for life in self.lives.values()]
            if any(changes):
                self._record()
            await asyncio.sleep(LOOK_EVERY_SECONDS)

    def _look_after(self, life: Life) -> bool:
        """Notice a death, or start again whose time has come; True when something changed."""
        now = time.monotonic()
        if life.state == "running" and not self._children[life.name].alive:
            if now - life.started_at > WELL_AFTER_SECONDS:
                life.failures_count = 0
            life.last_exit_code = self._children[life.name].exit_code
            life.state, life.pid, life.start_again_at = "died", None, now + pause_after(life.failures_count)
            life.failures_count += 1
            return True
        if life.state == "died" and now >= life.start_again_at:
            life.restarts_count += 1
            self._launch(life)
            return True
        return False

    def _record(self) -> None:
        """Leave the state where `curbstop town status` finds it."""
        draft = self.folder / f"{STATE_FILE}.draft"
        draft.write_text(json.dumps([asdict(life) for life in self.lives.values()], indent=2) + "\n")
        draft.rename(self.folder / STATE_FILE)
        self._changed.set()


def pause_after(failures_count: int) -> float:
    """How many seconds a service that died waits, by how often it died before without having recovered."""
    return float(min(BACK_OFF_SECONDS_MIN * 2 ** min(failures_count, 10), BACK_OFF_SECONDS_MAX))
