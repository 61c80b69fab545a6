"""flat: posting and reading at 100,000 accounts with a year's history, against 10,000; a million with --large."""

import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from bench.cases import read
from bench.cases.post import payments
from bench.child import Child, Line
from bench.facts import told
from bench.history import live_through
from bench.measure import Aim, Row, Run, compared, interleaved, of_figures
from bench.stage import Stage, connected, settings_of
from shared.auth import Actor
from shared.clock import TownClock
from shared.events import Fact
from shared.inbox import Inbox, Record
from shared.inbox.cursors import place_cursors
from shared.postgres import Cause
from shared.tower import Running, tower_of

SMALL, LARGER, LARGE = 10_000, 100_000, 1_000_000
COUNT = 10_000
SET_COUNT = 500
READ_ACCOUNTS_COUNT = 5_000
PLACE = ("payments", 0)

_SUMS = """
SELECT (SELECT count(*) FROM postings), (SELECT sum(amount_cents) FROM entries),
    (SELECT -sum(balance_cents) FROM receivables), (SELECT count(*) FROM set_aside)
"""


@dataclass
class Books:
    """Billing with so many accounts, behind a port."""

    accounts_count: int
    url: str
    settings: dict[str, Any]
    port: int
    paths: list[str]
    wal_bytes: list[float] = field(default_factory=list)
    """A payment's, by round."""


async def flat(stage: Stage) -> list[Row]:
    """The rows of this case: each size beside the smallest."""
    sizes = (LARGER, LARGE) if stage.large else (LARGER,)
    small = await _books(stage, stage.scaled(SMALL))
    rows = []
    for size in sizes:
        large = await _books(stage, stage.scaled(size))
        rows += [*await _posted(stage, large, small), await _read(stage, large, small)]
    return rows


async def _books(stage: Stage, accounts_count: int) -> Books:
    prefix = f"{stage.name}_{accounts_count}_"
    url = await stage.database(tower_of("billing"), prefix)
    await live_through(url, accounts_count)
    settings = stage.settings(database_prefix=prefix)
    _, port = await stage.service("billing", settings, only="api")
    async with connected(url) as connection:
        rows = await connection.fetch("SELECT account_id FROM receivables")
    asked = random.Random(7).sample(rows, min(READ_ACCOUNTS_COUNT, len(rows)))
    paths = [f"/v1/accounts/{row['account_id']}/balance" for row in asked]
    books = Books(accounts_count, url, settings, port, paths)
    await _posting(stage, books)(0)  # the first writes to a page after a checkpoint are logged whole: not counted
    books.wal_bytes.clear()
    return books


async def _posted(stage: Stage, large: Books, small: Books) -> list[Row]:
    ours, limit = await interleaved(_posting(stage, large), _posting(stage, small), stage.rounds_count)
    broken = [run.broken for run in (*ours, *limit) if run.broken]
    limit_is = f"itself at {small.accounts_count:,}"
    of = f"at {large.accounts_count:,} accounts"
    wal = zip(large.wal_bytes, small.wal_bytes[-len(ours) :], strict=True)
    return [
        compared("flat", f"post {of}", "payments/s", limit_is=limit_is, ours=ours, limit=limit,
                 aims=[Aim("ratio", at_least=0.85)]),
        of_figures("flat", f"WAL a payment {of}", "bytes", limit_is=limit_is, rounds=list(wal),
                   aims=[Aim("ratio", at_most=1.2)], void_because=broken[0] if broken else None),
    ]  # fmt: skip


async def _read(stage: Stage, large: Books, small: Books) -> Row:
    ours, limit = await interleaved(
        read.side(stage, large.port, large.paths), read.side(stage, small.port, small.paths), stage.rounds_count
    )
    return compared(
        "flat", f"GET balance at {large.accounts_count:,} accounts", "answers/s",
        limit_is=f"itself at {small.accounts_count:,}", ours=ours, limit=limit, aims=[Aim("ratio", at_least=0.85)],
    )  # fmt: skip


def _posting(stage: Stage, books: Books) -> Callable[[int], Awaitable[Run]]:
    """Payments in sets from memory, as the listener gives them to the inbox."""
    count = stage.scaled(COUNT)

    async def run(_number: int) -> Run:
        before = await _sums(books)
        child = await Child.start(take, settings=books.settings, count=count)
        child.tell("go")
        answer = await child.result()
        gained = [now - then for now, then in zip(await _sums(books), before, strict=True)]
        wanted = [count, 0, answer["cents"], 0]
        books.wal_bytes.append(answer["wal_bytes"] / count)
        broken = None if gained == wanted else f"postings, entries, balances, asides: {gained} and not {wanted}"
        return Run(count, answer["seconds"], broken=broken)

    return run


async def _sums(books: Books) -> list[int]:
    async with connected(books.url) as connection:
        return [int(each) for each in await connection.fetchrow(_SUMS)]


async def take(line: Line, settings: dict[str, Any], count: int) -> dict[str, float]:
    """Take payments on accounts all over the ledger; the seconds, and the log that they wrote."""
    chosen = settings_of(settings)
    running = Running(tower_of("billing"), chosen, TownClock(chosen.zone), [])
    inbox = Inbox("billing", running.tower.hearing, running.database)
    async with running.running():
        async with running.begin(Actor.service("bench"), Cause("bench")) as tx:
            stands_at = await place_cursors(tx, inbox.consumer, {PLACE: 0})
            accounts = [row["account_id"] for row in await tx.fetch("SELECT account_id FROM receivables")]
        facts = payments(count, random.sample(accounts, len(accounts)))
        records = [_record(at, fact) for at, fact in enumerate(facts, start=stands_at[PLACE])]
        await line.ready()
        async with running.pool.acquire() as connection:
            log_at = await connection.fetchval("SELECT pg_current_wal_insert_lsn()::text")
            started = time.perf_counter()
            for first in range(0, count, SET_COUNT):
                await inbox.take(records[first : first + SET_COUNT])
            seconds = time.perf_counter() - started
            written = await connection.fetchval("SELECT pg_current_wal_insert_lsn() - $1::text::pg_lsn", log_at)
    return {"seconds": seconds, "wal_bytes": int(written), "cents": sum(fact.amount_cents for fact in facts)}


def _record(offset: int, fact: Fact) -> Record:
    key, value, headers = told(fact)
    return Record(*PLACE, offset, key, value, [*headers])
