"""inbox: event → read model, each once, in order; against inserts of the same rows by hand."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

from bench import probe
from bench.child import Child, Line
from bench.facts import opened, publish, told
from bench.kernels import inbox as kernel
from bench.measure import Aim, Row, Run, compared, interleaved
from bench.stage import Stage, connected, settings_of
from shared.clock import TownClock
from shared.ids import new_id
from shared.tower import Running

COUNT = 60_000
TOPIC = "accounts"


async def inbox(stage: Stage) -> list[Row]:
    """The rows of this case."""
    count = stage.scaled(COUNT)
    await stage.topics([TOPIC, "billing"])
    await publish(stage.ground.kafka, f"{stage.name}.{TOPIC}", (told(opened(n)) for n in range(count)))

    def side(function: Callable[..., Awaitable[Any]], table: str) -> Callable[[int], Awaitable[Run]]:
        async def run(_number: int) -> Run:
            url = await stage.database(probe.tower)
            child = await Child.start(function, settings=stage.settings(), url=url, count=count)
            child.tell("go")
            seconds = (await child.result())["seconds"]
            async with connected(url) as connection:
                kept = await connection.fetchval(f"SELECT count(*) FROM {table}")
            return Run(count, seconds, broken=None if kept == count else f"{count} were told, {kept} were kept")

        return run

    bare = side(insert_bare, "bare_accounts")
    ours, limit = await interleaved(side(hear, "seen_accounts"), bare, stage.rounds_count)
    aims = [Aim("ratio", at_least=0.5, stretch=0.6)]
    row = compared(
        "inbox",
        "event → read model",
        "events/s",
        limit_is="unnest insert with a key",
        ours=ours,
        limit=limit,
        aims=aims,
    )
    ours, limit = await interleaved(side(hear, "seen_accounts"), side(hear_bare, "bare_accounts"), stage.rounds_count)
    limit_is = "getmany, json, unnest insert with a key"
    return [
        row,
        compared("inbox", "the same, from Kafka on both sides", "events/s", limit_is=limit_is, ours=ours, limit=limit),
    ]


async def hear(line: Line, settings: dict[str, Any], url: str, count: int) -> dict[str, float]:
    """Our inbox, from the first record to the commit of the last."""
    assert url
    chosen = settings_of(settings)
    running = Running(probe.tower, chosen, TownClock(chosen.zone), ["inbox"])
    times: list[float] = []
    done, taken = asyncio.Event(), 0

    def finished(_consumer: str, seconds: float, batch: Any) -> None:
        nonlocal taken
        if not times:
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
    return {"seconds": times[1] - times[0]}


async def insert_bare(line: Line, settings: dict[str, Any], url: str, count: int) -> dict[str, float]:
    """The limit: the same rows from memory."""
    assert settings
    rows = [opened(n) for n in range(count)]
    sets: list[kernel.Columns] = []
    for start in range(0, count, kernel.SET_MAX):
        part = rows[start : start + kernel.SET_MAX]
        sets.append((
            [new_id() for _ in part], [fact.account_id for fact in part], [str(fact.account_number) for fact in part],
            [fact.holder_name for fact in part], [fact.service_address for fact in part],
            [date(2026, 1, 5) for _ in part],
        ))  # fmt: skip
    async with connected(url) as connection:
        await line.ready()
        return {"seconds": await kernel.insert(connection, sets)}


async def hear_bare(line: Line, settings: dict[str, Any], url: str, count: int) -> dict[str, float]:
    """The limit with Kafka in it."""
    chosen = settings_of(settings)
    async with connected(url) as connection:
        await line.ready()
        return {"seconds": await kernel.consume(connection, chosen.kafka, chosen.topic(TOPIC), count)}
