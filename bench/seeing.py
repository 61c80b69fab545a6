"""The process that hears: of each fact, when what is kept of it was committed."""

import asyncio
import time
from collections.abc import Sized
from typing import Any

from bench.child import Line
from bench.stage import PARTITIONS
from shared.tower import Running

LATE_SECONDS_MAX = 20


def note_seen(running: Running, kind: str, named: str) -> dict[str, int]:
    """By this field of the facts of a kind, when it was committed; filled while the service runs."""
    seen: dict[str, int] = {}
    heard: list[str] = []
    take = running.tower.hearing.handlers[kind]

    async def take_and_note(tx: Any, facts: Any) -> None:
        await take(tx, facts)
        heard.extend(str(getattr(fact, named)) for fact in facts)

    def finished(_consumer: str, _seconds: float, _batch: Any) -> None:
        now = time.monotonic_ns()
        seen.update((name, now) for name in heard)
        heard.clear()

    running.tower.hearing.handlers[kind] = take_and_note
    for listener in running.listeners:
        listener.batch_finished = finished
    return seen


async def until_caught_up(running: Running) -> None:
    """Until it reads every partition and has heard what was told before; a minute at most."""
    for _ in range(1_200):
        if await _caught_up(running):
            return
        await asyncio.sleep(0.05)


async def until_seen(line: Line, seen: Sized) -> None:
    """Wait to be told how many there must be, and for those that are late: what is slow is not lost."""
    count = int(await line.told())
    for _ in range(LATE_SECONDS_MAX * 10):
        if len(seen) >= count:
            return
        await asyncio.sleep(0.1)


async def _caught_up(running: Running) -> bool:
    listener = running.listeners[0]
    if listener.assigned_count() < len(listener.topics) * PARTITIONS:
        return False
    lag = await listener.find_lag()
    return lag is not None and not any(lag.values())
