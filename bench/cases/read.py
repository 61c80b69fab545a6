"""read: GET a balance, GET a bill with every line explained; against Starlette and asyncpg with the same SQL."""

import sys
from collections.abc import Awaitable, Callable
from typing import Any

from bench import asking, households
from bench.child import Child, Line
from bench.measure import Aim, Row, Run, compared, interleaved
from bench.stage import Stage, connected, settings_of
from shared.tower import tower_of
from town.ports import free_port

HOUSEHOLDS_COUNT = 2_000
COUNT = 10_000
CONNECTIONS = 32


async def read(stage: Stage) -> list[Row]:
    """The rows of this case."""
    url = await stage.database(tower_of("billing"))
    child = await Child.start(fill, settings=stage.settings(), count=HOUSEHOLDS_COUNT)
    child.tell("go")
    await child.result()
    _, ours_port = await stage.service("billing", stage.settings(), only="api")
    bare_port = free_port()
    command = [sys.executable, "-m", "bench.kernels.read", str(bare_port), url]
    await stage.process("bare-read", command, {}, bare_port)
    async with connected(url) as connection:
        rows = await connection.fetch("SELECT account_id, bill_id FROM bills ORDER BY bill_id")
    wanted = {
        "GET balance": [f"/v1/accounts/{row['account_id']}/balance" for row in rows],
        "GET bill, explained": [f"/v1/bills/{row['bill_id']}" for row in rows],
    }
    lines = []
    for what, paths in wanted.items():
        ours, limit = await interleaved(
            side(stage, ours_port, paths), side(stage, bare_port, paths), stage.rounds_count
        )  # fmt: skip
        lines.append(compared("read", what, "answers/s", limit_is="Starlette + asyncpg, same SQL", ours=ours,
                              limit=limit, aims=[Aim("ratio", at_least=0.85, stretch=0.9)]))  # fmt: skip
    return lines


def side(stage: Stage, port: int, paths: list[str]) -> Callable[[int], Awaitable[Run]]:
    """One side: every answer must be a 200."""
    count = stage.scaled(COUNT)

    async def run(_number: int) -> Run:
        child = await Child.start(
            asking.get_paths, port=port, token=stage.token("csr"), paths=paths, count=count, connections=CONNECTIONS
        )
        child.tell("go")
        answer = await child.result()
        broken = None if answer["statuses"] == {"200": count} else f"answers {answer['statuses']}"
        return Run(count, answer["seconds"], answer["latencies_ms"], broken)

    return run


async def fill(line: Line, settings: dict[str, Any], count: int) -> None:
    """Households that were billed once."""
    running = households.billing(settings_of(settings))
    async with running.running():
        await line.ready()
        await households.settle_in(running, count)
        await households.hear(running, households.readings(range(1, count + 1)))
        await households.run_bills(running)
