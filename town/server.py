"""A server of the ground: one child process with a folder and a port, that can be killed, frozen and thawed."""

from pathlib import Path
from typing import ClassVar

from town.children import Child, end_leftover
from town.ports import claim, free_port
from town.trouble import Trouble

READY_SECONDS_MAX = 60.0


class Server:
    """What Kafka and PostgreSQL have in common; each starts and stops in a way of its own."""

    title: ClassVar[str]
    """As people call it."""
    name: ClassVar[str]
    """Of its files, and of its port in town.toml."""

    def __init__(self, folder: Path, port: int) -> None:
        """`port` 0 is any that is free."""
        self.folder = folder
        self.port = port
        self._fixed = port != 0
        self._child: Child | None = None

    @property
    def pid(self) -> int:
        """The process id; of PostgreSQL, the postmaster's."""
        return self._running.pid

    @property
    def alive(self) -> bool:
        """Whether its process runs."""
        return self._child is not None and self._child.alive

    async def kill(self) -> None:
        """SIGKILL: what a power cut leaves. PostgreSQL's sessions notice by themselves a moment later."""
        await self._running.kill()

    def freeze(self) -> None:
        """SIGSTOP: connections stay open and nothing answers; PostgreSQL's that are open work on."""
        self._running.freeze()

    def thaw(self) -> None:
        """Go on after freeze()."""
        self._running.thaw()

    @property
    def _running(self) -> Child:
        if self._child is None:
            raise Trouble(f"{self.title} was not started.")
        return self._child

    async def _prepare(self) -> None:
        """Its folder is there, nobody is left in it, and its port is free. Raises Trouble."""
        self.folder.mkdir(parents=True, exist_ok=True)
        await end_leftover(self.folder / f"{self.name}.pid", str(self.folder))
        if self._fixed:
            claim(self.port, self.title, f"ports.{self.name}")
        self.port = self.port or free_port()
