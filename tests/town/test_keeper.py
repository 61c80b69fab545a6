"""The ground that several test processes share: it falls with the last of them, however that one ends."""

import multiprocessing
import os
import signal
import tempfile
from multiprocessing.connection import Connection
from pathlib import Path

import psutil
import pytest

from town.keeper import shared_ground

pytestmark = [pytest.mark.ground, pytest.mark.broken]
ENDED_SECONDS_MAX = 30.0


def _stand_and_wait(folder: str, line: Connection) -> None:
    with shared_ground(Path(folder)) as ground:
        line.send(ground.kafka)
        line.recv()


def _keepers(folder: Path) -> list[psutil.Process]:
    return [p for p in psutil.process_iter(["cmdline"]) if str(folder) in " ".join(p.info["cmdline"] or [])]


def test_it_stands_while_one_of_two_is_killed_and_falls_with_the_second() -> None:
    folder = Path(tempfile.mkdtemp(prefix="curbstop-keeper-"))
    context = multiprocessing.get_context("spawn")
    people = []
    for _ in range(2):
        ours, theirs = context.Pipe()
        process = context.Process(target=_stand_and_wait, args=(str(folder), theirs))
        process.start()
        people.append((process, ours))
    addresses = {line.recv() for _, line in people}
    assert len(addresses) == 1
    (first, _), (second, line) = people
    os.kill(first.pid or 0, signal.SIGKILL)
    first.join()
    assert _keepers(folder)
    line.send("go")
    second.join()
    _, alive = psutil.wait_procs(_keepers(folder), ENDED_SECONDS_MAX)
    assert not alive
    assert not folder.exists()
