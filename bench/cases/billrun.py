"""billrun: readings → validated → rated → bills, lines, ledger stored → told to the broker; against INSERT … SELECT."""

import asyncio
import time
from typing import Any

from bench import households
from bench.child import Child, Line
from bench.kernels import billrun as kernel
from bench.measure import Aim, Row, Run, compared
from bench.stage import Stage, connected, settings_of
from shared import kafka
from shared.events import TOPICS
from shared.tower import tower_of

COUNT = 5_000


async def billrun(stage: Stage) -> list[Row]:
    """The rows of this case. The limit of a round writes what ours of the same round made."""
    await stage.topics(TOPICS)
    count = stage.scaled(COUNT)
    ours, limit = [], []
    for _ in range(stage.rounds_count):
        url = await stage.database(tower_of("billing"))
        child = await Child.start(bill, settings=stage.settings(), count=count)
        child.tell("go")
        ours.append(Run(count, (await child.result())["seconds"], broken=await _broken(url, count)))
        child = await Child.start(write_bare, settings=stage.settings(), url=url)
        child.tell("go")
        limit.append(Run(count, (await child.result())["seconds"], broken=await _not_the_same(url)))
    return [
        compared(
            "billrun", "reading → BillIssued told, eight lines a bill", "bills/s",
            limit_is="INSERT … SELECT of the same rows, raw produce", ours=ours, limit=limit,
            aims=[Aim("ratio", at_least=0.45, stretch=0.5)],
        )
    ]  # fmt: skip


async def bill(line: Line, settings: dict[str, Any], count: int) -> dict[str, float]:
    """Ours: readings heard, a bill run worked off, everything carried to the broker."""
    running = households.billing(settings_of(settings), ["relay"])
    async with running.running():
        await households.settle_in(running, count)
        sets = households.readings(range(1, count + 1))
        await line.ready()
        started = time.perf_counter()
        await households.hear(running, sets)
        await households.run_bills(running)
        async with running.pool.acquire() as connection:
            last = await connection.fetchval("SELECT max(seq) FROM outbox")
        for _ in range(6_000):
            if running.relay.position.last >= last:
                break
            await asyncio.sleep(0.01)
        return {"seconds": time.perf_counter() - started}


async def write_bare(line: Line, settings: dict[str, Any], url: str) -> dict[str, float]:
    """The limit."""
    chosen = settings_of(settings)
    producer = kafka.producer(chosen)
    await producer.start()
    async with connected(url) as connection:
        chunks_count = await kernel.prepare(connection)
        await line.ready()
        seconds = await kernel.write(connection, producer, chosen.topic("billing"), chunks_count)
    await producer.stop()
    return {"seconds": seconds}


async def _broken(url: str, count: int) -> str | None:
    async with connected(url) as connection:
        row = await connection.fetchrow(
            "SELECT (SELECT count(*) FROM bills WHERE state = 'issued') AS bills,"
            " (SELECT count(*) FROM bill_lines) AS lines, (SELECT sum(amount_cents) FROM entries) AS entries,"
            " (SELECT sum(balance_cents) FROM receivables) - (SELECT sum(total_cents) FROM bills) AS difference,"
            " (SELECT count(*) FROM outbox WHERE headers->>'ce_type' = 'billing.BillIssued') AS told,"
            " (SELECT max(seq) FROM outbox) - (SELECT last FROM relay_state) AS uncarried"
        )
    found = {name: int(value or 0) for name, value in row.items()}
    wanted = {"bills": count, "lines": count * households.LINES_COUNT, "entries": 0, "difference": 0, "told": count,
              "uncarried": 0}  # fmt: skip
    return None if found == wanted else f"wanted {wanted}, found {found}"


async def _not_the_same(url: str) -> str | None:
    """The limit must have written as many rows as ours."""
    async with connected(url) as connection:
        for table in ("bills", "bill_lines", "charges", "postings", "entries", "outbox"):
            mine = await connection.fetchval(f"SELECT count(*) FROM public.{table}")
            theirs = await connection.fetchval(f"SELECT count(*) FROM bare.{table}")
            if mine != theirs:
                return f"{table}: ours {mine}, the limit's {theirs}"
    return None
