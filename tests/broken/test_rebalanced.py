"""Members of a consumer group come, freeze, wake and go under load: every record is taken once, in its key's order."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from shared.clock import TownClock
from shared.tower import Running, tower_of
from tests.broken.load import Load
from tests.rooms import NEW_YORK
from town.apart import TownApart
from town.ground import Ground
from town.issuer import Issuer

SERVICES = ("accounts", "billing", "payments")
SECONDS_MAX = 60.0
"""For one change of the group: a frozen member is missed after six."""

pytestmark = [pytest.mark.processes, pytest.mark.broken]


async def test_three_billings_share_the_work_and_one_of_them_freezes(
    ground: Ground, issuer: Issuer, tmp_path: Path
) -> None:
    """Two join; the first is frozen past its session and woken when its partitions are theirs; then both leave."""
    async with TownApart.built(ground, issuer, tmp_path, SERVICES) as town:
        load = Load(town)
        await load.move_in()

        async def come_freeze_wake_and_go() -> None:
            second, third = member(town), member(town)
            all_count = sum(len(listener.topics) * town.partitions for listener in second.listeners)
            async with second.running(), third.running():
                await until(lambda: min(held(second), held(third)) > 0 and held(second, third) < all_count)
                town.process("billing").freeze()
                await until(lambda: held(second, third) == all_count)
                await until(load.after_payments(100))
                town.process("billing").thaw()
                await until(lambda: held(second, third) < all_count)
                await until(load.after_payments(100))

        changing = asyncio.create_task(come_freeze_wake_and_go())
        await load.run(changing.done)
        await changing
        await load.check()


def member(town: TownApart) -> Running:
    """One more billing, in this process."""
    return Running(tower_of("billing"), town.settings, TownClock(NEW_YORK), parts=["inbox", "relay", "deadlines"])


def held(*members: Running) -> int:
    """How many partitions these members hold together."""
    return sum(listener.assigned_count() for each in members for listener in each.listeners)


async def until(happened: Callable[[], bool]) -> None:
    """Look until it has happened."""
    async with asyncio.timeout(SECONDS_MAX):
        while not happened():
            await asyncio.sleep(0.1)
