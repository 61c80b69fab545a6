"""post: a payment heard on Kafka → ledger, balance and outbox committed; against one prepared statement a set."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

from bench.child import Child, Line
from bench.facts import NOW, Told, ends_of, publish, told
from bench.kernels import post as kernel
from bench.measure import Aim, Row, Run, compared, interleaved
from bench.stage import PARTITIONS, Stage, connected, settings_of
from shared.clock import TownClock
from shared.events.payments import PaymentPosted, Tender
from shared.ids import AccountId, PaymentId, new_id
from shared.inbox import Inbox
from shared.inbox.records import Record
from shared.inbox.take import Taken
from shared.tower import Running, tower_of

COUNT = 40_000
ACCOUNTS_COUNT = 10_000
MEMBERS_COUNT = 2
SET_COUNT = 250

_CREDITED = """
SELECT key, array_agg(convert_from(payload, 'UTF8')::jsonb->>'payment_id' ORDER BY version, seq)
FROM outbox WHERE headers->>'ce_type' = 'billing.AccountCredited' GROUP BY key
"""


async def post(stage: Stage) -> list[Row]:
    """The rows of this case."""
    hearing = tower_of("billing").hearing
    await stage.topics([*hearing.topics(outside=False), *hearing.topics(outside=True)])
    count = stage.scaled(COUNT)
    facts = payments(count, [new_id() for _ in range(ACCOUNTS_COUNT)])
    ours, limit = await interleaved(heard(stage, facts), bare(stage, facts), stage.rounds_count)
    row = compared(
        "post", "PaymentPosted → ledger, two members", "payments/s", limit_is="one prepared statement a set, 2 writers",
        ours=ours, limit=limit, aims=[Aim("ratio", at_least=0.45, stretch=0.6)],
    )  # fmt: skip
    few = facts[: max(200, count // 20)]
    one = heard(stage, few, batch_records_max=1)
    mine, theirs = await interleaved(heard(stage, facts), one, min(3, stage.rounds_count))
    limit_is = "ours, one message a transaction"
    return [row, compared("post", "against one by one", "payments/s", limit_is=limit_is, ours=mine, limit=theirs,
                          aims=[Aim("ratio", at_least=8)])]  # fmt: skip


def payments(count: int, accounts: Sequence[UUID]) -> list[PaymentPosted]:
    """Payments on these accounts, in any order."""
    chance = random.Random(7)
    return [
        PaymentPosted(
            payment_id=PaymentId(new_id()), account_id=AccountId(chance.choice(accounts)), invoice_id=None,
            amount_cents=chance.randint(1, 50_000), tender=Tender.LOCKBOX, receipt_number=f"LOCKBOX-{n:08d}",
            received_on=NOW.date(), posted_at=NOW,
        )
        for n in range(count)
    ]  # fmt: skip


async def _ledger(stage: Stage, facts: Sequence[PaymentPosted]) -> str:
    """A fresh ledger with a page for every account."""
    url = await stage.database(tower_of("billing"))
    async with connected(url) as connection:
        accounts = sorted({fact.account_id for fact in facts if fact.account_id is not None})
        await connection.execute("INSERT INTO receivables (account_id) SELECT unnest($1::uuid[])", accounts)
        await connection.execute("VACUUM ANALYZE receivables")
    return url


def heard(
    stage: Stage, facts: Sequence[PaymentPosted], *, members_count: int = MEMBERS_COUNT, **more: Any
) -> Callable[[int], Awaitable[Run]]:
    """Our side: the members of billing's consumer group take what was published while they held back."""
    records: list[Told] = [told(fact) for fact in facts]
    topic = f"{stage.name}.payments"

    async def run(_number: int) -> Run:
        url = await _ledger(stage, facts)
        await _forget(stage, url, topic)
        settings = stage.settings(**more)
        members = await asyncio.gather(
            *(Child.start(hear, settings=settings, members_count=members_count) for _ in range(members_count))
        )
        await publish(stage.ground.kafka, topic, records)
        for member in members:
            member.tell("go")
        async with connected(url) as connection:
            for _ in range(1_200):
                if await connection.fetchval("SELECT count(*) FROM postings") >= len(facts):
                    break
                await asyncio.sleep(0.2)
        for member in members:
            member.tell("stop")
        answers = [await member.result() for member in members]
        first = min(answer["first_ns"] for answer in answers if answer["first_ns"])
        last = max(answer["last_ns"] for answer in answers)
        return Run(len(facts), (last - first) / 1e9, broken=await _broken(url, facts))

    return run


