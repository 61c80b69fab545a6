"""latency: HTTP accepted → billing's ledger → a third service has seen it; against three bare processes."""

import sys
from collections.abc import Awaitable, Callable
from typing import Any

from bench import asking, probe
from bench.cases.counter import with_accounts
from bench.child import Child, Line
from bench.kernels import latency as kernel
from bench.measure import Aim, Row, Run, compared, interleaved
from bench.seeing import note_seen, until_caught_up, until_seen
from bench.stage import Stage, connected, settings_of
from bench.steady import WARM_SECONDS, latencies_ms
from shared.clock import TownClock
from shared.events import TOPICS
from shared.tower import Running, tower_of
from town.ports import free_port

SECONDS = 4.0
ACCOUNTS_COUNT = 2_000
CONNECTIONS = 64
AIMS = {100: [Aim("p99_ms", at_most=40, stretch=25)], 1_000: [Aim("p99_ms", at_most=45)]}
_FROM, _THROUGH = "bare.payments", "bare.billing"


async def latency(stage: Stage) -> list[Row]:
    """The rows of this case."""
    await stage.topics([*TOPICS, _FROM, _THROUGH])
    ours = await _ours(stage)
    limit = await _limit(stage)
    rows = []
    for per_second, aims in AIMS.items():
        mine, theirs = await interleaved(ours(per_second), limit(per_second), stage.rounds_count)
        what = f"{per_second:,}/s: accepted → seen by a third"
        rows.append(compared("latency", what, "payments/s", limit_is="three bare processes", ours=mine, limit=theirs,
                             aims=aims))  # fmt: skip
    return rows


Sides = Callable[[int], Callable[[int], Awaitable[Run]]]


async def _ours(stage: Stage) -> Sides:
    numbers = await with_accounts(await stage.database(tower_of("payments")), ACCOUNTS_COUNT)
    billing_url = await stage.database(tower_of("billing"))
    await stage.database(probe.tower)
    settings = stage.settings()
    await stage.service("billing", settings)
    _, port = await stage.service("payments", settings)
    return _sides(stage, port, numbers, billing_url, lambda: Child.start(see, settings=settings), safe=True)


async def _limit(stage: Stage) -> Sides:
    prefix = f"{stage.name}_bare_"
    payments_url = await stage.database(tower_of("payments"), prefix)
    billing_url = await stage.database(tower_of("billing"), prefix)
    probe_url = await stage.database(probe.tower, prefix)
    numbers = await with_accounts(payments_url, ACCOUNTS_COUNT)
    async with connected(payments_url) as connection:
        accounts = [row["account_id"] for row in await connection.fetch("SELECT account_id FROM accounts")]
    async with connected(billing_url) as connection:
        await connection.execute("INSERT INTO receivables (account_id) SELECT unnest($1::uuid[])", accounts)
    topics = [f"{stage.name}.{name}" for name in (_FROM, _THROUGH)]
    port = free_port()
    command = [sys.executable, "-m", "bench.kernels.latency", str(port), payments_url, stage.ground.kafka, topics[0]]
    await stage.process("bare-latency", command, {}, port)
    second = await Child.start(
        kernel.ledger, url=billing_url, bootstrap=stage.ground.kafka, heard=topics[0], told=topics[1]
    )
    second.tell("go")
    return _sides(
        stage, port, numbers, billing_url,
        lambda: Child.start(kernel.third, url=probe_url, bootstrap=stage.ground.kafka, heard=topics[1]), safe=False,
    )  # fmt: skip


def _sides(
    stage: Stage, port: int, numbers: list[str], ledger_url: str, third: Callable[[], Awaitable[Child]], *, safe: bool
) -> Sides:
    """A round at a rate: the third listens, the load is put on, and every payment must be seen.

    Not by the limit: its relays know no gaps, and lose what commits late.
    """
    seconds = WARM_SECONDS + max(1.0, SECONDS * stage.size)

    def at(per_second: int) -> Callable[[int], Awaitable[Run]]:
        async def run(_number: int) -> Run:
            seeing = await third()
            seeing.tell("go")
            asks = await Child.start(
                asking.post_payments_at, port=port, token=stage.token("cashier"), numbers=numbers,
                per_second=per_second, seconds=seconds, connections=CONNECTIONS,
            )  # fmt: skip
            asks.tell("go")
            answer = await asks.result()
            accepted = answer["accepted_ns"]
            seeing.tell(str(len(accepted)))
            seen = await seeing.result()
            broken = await _broken(ledger_url, len(accepted), len(seen) if safe else len(accepted), answer)
            return Run(len(seen), answer["seconds"], latencies_ms(accepted, seen), broken)

        return run

    return at


async def _broken(ledger_url: str, accepted_count: int, seen_count: int, answer: dict[str, Any]) -> str | None:
    if set(answer["statuses"]) != {"201"}:
        return f"answers {answer['statuses']}, such as {answer['refused']}"
    if accepted_count != seen_count:
        return f"{accepted_count} were accepted, and a third saw {seen_count}"
    async with connected(ledger_url) as connection:
        off_by = await connection.fetchval(
            "SELECT (SELECT coalesce(sum(amount_cents), 0) FROM entries WHERE book = 'receivable')"
            " - (SELECT coalesce(sum(balance_cents), 0) FROM receivables)"
        )
    return f"the ledger is off by {off_by}" if off_by else None


async def see(line: Line, settings: dict[str, Any]) -> dict[str, int]:
    """The third service on the plinth: by payment, when what it keeps of it was committed."""
    chosen = settings_of(settings)
    running = Running(probe.tower, chosen, TownClock(chosen.zone), ["inbox"])
    seen = note_seen(running, "billing.AccountCredited", "payment_id")
    async with running.running():
        await until_caught_up(running)
        await line.ready()
        await until_seen(line, seen)
    return seen
