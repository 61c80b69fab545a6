"""readings: from the topic → looked up, judged, stored with flags, told; at meters with two years behind them."""

import asyncio
import time
from typing import Any

from bench import households, periods
from bench.child import Child, Line
from bench.facts import publish, told
from bench.kernels import readings as kernel
from bench.measure import Aim, Row, Run, compared, interleaved
from bench.stage import Stage, connected, settings_of
from shared.cloudevents import value_of
from shared.events.inbound import MeterReading
from shared.tower import tower_of

COUNT = 8_000
FLAGGED_EVERY = 50
MUCH = 12
"""So often the usual use was used by every fiftieth: a person must look at it."""

_FOUND = """
SELECT count(*) AS taken, count(*) FILTER (WHERE state = 'flagged') AS flagged,
    count(*) FILTER (WHERE reference_kind = 'same_season' AND used_units > 0) AS measured,
    (SELECT count(*) FROM outbox) AS told, (SELECT count(*) FROM set_aside) AS asides
FROM readings WHERE taken_by <> 'bench'
"""


async def readings(stage: Stage) -> list[Row]:
    """The rows of this case. Each round reads meters of its own."""
    count = stage.scaled(COUNT)
    url = await stage.database(tower_of("billing"))
    hearing = tower_of("billing").hearing
    await stage.topics([*hearing.topics(outside=False), *hearing.topics(outside=True)])
    await periods.live_through(url, count * stage.rounds_count, (stage.rounds_count, count), billed=False)
    async with connected(url) as connection:
        await kernel.prepare(connection)

    async def ours(number: int) -> Run:
        values = _read(number, count)
        child = await Child.start(hear, settings=stage.settings(), count=count)
        await publish(stage.ground.kafka, f"{stage.name}.{households.TOPIC}", map(told, values))
        child.tell("go")
        seconds = (await child.result())["seconds"]
        return Run(count, seconds, broken=await _broken(url, number, count))

    async def limit(number: int) -> Run:
        values = [value_of(reading).decode() for reading in _read(number, count)]
        child = await Child.start(insert_bare, url=url, values=values)
        child.tell("go")
        seconds = (await child.result())["seconds"]
        async with connected(url) as connection:
            kept = await connection.fetchval(
                "SELECT least((SELECT count(*) FROM bare.inbox), (SELECT count(*) FROM bare.outbox),"
                " (SELECT count(*) FROM bare.readings WHERE taken_by = 'bare'))"
            )
        due = (number + 1) * count
        return Run(count, seconds, broken=None if kept == due else f"{due} were to be written, {kept} were")

    mine, theirs = await interleaved(ours, limit, stage.rounds_count)
    return [
        compared("readings", "topic → judged, stored, told", "readings/s", limit_is="unnest insert of the same rows",
                 ours=mine, limit=theirs, aims=[Aim("ratio", at_least=0.5)]),
    ]  # fmt: skip


def _read(number: int, count: int) -> list[MeterReading]:
    """What this round's meters show after another month; at every fiftieth far too much was used."""
    return [
        households.reading(serial, periods.COUNT, 1 if serial % FLAGGED_EVERY else MUCH)
        for serial in range(1 + number * count, 1 + (number + 1) * count)
    ]


async def _broken(url: str, number: int, count: int) -> str | None:
    """By now, every round so far must be whole."""
    async with connected(url) as connection:
        row = await connection.fetchrow(_FOUND)
    due = (number + 1) * count
    wanted = {"taken": due, "flagged": due // FLAGGED_EVERY, "measured": due, "told": due, "asides": 0}
    return None if dict(row) == wanted else f"wanted {wanted}, found {dict(row)}"


async def hear(line: Line, settings: dict[str, Any], count: int) -> dict[str, float]:
    """Our inbox, from the first record to the commit of the last."""
    running = households.billing(settings_of(settings), ["inbox"])
    times: list[float] = []
    done, taken = asyncio.Event(), 0

    def finished(_consumer: str, seconds: float, batch: Any) -> None:
        nonlocal taken
        if batch.heard_count and not times:
            times.append(time.perf_counter() - seconds)
        taken += batch.fresh_count
        if taken >= count:
            times.append(time.perf_counter())
            done.set()

    for listener in running.listeners:
        listener.batch_finished = finished
    await line.ready()
    async with running.running():
        await asyncio.wait_for(done.wait(), 120)
    return {"seconds": times[-1] - times[0]}


async def insert_bare(line: Line, url: str, values: list[str]) -> dict[str, float]:
    """The limit."""
    async with connected(url) as connection:
        await line.ready()
        return {"seconds": await kernel.insert(connection, values)}
