"""relay: commit → the broker's acknowledgement, at a steady rate and from a backlog; and what it costs when idle."""

import asyncio
import resource
import time
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg

from bench.child import Child, Line
from bench.facts import records_count, withdrawn
from bench.kernels.relay import BareRelay
from bench.measure import Aim, Row, Run, compared, interleaved
from bench.stage import PARTITIONS, Stage, connected, settings_of
from bench.steady import WARM_SECONDS, latencies_ms
from services.payments.app import tower
from shared import kafka, outbox
from shared.auth import Actor
from shared.clock import TownClock
from shared.events import Fact
from shared.outbox import Relay
from shared.outbox import relay as relay_module
from shared.postgres import Cause, Database, connect

BACKLOG_COUNT = 60_000
SECONDS = 4.0
WRITERS_COUNT = 16
TOPIC = "billing"


async def relay(stage: Stage) -> list[Row]:
    """The rows of this case."""
    await stage.topics([TOPIC])
    return [await _backlog(stage), await _paced(stage, 1_000), await _paced(stage, 10_000), await _idle(stage)]


async def _backlog(stage: Stage) -> Row:
    url = await stage.database(tower)
    count = stage.scaled(BACKLOG_COUNT)
    filler = await Child.start(fill, settings=stage.settings(), count=count)
    filler.tell("go")
    await filler.result()

    def side(function: Callable[..., Awaitable[Any]]) -> Callable[[int], Awaitable[Run]]:
        async def run(_number: int) -> Run:
            before = await records_count(stage.ground.kafka, f"{stage.name}.{TOPIC}", PARTITIONS)
            async with connected(url) as connection:
                await connection.execute("UPDATE relay_state SET last = 0, gaps = '{}'")
            child = await Child.start(function, settings=stage.settings(), url=url, count=count)
            child.tell("go")
            seconds = (await child.result())["seconds"]
            arrived = await records_count(stage.ground.kafka, f"{stage.name}.{TOPIC}", PARTITIONS) - before
            broken = None if arrived == count else f"{count} were told and {arrived} arrived"
            return Run(count, seconds, broken=broken)

        return run

    ours, limit = await interleaved(side(carry), side(carry_bare), stage.rounds_count)
    return compared(
        "relay", "from a backlog", "events/s", limit_is="read 2,000, send_batch, note", ours=ours, limit=limit,
        aims=[Aim("rate", at_least=50_000, stretch=70_000)],
    )  # fmt: skip


async def _paced(stage: Stage, per_second: int) -> Row:
    seconds = WARM_SECONDS + max(1.0, SECONDS * stage.size)

    def side(function: Callable[..., Awaitable[Any]], *, safe: bool) -> Callable[[int], Awaitable[Run]]:
        async def run(_number: int) -> Run:
            url = await stage.database(tower)
            child = await Child.start(
                function,
                settings=stage.settings(pool_connections_max=20),
                url=url,
                per_second=per_second,
                seconds=seconds,
            )
            child.tell("go")
            answer = await child.result()
            broken = f"{answer['missing']} were never acknowledged" if answer["missing"] and safe else None
            return Run(answer["count"], answer["seconds"], answer["latencies_ms"], broken)

        return run

    ours, limit = await interleaved(
        side(tell_and_carry, safe=True), side(tell_and_carry_bare, safe=False), stage.rounds_count
    )
    aims = [Aim("p99_ms", at_most=15, stretch=12)] if per_second == 1_000 else [Aim("p99_ms", at_most=55)]
    what = f"commit → ack at {per_second:,}/s"
    limit_is = "the same, without marks and gaps (it loses what commits late)"
    return compared("relay", what, "events/s", limit_is=limit_is, ours=ours, limit=limit, aims=aims)


async def _idle(stage: Stage) -> Row:
    await stage.database(tower)
    child = await Child.start(idle, settings=stage.settings(), seconds=max(2.0, 6.0 * stage.size))
    child.tell("go")
    share = (await child.result())["share"]
    return Row("relay", "idle", "% of a core", "nothing", share * 100, 0.0, float("nan"),
               aims=[Aim("figure", at_most=1)], rounds_count=1)  # fmt: skip


def _facts(count: int) -> list[Fact]:
    return [withdrawn() for _ in range(count)]


def _database(given: dict[str, Any], ring: Callable[[set[str]], None] = lambda _bells: None) -> Database:
    settings = settings_of(given)
    return Database(tower.name, settings, TownClock(settings.zone), ring)


async def fill(line: Line, settings: dict[str, Any], count: int) -> None:
    """Put facts into the outbox, as a command does."""
    database = _database(settings)
    await database.open()
    await line.ready()
    for _ in range(0, count, 500):
        async with database.begin(Actor.service("bench"), Cause("bench")) as tx:
            await outbox.put(tx, *_facts(min(500, count)))
    await database.close()


