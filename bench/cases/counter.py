"""counter: durable POST /payments with an idempotency key, against a bare app that commits all who wait at once."""

import sys
from collections.abc import Awaitable, Callable
from typing import Any

from bench import asking
from bench.child import Child
from bench.facts import opened
from bench.measure import Aim, Row, Run, compared, interleaved
from bench.stage import Stage, connected
from services.payments.app import tower
from town.ports import free_port

COUNT = 8_000
CONNECTIONS = 64
ACCOUNTS_COUNT = 2_000


async def counter(stage: Stage) -> list[Row]:
    """The rows of this case."""
    url = await stage.database(tower)
    await stage.topics([*tower.hearing.topics(outside=False), *tower.hearing.topics(outside=True)])
    numbers = await with_accounts(url, ACCOUNTS_COUNT)
    _, ours_port = await stage.service("payments", stage.settings(), only="api")
    ours = side(stage, ours_port, url, numbers)
    coalesced = side(stage, await bare(stage, url, "coalesced"), url, numbers)
    single = side(stage, await bare(stage, url, "single"), url, numbers)
    mine, theirs = await interleaved(ours, coalesced, stage.rounds_count)
    row = compared(
        "counter", "POST /payments, 64 at once", "payments/s", limit_is="bare ASGI, all who wait in one commit",
        ours=mine, limit=theirs, aims=[Aim("ratio", at_least=0.9)],
    )  # fmt: skip
    mine, theirs = await interleaved(ours, single, stage.rounds_count)
    limit_is = "the same, a commit a request"
    return [row, compared("counter", "against no coalescing", "payments/s", limit_is=limit_is, ours=mine, limit=theirs,
                          aims=[Aim("ratio", at_least=1.7)])]  # fmt: skip


async def with_accounts(url: str, count: int) -> list[str]:
    """Let payments know accounts; their numbers."""
    facts = [opened(n) for n in range(1, count + 1)]
    async with connected(url) as connection:
        await connection.execute(
            "INSERT INTO accounts (account_id, account_number, service_address, opened_on, version)"
            " SELECT *, '2026-01-05', 1 FROM unnest($1::uuid[], $2::text[], $3::text[])",
            [fact.account_id for fact in facts], [fact.account_number for fact in facts],
            [fact.service_address for fact in facts],
        )  # fmt: skip
        await connection.execute("ANALYZE")
    return [str(fact.account_number) for fact in facts]


async def bare(stage: Stage, url: str, how: str) -> int:
    """The kernel as a process; its port."""
    port = free_port()
    await stage.process(f"bare-counter-{how}", [sys.executable, "-m", "bench.kernels.counter", str(port), url, how],
                        {}, port)  # fmt: skip
    return port


def side(stage: Stage, port: int, url: str, numbers: list[str]) -> Callable[[int], Awaitable[Run]]:
    """One side: the load, and what must be there afterwards."""
    count = stage.scaled(COUNT)

    async def run(_number: int) -> Run:
        async with connected(url) as connection:
            before = await _there(connection)
            child = await Child.start(
                asking.post_payments, port=port, token=stage.token("cashier"), numbers=numbers, count=count,
                connections=CONNECTIONS,
            )  # fmt: skip
            child.tell("go")
            answer = await child.result()
            after = await _there(connection)
        gained = {name: after[name] - before[name] for name in after}
        broken = None
        if answer["statuses"] != {"201": count}:
            broken = f"answers {answer['statuses']}"
        elif set(gained.values()) != {count}:
            broken = f"{count} were accepted, and there are {gained}"
        return Run(count, answer["seconds"], answer["latencies_ms"], broken)

    return run


async def _there(connection: Any) -> dict[str, int]:
    row = await connection.fetchrow(
        "SELECT (SELECT count(*) FROM payments) AS payments, (SELECT count(*) FROM entries) AS entries,"
        " (SELECT count(*) FROM outbox) AS told, (SELECT count(*) FROM idempotency_keys) AS keys,"
        " (SELECT count(*) FROM audit_log) AS audited,"
        " (SELECT coalesce(sum(last_serial), 0)::bigint FROM receipt_series) AS receipts"
    )
    return dict(row)
