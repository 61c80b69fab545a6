"""paper: a bill as the customer gets it, with a year of use behind it: processor time of reading and drawing it."""

import time
from collections.abc import Sequence
from statistics import median
from typing import Any, get_args

from bench import households, periods
from bench.cases.cycle import load
from bench.child import Child, Line
from bench.measure import Aim, Row
from bench.stage import Stage, connected, settings_of
from services.billing.views import find_bill_paper
from shared.auth import Actor
from shared.ids import BillId
from shared.paper import Language
from shared.postgres import Cause
from shared.tower import tower_of

COUNT = 60
BEGINS = {"pdf": b"%PDF-", "html": b"<!DOCTYPE html>"}


async def paper(stage: Stage) -> list[Row]:
    """The rows of this case: each bill is drawn once, in both languages in turn."""
    url = await stage.database(tower_of("billing"))
    child = await Child.start(load, settings=stage.settings())
    child.tell("go")
    await child.result()
    count = stage.scaled(COUNT)
    await periods.live_through(url, count, (1, count))
    child = await Child.start(draw, settings=stage.settings(), count=count)
    child.tell("go")
    drawn = await child.result(limit_seconds=120)
    async with connected(url) as connection:
        bills = await connection.fetchval("SELECT count(*) FROM bills WHERE job_id IS NOT NULL")
    broken = None if bills == count else f"{count} households were billed, and there are {bills} bills"
    return [
        Row(
            "paper", f"a bill as {form}", "ms of CPU", "nothing", median(drawn[form]), float("nan"), float("nan"),
            p50_ms=median(drawn[form]), p99_ms=max(drawn[form]), aims=[Aim("figure", at_most=150)],
            rounds_count=1, void_because=broken or _not_paper(drawn["begins"][form], form),
        )
        for form in BEGINS
    ]  # fmt: skip


def _not_paper(begins: Sequence[str], form: str) -> str | None:
    wrong = [one for one in begins if one.encode() != BEGINS[form]]
    return f"{len(wrong)} are no {form}: {wrong[0]}" if wrong else None


async def draw(line: Line, settings: dict[str, Any], count: int) -> dict[str, Any]:
    """Bill everybody, and draw each bill as a PDF and as a page; the milliseconds of each, and how it begins."""
    running = households.billing(settings_of(settings))
    taken: dict[str, Any] = {form: [] for form in BEGINS}
    begins: dict[str, list[str]] = {form: [] for form in BEGINS}
    async with running.running():
        await households.hear(running, households.readings(range(1, count + 1), periods.COUNT))
        await households.run_bills(running, "C0")
        async with running.pool.acquire() as connection:
            rows = await connection.fetch("SELECT bill_id FROM bills WHERE job_id IS NOT NULL ORDER BY bill_id")
        await line.ready()
        for number, bill_id in enumerate(row["bill_id"] for row in rows):
            language = get_args(Language)[number % 2]
            for form in BEGINS:
                milliseconds, drawn = await _draw(running, BillId(bill_id), form, language)
                taken[form].append(milliseconds)
                begins[form].append(drawn[: len(BEGINS[form])].decode(errors="replace"))
    return {**taken, "begins": begins}


async def _draw(running: Any, bill_id: BillId, form: Any, language: Language) -> tuple[float, bytes]:
    began = time.process_time()
    async with running.read(Actor.service("bench"), Cause("bench")) as reader:
        found = await find_bill_paper(reader, bill_id, form, language)
    drawn = found.draw()
    return (time.process_time() - began) * 1_000, drawn
