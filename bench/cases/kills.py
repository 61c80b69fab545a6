"""kills: SIGKILL of any service under load, again and again: nothing accepted is lost; how soon it is ready again."""

import math
from random import Random

from bench.measure import Aim, Row, broken_by, percentile, tell
from bench.stage import Stage
from tests.broken.kills import kill_under_load
from tests.broken.load import Load
from town.apart import TownApart

KILLS_COUNT = 100
KILLING_SECONDS_MAX = 420.0
"""A machine that is too busy for all of them kills fewer, and the line says how many."""
TELL_EVERY = 10
SEED = 100


async def kills(stage: Stage) -> list[Row]:
    """The row of this case: kills, and milliseconds until whoever was killed is ready again, its back-off included."""
    count = stage.scaled(KILLS_COUNT)

    def after_each(so_far: int) -> None:
        if so_far % TELL_EVERY == 0:
            tell(f"{so_far} of {count} kills")

    async with TownApart.built(stage.ground, stage.issuer, stage.folder) as town:
        load = Load(town)
        await load.move_in()
        killed = await kill_under_load(
            town, load, count, Random(SEED), within_seconds=KILLING_SECONDS_MAX, after_each=after_each
        )
        broken = await broken_by(load.check())
    return [
        Row(
            "kills", "SIGKILL → ready again, under load", "kills", "nothing", killed.count, math.nan, math.nan,
            p50_ms=percentile(killed.recoveries_ms, 0.50), p99_ms=percentile(killed.recoveries_ms, 0.99),
            aims=[Aim("figure", at_least=KILLS_COUNT)], rounds_count=1, void_because=broken,
        )
    ]  # fmt: skip
