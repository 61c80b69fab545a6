"""cycle: a bill run at 200,000 accounts with 24 months behind each, against 10,000; and the memory of its job."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import households, periods
from bench.child import Child, Line
from bench.measure import Aim, Row, Run, compared, interleaved
from bench.stage import Stage, connected, settings_of
from shared.tower import tower_of

SMALL, LARGER = 10_000, 200_000
CYCLE_COUNT = 2_000
LARGE_CYCLE_COUNT = 20_000

_BROKEN = """
SELECT count(*) AS bills, coalesce(sum(lines), 0) AS lines, coalesce(sum(entries), 0) AS entries,
    coalesce(sum(total_cents - balance_cents), 0) AS difference,
    (SELECT count(*) FROM billing_exceptions WHERE job_id = $1) AS exceptions
FROM bills b JOIN receivables USING (account_id) CROSS JOIN LATERAL (
    SELECT (SELECT count(*) FROM bill_lines l WHERE l.bill_id = b.bill_id) AS lines,
        (SELECT sum(amount_cents) FROM entries e WHERE e.posting_id = b.bill_id) AS entries) AS kept
WHERE job_id = $1
"""


@dataclass
class Town:
    """Billing with so many accounts, and what its jobs took of memory."""

    accounts_count: int
    url: str
    settings: dict[str, Any]
    megabytes: float = 0.0


async def cycle(stage: Stage) -> list[Row]:
    """The rows of this case."""
    small = await _town(stage, stage.scaled(SMALL), 0)
    large = await _town(stage, stage.scaled(LARGER), stage.scaled(LARGE_CYCLE_COUNT))
    ours, limit = await interleaved(_billing(stage, large), _billing(stage, small), stage.rounds_count)
    usual = large.megabytes
    whole = await _bill(large, "LARGE", _serials(stage, stage.rounds_count, stage.scaled(LARGE_CYCLE_COUNT)))
    of = f"at {large.accounts_count:,} accounts, {periods.COUNT} months each"
    memory = Row(
        "cycle", f"memory of the job, {whole.units_count:,} bills", "MB", f"{stage.scaled(CYCLE_COUNT):,} bills",
        large.megabytes, usual, large.megabytes / usual, aims=[Aim("figure", at_most=200)],
        rounds_count=1, void_because=whole.broken,
    )  # fmt: skip
    return [
        compared("cycle", f"bill run {of}", "bills/s", limit_is=f"itself at {small.accounts_count:,}", ours=ours,
                 limit=limit, aims=[Aim("ratio", at_least=0.85)]),
        memory,
    ]  # fmt: skip


async def _town(stage: Stage, accounts_count: int, large_count: int) -> Town:
    prefix = f"{stage.name}_{accounts_count}_"
    url = await stage.database(tower_of("billing"), prefix)
    settings = stage.settings(database_prefix=prefix)
    child = await Child.start(load, settings=settings)
    child.tell("go")
    await child.result()
    cycles = (stage.rounds_count, stage.scaled(CYCLE_COUNT))
    await periods.live_through(url, accounts_count, cycles, large_count=large_count)
    return Town(accounts_count, url, settings)


def _serials(stage: Stage, number: int, count: int) -> range:
    first = 1 + number * stage.scaled(CYCLE_COUNT)
    return range(first, first + count)


def _billing(stage: Stage, town: Town) -> Callable[[int], Awaitable[Run]]:
    """Each round bills a cycle of its own."""

    async def run(number: int) -> Run:
        return await _bill(town, f"C{number}", _serials(stage, number, stage.scaled(CYCLE_COUNT)))

    return run


async def _bill(town: Town, named: str, serials: range) -> Run:
    child = await Child.start(read, settings=town.settings, first=serials.start, after=serials.stop)
    child.tell("go")
    await child.result()
    child = await Child.start(bill, settings=town.settings, named=named)
    child.tell("go")
    answer = await child.result()
    town.megabytes = answer["megabytes"]
    return Run(len(serials), answer["seconds"], broken=await _broken(town.url, len(serials)))


async def _broken(url: str, count: int) -> str | None:
    async with connected(url) as connection:
        job_id = await connection.fetchval("SELECT job_id FROM jobs ORDER BY job_id DESC LIMIT 1")
        row = await connection.fetchrow(_BROKEN, job_id)
    found = {name: int(value) for name, value in row.items()}
    lines = count * households.LINES_COUNT
    wanted = {"bills": count, "lines": lines, "entries": 0, "difference": 0, "exceptions": 0}
    return None if found == wanted else f"wanted {wanted}, found {found}"


async def load(line: Line, settings: dict[str, Any]) -> None:
    """The tariff that all were billed by."""
    running = households.billing(settings_of(settings))
    async with running.running():
        await line.ready()
        await households.load_ordinance(running)


async def read(line: Line, settings: dict[str, Any], first: int, after: int) -> None:
    """The readings that the cycle's bills end with; not measured."""
    running = households.billing(settings_of(settings))
    async with running.running():
        await line.ready()
        await households.hear(running, households.readings(range(first, after), periods.COUNT))


async def bill(line: Line, settings: dict[str, Any], named: str) -> dict[str, float]:
    """A run over a cycle, in a process that does nothing else; and the most that it held."""
    running = households.billing(settings_of(settings))
    async with running.running():
        await line.ready()
        started = time.perf_counter()
        await households.run_bills(running, named)
        seconds = time.perf_counter() - started
    (peak,) = (row for row in Path("/proc/self/status").read_text().splitlines() if row.startswith("VmHWM"))
    return {"seconds": seconds, "megabytes": int(peak.split()[1]) / 1_000}
