"""rubbish: bad messages by the thousand over the inbound topics; each is taken or answered, and no good one is lost."""

import math
import time
from itertools import count
from statistics import median

from bench.measure import Aim, Row, broken_by, tell
from bench.stage import Stage
from tests.broken.flood import HEARERS, Flood
from town.apart import TownApart

BAD_COUNT = 100_000
FLOOD_COUNT = 20_000
"""So many are held in memory at once, those of some hundred kilobytes among them; each flood finds a fresh town."""
SETTLE_SECONDS_MAX = 240.0


async def rubbish(stage: Stage) -> list[Row]:
    """The rows of this case: how many were sent, and how many a second were taken or answered."""
    wanted = stage.scaled(BAD_COUNT)
    rates: list[float] = []
    broken: str | None = None
    for seed, first in zip(count(1), range(0, wanted, FLOOD_COUNT), strict=False):
        tell(f"{first:,} of {wanted:,} bad messages")
        rate, found = await _pour(stage, min(FLOOD_COUNT, wanted - first), seed)
        rates.append(rate)
        broken = broken or found
    sent = Row("rubbish", "bad messages, none lost", "messages", "nothing", wanted, math.nan, math.nan,
               aims=[Aim("figure", at_least=BAD_COUNT)], void_because=broken)  # fmt: skip
    answered = Row("rubbish", "sent → taken or answered", "messages/s", "nothing", median(rates), math.nan, math.nan,
                   rounds_count=len(rates), void_because=broken)  # fmt: skip
    return [sent, answered]


async def _pour(stage: Stage, bad_count: int, seed: int) -> tuple[float, str | None]:
    """One flood over a town of its own: messages a second, and what was broken."""
    folder = stage.folder / f"flood-{seed}"
    async with TownApart.built(stage.ground, stage.issuer, folder, list(HEARERS.values())) as town:
        flood = Flood(town, bad_count, seed)
        started = time.perf_counter()
        broken = await broken_by(flood.pour(SETTLE_SECONDS_MAX))
        seconds = time.perf_counter() - started
        return len(flood.records) / seconds, broken or await broken_by(flood.check())
