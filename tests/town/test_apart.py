"""Services as processes of their own: they become ready, one that is killed comes back, and none is left behind."""

import os
from pathlib import Path

import psutil
import pytest

from town.apart import TownApart
from town.ground import Ground
from town.issuer import Issuer
from town.processes import pause_after

pytestmark = pytest.mark.processes


async def test_a_killed_service_is_started_again_and_nothing_is_left_at_the_end(
    ground: Ground, issuer: Issuer, tmp_path: Path
) -> None:
    async with TownApart.built(ground, issuer, tmp_path, services=("payments",)) as town:
        first = town.process("payments").pid
        await town.kill("payments")
        await town.supervisor.started_again("payments")
        await town.ready("payments")
        life = town.supervisor.lives["payments"]
        assert (life.state, life.restarts_count, life.last_exit_code) == ("running", 1, -9)
        assert await town.settle() == []
        second = town.process("payments").pid
    assert not psutil.pid_exists(first)
    assert not psutil.pid_exists(second)
    assert not [child for child in psutil.Process(os.getpid()).children() if "services" in child.cmdline()]


@pytest.mark.parametrize(("failures_count", "seconds"), [(0, 0.5), (1, 1.0), (2, 2.0), (5, 15.0), (10_000, 15.0)])
def test_who_keeps_dying_is_started_less_and_less_often(failures_count: int, seconds: float) -> None:
    assert pause_after(failures_count) == seconds
