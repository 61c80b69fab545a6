"""A child process of the town: it leads a group of its own, its id is on file, and it does not outlive its parent."""

import asyncio
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from town.trouble import Trouble

_PR_SET_PDEATHSIG = 1
_POLL_SECONDS = 0.02
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


@dataclass
class Child:
    """A process started by us and ended by its id, never by its name."""

    name: str
    command: Sequence[str]
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    user: tuple[int, int] | None = None  # (user id, group id) to run as; only root may say so
    farewell: signal.Signals = signal.SIGTERM
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def pid_file(self) -> Path:
        """Where the process id is on record while the process lives."""
        return self.folder / f"{self.name}.pid"

    @property
    def log(self) -> Path:
        """Where the process writes what it has to say."""
        return self.folder / f"{self.name}.log"

    @property
    def pid(self) -> int:
        """The process id. Raises Trouble when it was never started."""
        if self._process is None:
            raise Trouble(f"{self.name} was not started.")
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it runs now."""
        return self._process is not None and self._process.poll() is None

    @property
    def exit_code(self) -> int | None:
        """How it ended; None while it runs or before it was started."""
        return None if self._process is None else self._process.poll()

    def start(self) -> None:
        """Start it; at once, without waiting until it is of any use."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                env={**os.environ, **self.environment},
                user=self.user and self.user[0],
                group=self.user and self.user[1],
                extra_groups=None if self.user is None else [],
                process_group=0,
                preexec_fn=_die_with(os.getpid(), self.farewell),
            )
        self.pid_file.write_text(f"{self._process.pid}\n")

    async def end(
        self,
        limit_seconds: float = 10.0,
        farewell: signal.Signals | None = None,
        last_word: signal.Signals = signal.SIGKILL,
    ) -> None:
        """Ask it to end, wait, and say the last word when it has not ended within the limit."""
        if self.alive:
            self.thaw()
            self._send(farewell or self.farewell)
            if not await self._gone(limit_seconds):
                self._send(last_word)
            if not await self._gone(limit_seconds):
                await self.kill()
        self.pid_file.unlink(missing_ok=True)

    async def kill(self) -> None:
        """SIGKILL to its whole group, and wait until the kernel has buried it."""
        if self._process is not None:
            self._send(signal.SIGKILL)
            await self._gone(30.0)
        self.pid_file.unlink(missing_ok=True)

    def freeze(self) -> None:
        """SIGSTOP: it is there and does nothing, like a machine that swaps."""
        self._send(signal.SIGSTOP)

    def thaw(self) -> None:
        """SIGCONT: it goes on as if no time had passed."""
        self._send(signal.SIGCONT)

    def last_words(self, lines_max: int = 12) -> str:
        """The end of its log."""
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines_max:])

    def _send(self, what: signal.Signals) -> None:
        try:
            os.killpg(self.pid, what)
        except (ProcessLookupError, PermissionError):
            return  # it ended by itself a moment ago

    async def _gone(self, limit_seconds: float) -> bool:
        end = time.monotonic() + limit_seconds
        while self.alive:
            if time.monotonic() > end:
                return False
            await asyncio.sleep(_POLL_SECONDS)
        return True


async def end_leftover(pid_file: Path, word: str, limit_seconds: float = 10.0) -> bool:
    """End what an earlier, killed town left running: the process on file, if `word` is in its command line."""
    if not pid_file.exists():
        return False
    text = pid_file.read_text().strip()
    pid_file.unlink(missing_ok=True)
    try:
        process = psutil.Process(int(text))
        if word not in " ".join(process.cmdline()):
            return False
        process.terminate()
        await asyncio.to_thread(_wait_or_kill, process, limit_seconds)
    except (ValueError, psutil.NoSuchProcess):
        return False
    return True


def _wait_or_kill(process: psutil.Process, limit_seconds: float) -> None:
    try:
        process.wait(limit_seconds)
    except psutil.TimeoutExpired:
        process.kill()
        process.wait(limit_seconds)


def _die_with(parent_pid: int, farewell: signal.Signals) -> Callable[[], None] | None:
    """What the child does between fork and exec: ask the kernel for `farewell` when its parent dies (Linux only)."""
    libc = _LIBC
    if libc is None:
        return None

    def leash() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, int(farewell))
        if os.getppid() != parent_pid:
            os._exit(1)

    return leash
