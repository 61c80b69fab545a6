"""Services killed at random while the town is under load, and how long each took to be of use again."""

import asyncio
import time
from collections.abc import Callable
from random import Random

from services.__main__ import SERVICES
from tests.broken.load import Load
from town.apart import TownApart

WAITED_FOR_SHARE = 0.7
"""Of the others, the next is killed while this one is still starting."""


async def kill_under_load(
    town: TownApart, load: Load, kills_count: int, random: Random, killed: Callable[[int], None] = lambda _count: None
) -> list[float]:
    """SIGKILL one service after the other while people pay; the milliseconds to ready of those waited for.

    `killed` is told how many were killed so far.
    """
    recoveries_ms: list[float] = []

    async def kill_again_and_again() -> None:
        for number in range(1, kills_count + 1):
            service = random.choice(SERVICES)
            life = town.supervisor.lives[service]
            life.failures_count = 0  # the pause of who keeps dying is tried elsewhere
            before, killed_at = life.restarts_count, time.perf_counter()
            await town.kill(service)
            await town.supervisor.started_again(service, before + 1)
            if random.random() < WAITED_FOR_SHARE:
                await town.ready(service)
                recoveries_ms.append((time.perf_counter() - killed_at) * 1000)
            killed(number)

    killing = asyncio.create_task(kill_again_and_again())
    await load.run(killing.done)
    await killing
    return recoveries_ms