async def carry(line: Line, settings: dict[str, Any], url: str, count: int) -> dict[str, float]:
    """Our relay, from the beginning of the outbox to its end."""
    assert url
    chosen = settings_of(settings)
    ours = Relay(tower.name, chosen)
    connection = await connect(chosen.database_url(tower.name), "bench", idle_in_transaction_ms=2_000,
                               statement_timeout_ms=10_000)  # fmt: skip
    producer = kafka.producer(chosen)
    await producer.start()
    await producer.partitions_for(chosen.topic(TOPIC))
    await line.ready()
    started = time.perf_counter()
    while ours.published_count < count:
        await ours.step(connection, producer)
    seconds = time.perf_counter() - started
    await producer.stop()
    await connection.close()
    return {"seconds": seconds}


async def carry_bare(line: Line, settings: dict[str, Any], url: str, count: int) -> dict[str, float]:
    """The kernel, from the beginning of the outbox to its end."""
    chosen = settings_of(settings)
    producer = kafka.producer(chosen)
    await producer.start()
    await producer.partitions_for(chosen.topic(TOPIC))
    async with connected(url) as connection:
        bare = BareRelay(connection, producer)
        await bare.begin()
        await line.ready()
        started, carried = time.perf_counter(), 0
        while carried < count:
            carried += await bare.step()
        seconds = time.perf_counter() - started
    await producer.stop()
    return {"seconds": seconds}


async def tell_and_carry(line: Line, settings: dict[str, Any], url: str, per_second: int, seconds: float) -> Any:
    """A service that tells at a steady rate, and its relay, in one process as they run."""
    assert url
    chosen = settings_of(settings)
    ours = Relay(tower.name, chosen)
    acknowledged: dict[str, int] = {}
    module: Any = relay_module
    publish = module.publish

    async def publish_and_note(producer: Any, rows: Any) -> None:
        await publish(producer, rows)
        now = time.monotonic_ns()
        acknowledged.update((row["key"], now) for row in rows)

    module.publish = publish_and_note
    database = _database(settings, lambda _bells: ours.ring())
    await database.open()

    async def tell(facts: list[Fact]) -> None:
        async with database.begin(Actor.service("bench"), Cause("bench")) as tx:
            await outbox.put(tx, *facts)

    carrying = asyncio.create_task(ours.run())
    try:
        await line.ready()
        return await _tell_at(tell, per_second, seconds, acknowledged)
    finally:
        carrying.cancel()
        await asyncio.gather(carrying, return_exceptions=True)
        await database.close()


async def tell_and_carry_bare(line: Line, settings: dict[str, Any], url: str, per_second: int, seconds: float) -> Any:
    """The kernel's way: the same rows, and the same process."""
    chosen = settings_of(settings)
    producer = kafka.producer(chosen)
    await producer.start()
    database, woken = _database(settings), asyncio.Event()
    await database.open()

    async def tell(facts: list[Fact]) -> None:
        async with database.begin(Actor.service("bench"), Cause("bench")) as tx:
            await outbox.put(tx, *facts)
        woken.set()

    connection = await asyncpg.connect(url)
    bare = BareRelay(connection, producer)
    bare.keep_times = True
    await bare.begin()
    carrying = asyncio.create_task(bare.run(woken))
    try:
        await line.ready()
        return await _tell_at(tell, per_second, seconds, bare.acknowledged_ns)
    finally:
        carrying.cancel()
        await asyncio.gather(carrying, return_exceptions=True)
        await producer.stop()
        await connection.close()
        await database.close()


async def _tell_at(
    tell: Callable[[list[Fact]], Awaitable[None]], per_second: int, seconds: float, acknowledged: dict[str, int]
) -> dict[str, Any]:
    """Sixteen writers, each at its share of the rate; at 1,000/s every commit tells one fact, above that ten."""
    committed: dict[str, int] = {}
    set_count = 1 if per_second <= 1_000 else 10
    interval = WRITERS_COUNT * set_count / per_second

    async def write(number: int) -> None:
        turn = time.perf_counter() + number * interval / WRITERS_COUNT
        for _ in range(int(seconds / interval)):
            facts = _facts(set_count)
            await asyncio.sleep(max(0.0, turn - time.perf_counter()))
            await tell(facts)
            now = time.monotonic_ns()
            committed.update((fact.key(), now) for fact in facts)
            turn += interval

    started = time.perf_counter()
    await asyncio.gather(*map(write, range(WRITERS_COUNT)))
    taken = time.perf_counter() - started
    for _ in range(1_000):
        await asyncio.sleep(0.01)
        if len(acknowledged) >= len(committed):
            break
    return {"count": len(committed), "seconds": taken, "latencies_ms": latencies_ms(committed, acknowledged),
            "missing": len(committed.keys() - acknowledged.keys())}  # fmt: skip


async def idle(line: Line, settings: dict[str, Any], seconds: float) -> dict[str, float]:
    """Our relay with nothing to carry: the share of a core that it takes."""
    ours = Relay(tower.name, settings_of(settings))
    carrying = asyncio.create_task(ours.run())
    await line.ready()
    await asyncio.sleep(1.5)
    before, started = _cpu_seconds(), time.perf_counter()
    await asyncio.sleep(seconds)
    share = (_cpu_seconds() - before) / (time.perf_counter() - started)
    carrying.cancel()
    await asyncio.gather(carrying, return_exceptions=True)
    return {"share": share}


def _cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
