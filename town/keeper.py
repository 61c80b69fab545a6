"""Keeps one ground for several test processes: it stands while anybody holds a line to it, and falls with the last.

The line is a TCP connection on 127.0.0.1. The kernel closes it however its holder ends, so nothing is left behind
by a test process that was killed. `python -m town.keeper FOLDER` is the keeper; `shared_ground` starts or joins it.
"""

import asyncio
import fcntl
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from town.containers import containers, engine_has_images
from town.ground import Ground, ground
from town.ports import LOCALHOST
from town.trouble import Trouble

_START_SECONDS_MAX = 180.0
_FIRST_LINE_SECONDS_MAX = 60.0
_NOTE = "keeper.json"


class Keeper:
    """Counts who holds a line."""

    def __init__(self) -> None:
        self.lines_count = 0
        self.changed = asyncio.Event()

    async def hold(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One holder's line: it says nothing, and ends when the holder does."""
        self.lines_count += 1
        self.changed.set()
        try:
            await reader.read()
        except ConnectionError:
            pass  # killed instead of closed; it is gone all the same
        finally:
            self.lines_count -= 1
            self.changed.set()
            writer.close()

    async def until_nobody(self) -> None:
        """Come back when the last line has ended, or none ever came."""
        try:
            await asyncio.wait_for(self.changed.wait(), _FIRST_LINE_SECONDS_MAX)
        except TimeoutError:
            return
        while self.lines_count:
            self.changed.clear()
            await self.changed.wait()


async def keep(folder: Path) -> None:
    """Bring the ground up, leave a note of where it is, and take it down when nobody is left."""
    keeper = Keeper()
    note: dict[str, Any]
    try:
        async with containers() if engine_has_images() else ground(folder / "ground", lasting=False) as standing:
            server = await asyncio.start_server(keeper.hold, LOCALHOST, 0)
            port = server.sockets[0].getsockname()[1]
            note = {"port": port, "kafka": standing.kafka, "postgres": standing.postgres}
            _leave_note(folder, note)
            await keeper.until_nobody()
            (folder / _NOTE).unlink(missing_ok=True)
            server.close()
    except Trouble as trouble:
        _leave_note(folder, {"trouble": str(trouble)})
        return
    shutil.rmtree(folder, ignore_errors=True)
    _lock_of(folder).unlink(missing_ok=True)


def _lock_of(folder: Path) -> Path:
    return folder.parent / f"{folder.name}.lock"


def _leave_note(folder: Path, note: dict[str, Any]) -> None:
    draft = folder / f"{_NOTE}.draft"
    draft.write_text(json.dumps(note))
    draft.rename(folder / _NOTE)


@contextmanager
def shared_ground(folder: Path) -> Iterator[Ground]:
    """Stand on the ground that this folder's keeper keeps; the first who comes starts it. Raises Trouble."""
    folder.mkdir(parents=True, exist_ok=True)
    with _lock_of(folder).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        joined = _join(folder) or _start(folder)
    line, standing = joined
    with line:
        yield standing


def _join(folder: Path) -> tuple[socket.socket, Ground] | None:
    note_file = folder / _NOTE
    if not note_file.exists():
        return None
    note = json.loads(note_file.read_text())
    if "trouble" in note:
        raise Trouble(note["trouble"])
    try:
        line = socket.create_connection((LOCALHOST, note["port"]), 5.0)
    except OSError:
        note_file.unlink(missing_ok=True)  # of a keeper that was killed
        return None
    return line, Ground(note["kafka"], note["postgres"])


def _start(folder: Path) -> tuple[socket.socket, Ground]:
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "keeper.log"
    with log.open("ab") as out:
        keeper = subprocess.Popen(
            [sys.executable, "-m", "town.keeper", str(folder)],
            stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, start_new_session=True,
            cwd=Path(__file__).parent.parent, env=dict(os.environ),
        )  # fmt: skip
    end = time.monotonic() + _START_SECONDS_MAX
    while time.monotonic() < end:
        joined = _join(folder)
        if joined is not None:
            return joined
        if keeper.poll() not in {None, 0}:
            raise Trouble(f"The keeper of the tests' ground ended: {log.read_text()[-2_000:]}")
        time.sleep(0.05)
    raise Trouble(f"The tests' ground did not stand within {_START_SECONDS_MAX:.0f} s; see {log}.")


if __name__ == "__main__":
    asyncio.run(keep(Path(sys.argv[1])))
