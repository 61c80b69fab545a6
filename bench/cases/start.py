"""start: from the process's start to ready, its memory, and what five idle services cost together."""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from statistics import median

import psutil

from bench.measure import Aim, Row, Run, interleaved, of_figures
from bench.stage import Stage
from services.__main__ import SERVICES
from shared.events import TOPICS
from shared.tower import tower_of
from town.children import Child
from town.ports import free_port

IDLE_SECONDS = 12.0
SETTLE_SECONDS = 4.0


async def start(stage: Stage) -> list[Row]:
    """The rows of this case."""
    await stage.topics(TOPICS, partitions=2)
    for service in SERVICES:
        await stage.database(tower_of(service))
    bare_url = await stage.database(tower_of("payments"), prefix=f"{stage.name}_bare_")
    memory: dict[str, list[float]] = {name: [] for name in (*SERVICES, "limit")}

    def ours(service: str) -> Callable[[int], Awaitable[Run]]:
        async def run(_number: int) -> Run:
            began = time.perf_counter()
            child, _ = await stage.service(service, stage.settings())
            return await _measured(child, began, memory[service])

        return run

    async def limit(_number: int) -> Run:
        port = free_port()
        command = [sys.executable, "-m", "bench.kernels.start", str(port), bare_url]
        began = time.perf_counter()
        child = await stage.process("bare-start", command, {}, port)
        return await _measured(child, began, memory["limit"])

    rows = []
    for service in SERVICES:
        mine, theirs = await interleaved(ours(service), limit, stage.rounds_count)
        seconds = [(one.seconds, other.seconds) for one, other in zip(mine, theirs, strict=True)]
        rows.append(of_figures("start", f"{service} → ready", "s", limit_is="FastAPI + asyncpg", rounds=seconds,
                               aims=[Aim("ratio", at_most=2.5, stretch=2.0)]))  # fmt: skip
    bare = median(memory["limit"])
    largest, name = max((median(memory[service]), service) for service in SERVICES)
    size = Row("start", f"memory of the largest ({name})", "MB", "FastAPI + asyncpg", largest, bare, largest / bare,
               aims=[Aim("figure", at_most=75, stretch=60)], rounds_count=stage.rounds_count)  # fmt: skip
    return [*rows, size, await _idle(stage)]


async def _measured(child: Child, began: float, memory: list[float]) -> Run:
    seconds = time.perf_counter() - began
    await asyncio.sleep(0.5)
    memory.append(psutil.Process(child.pid).memory_info().rss / 1e6)
    await child.end(5.0)
    return Run(1, seconds)


async def _idle(stage: Stage) -> Row:
    """Five services that hear and do nothing: their share of a core, together."""
    children = [(await stage.service(service, stage.settings()))[0] for service in SERVICES]
    await asyncio.sleep(SETTLE_SECONDS)
    before = _cpu_seconds(children)
    await asyncio.sleep(IDLE_SECONDS)
    share = (_cpu_seconds(children) - before) / IDLE_SECONDS * 100
    await asyncio.gather(*(child.end(5.0) for child in children))
    return Row("start", "five services, idle", "% of a core", "nothing", share, 0.0, float("nan"),
               aims=[Aim("figure", at_most=10)], rounds_count=1)  # fmt: skip


def _cpu_seconds(children: list[Child]) -> float:
    times = [psutil.Process(child.pid).cpu_times() for child in children]
    return float(sum(each.user + each.system for each in times))
