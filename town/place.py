"""Where a town keeps its state, and that only one process at a time brings it up."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from town.trouble import Trouble

TOWN_FOLDER = Path(__file__).parent.parent / ".town"


@contextmanager
def hold(folder: Path) -> Iterator[None]:
    """Hold the town while the block runs. Raises Trouble when another process holds it."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = lock.read().strip() or "another process"
            raise Trouble(
                f"This town is up already (process {holder}): end it with Ctrl-C where it runs, "
                "or with `curbstop town down`."
            ) from None
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        yield


def holder_of(folder: Path) -> int | None:
    """The process that holds the town; None when nobody does."""
    path = folder / "lock"
    if not path.exists():
        return None
    with path.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            text = lock.read().strip()
            return int(text) if text.isdigit() else None
    return None
