"""SIGKILL of any service at any instant, and a process frozen past its session: nothing accepted is lost or doubled."""

import asyncio
from pathlib import Path
from random import Random

import pytest

from shared.clock import TownClock
from shared.tower import Running, tower_of
from tests.broken.kills import kill_under_load
from tests.broken.load import Load
from tests.rooms import NEW_YORK
from town.apart import TownApart
from town.ground import Ground
from town.issuer import Issuer

KILLS_COUNT = 30
AT_ONCE = 2
"""Who comes back may find that another is away, too."""

pytestmark = [pytest.mark.processes, pytest.mark.broken, pytest.mark.timeout(600)]


async def test_thirty_services_are_killed_under_load(ground: Ground, issuer: Issuer, tmp_path: Path) -> None:
    """Each is started again by its supervisor; every payment that was answered with 201 is on the ledger once."""
    async with TownApart.built(ground, issuer, tmp_path) as town:
        load = Load(town)
        await load.move_in()
        await kill_under_load(town, load, KILLS_COUNT, Random(30), at_once=AT_ONCE)
        await load.check()


async def test_a_frozen_billing_is_replaced_and_changes_nothing_when_it_wakes(
    ground: Ground, issuer: Issuer, tmp_path: Path
) -> None:
    """SIGSTOP past its session: a second billing takes over its partitions; woken, it finds its records done."""
    async with TownApart.built(ground, issuer, tmp_path) as town:
        load = Load(town)
        await load.move_in()
        second = Running(tower_of("billing"), town.settings, TownClock(NEW_YORK), parts=["inbox", "relay", "deadlines"])
        async with second.running():

            async def freeze_and_wake() -> None:
                town.process("billing").freeze()
                while not await _heard_everything(second, town):
                    await asyncio.sleep(0.2)
                town.process("billing").thaw()

            freezing = asyncio.create_task(freeze_and_wake())
            await load.run(load.after_payments(300))
            await freezing
            await load.run(load.after_payments(100))
            await load.check()


async def _heard_everything(second: Running, town: TownApart) -> bool:
    """Whether the second billing has taken over all partitions: whoever is frozen is no longer a member."""
    assigned = [listener.assigned_count() for listener in second.listeners]
    partitions = [len(listener.topics) * town.partitions for listener in second.listeners]
    return assigned == partitions