def bare(
    stage: Stage, facts: Sequence[PaymentPosted], *, writers_count: int = MEMBERS_COUNT
) -> Callable[[int], Awaitable[Run]]:
    """The limit."""

    async def run(_number: int) -> Run:
        url = await _ledger(stage, facts)
        rows = [[str(f.payment_id), str(f.account_id), f.amount_cents] for f in facts]
        child = await Child.start(post_bare, url=url, rows=rows, writers_count=writers_count)
        child.tell("go")
        return Run(len(facts), (await child.result())["seconds"], broken=await _broken(url, facts))

    return run


async def _forget(stage: Stage, url: str, topic: str) -> None:
    """Begin behind what earlier rounds published."""
    ends = await ends_of(stage.ground.kafka, topic, PARTITIONS)
    async with connected(url) as connection:
        await connection.execute(
            "INSERT INTO inbox_cursors SELECT 'billing', 'payments', * FROM unnest($1::int[], $2::bigint[])",
            list(ends), list(ends.values()),
        )  # fmt: skip


async def _broken(url: str, facts: Sequence[PaymentPosted]) -> str | None:
    """What does not add up, if anything."""
    expected = sum(fact.amount_cents for fact in facts)
    async with connected(url) as connection:
        row = await connection.fetchrow(
            "SELECT (SELECT count(*) FROM postings) AS postings, (SELECT sum(amount_cents) FROM entries) AS entries,"
            " (SELECT -sum(balance_cents) FROM receivables) AS balances, (SELECT count(*) FROM set_aside) AS asides,"
            " (SELECT sum(version) FROM receivables) AS versions,"
            " (SELECT count(*) FROM outbox WHERE headers->>'ce_type' = 'billing.AccountCredited') AS told"
        )
        credited = await connection.fetch(_CREDITED)
    found = {name: int(value) for name, value in row.items()}
    count = len(facts)
    wanted = {"postings": count, "entries": 0, "balances": expected, "asides": 0, "versions": count, "told": count}
    if found != wanted:
        return f"wanted {wanted}, found {found}"
    heard_in_order: dict[str, list[str]] = {}
    for fact in facts:
        heard_in_order.setdefault(str(fact.account_id), []).append(str(fact.payment_id))
    return None if dict(credited) == heard_in_order else "an account's payments were credited out of order"


async def hear(line: Line, settings: dict[str, Any], members_count: int) -> dict[str, int]:
    """One member of billing's group, until it is told to stop; when it began its first batch and ended its last."""
    chosen = settings_of(settings)
    running = Running(tower_of("billing"), chosen, TownClock(chosen.zone), ["inbox"])
    times = {"first_ns": 0, "last_ns": 0}

    def finished(_consumer: str, seconds: float, batch: Any) -> None:
        now = time.monotonic_ns()
        if batch.heard_count:
            times["first_ns"] = times["first_ns"] or now - int(seconds * 1e9)
            times["last_ns"] = now

    for listener in running.listeners:
        listener.batch_finished = finished
    go = _held_back(running.listeners[0].inbox)
    async with running.running():
        await _until_shared(running, members_count)
        await line.ready()
        go.set()
        await line.told()
    return times


def _held_back(inbox: Inbox) -> asyncio.Event:
    """Nothing is taken before this is set: the publisher's work is not part of what is measured."""
    go, take = asyncio.Event(), inbox.take

    async def take_then(records: Sequence[Record]) -> Taken:
        await go.wait()
        return await take(records)

    vars(inbox)["take"] = take_then
    return go


async def _until_shared(running: Running, members_count: int) -> None:
    """Until this member has its share of the partitions, and so have the others."""
    listener = running.listeners[0]
    share = len(listener.topics) * PARTITIONS // members_count
    while True:
        consumer = vars(listener)["_consumer"]
        if consumer is not None and 0 < len(consumer.assignment()) <= share:
            return
        await asyncio.sleep(0.02)


async def post_bare(line: Line, url: str, rows: list[list[Any]], writers_count: int) -> dict[str, float]:
    """The kernel."""
    paid = [kernel.Paid(new_id(), UUID(payment_id), UUID(account_id), cents) for payment_id, account_id, cents in rows]
    await line.ready()
    return {"seconds": await kernel.post(url, paid, SET_COUNT, writers_count)}
