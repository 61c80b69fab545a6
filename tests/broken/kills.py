"""Services killed at random while the town is under load, and how long each took to be of use again."""

import asyncio
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from services.__main__ import SERVICES
from tests.broken.load import Load
from town.apart import TownApart

WAITED_FOR_SHARE = 0.7
"""Of the others, the next is killed while this one is still starting."""


@dataclass
class Killed:
    """How many were killed, and the milliseconds to ready of those that were waited for, the back-off included."""

    count: int = 0
    recoveries_ms: list[float] = field(default_factory=list)


async def kill_under_load(
    town: TownApart,
    load: Load,
    kills_count: int,
    random: Random,
    *,
    at_once: int = 1,
    within_seconds: float = math.inf,
    after_each: Callable[[int], None] = lambda _count: None,
) -> Killed:
    """SIGKILL services while people pay, `at_once` different ones; so many, or as many as can be within the time."""
    killed, spared = Killed(), set(SERVICES)

    async def kill_again_and_again() -> None:
        began = time.monotonic()
        while killed.count < kills_count and time.monotonic() - began < within_seconds:
            service = random.choice(sorted(spared))
            spared.remove(service)
            killed.count += 1
            life = town.supervisor.lives[service]
            life.failures_count = 0  # the pause of who keeps dying is tried elsewhere
            before, killed_at = life.restarts_count, time.monotonic()
            await town.kill(service)
            await town.supervisor.started_again(service, before + 1)
            if random.random() < WAITED_FOR_SHARE:
                await town.ready(service)
                killed.recoveries_ms.append((time.monotonic() - killed_at) * 1000)
            spared.add(service)
            after_each(killed.count)

    async def kill() -> None:
        async with asyncio.TaskGroup() as killers:
            for _ in range(at_once):
                killers.create_task(kill_again_and_again())

    killing = asyncio.create_task(kill())
    await load.run(killing.done)
    await killing
    return killed
