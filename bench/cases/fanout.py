"""fanout: one event to five services, against one of them alone; and what a subscriber costs, against a bare one."""

import asyncio
import resource
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from aiokafka import AIOKafkaProducer

from bench import probe
from bench.child import Child, Line
from bench.facts import opened, publish, told
from bench.kernels import inbox as kernel
from bench.measure import Aim, Row, Run, interleaved, of_figures, percentile
from bench.seeing import note_seen, until_caught_up, until_seen
from bench.stage import Stage, connected, settings_of
from shared.clock import TownClock
from shared.tower import Running, Tower

SUBSCRIBERS_COUNT = 5
PER_SECOND = 1_000
SECONDS = 3.0
TICK_SECONDS = 0.005
BACKLOG_COUNT = 30_000
TOPIC = "accounts"


async def fanout(stage: Stage) -> list[Row]:
    """The rows of this case."""
    await stage.topics([TOPIC, "billing"])
    return [await _delay(stage), await _cost(stage)]


async def _delay(stage: Stage) -> Row:
    """Told → committed by a subscriber, at a steady rate: the p99 over five, and over one."""

    def side(subscribers_count: int) -> Callable[[int], Awaitable[Run]]:
        async def run(_number: int) -> Run:
            subscribers = await asyncio.gather(*(_subscriber(stage, n, see) for n in range(subscribers_count)))
            teller = await Child.start(
                tell_at, settings=stage.settings(), per_second=PER_SECOND, seconds=max(1.0, SECONDS * stage.size)
            )
            teller.tell("go")
            sent = await teller.result()
            latencies, broken = await _seen_by(subscribers, sent)
            return Run(len(sent), 1.0, latencies, broken)

        return run

    five, one = await interleaved(side(SUBSCRIBERS_COUNT), side(1), stage.rounds_count)
    broken = [run.broken for run in (*five, *one) if run.broken]
    pairs = zip(five, one, strict=True)
    row = of_figures(
        "fanout", f"{PER_SECOND:,}/s: p99 to five subscribers", "ms", limit_is="one subscriber alone",
        rounds=[(percentile(mine.latencies_ms, 0.99), percentile(theirs.latencies_ms, 0.99)) for mine, theirs in pairs],
        aims=[Aim("ratio", at_most=1.5)], void_because=broken[0] if broken else None,
    )  # fmt: skip
    row.p50_ms = percentile([ms for run in five for ms in run.latencies_ms], 0.50)
    row.p99_ms, row.limit_p99_ms = row.ours, row.limit
    return row


async def _seen_by(subscribers: list[Child], sent: dict[str, int]) -> tuple[list[float], str | None]:
    latencies: list[float] = []
    for subscriber in subscribers:
        subscriber.tell(str(len(sent)))
        seen = await subscriber.result()
        latencies += [(seen[name] - at) / 1e6 for name, at in sent.items() if name in seen]
    missing = len(sent) * len(subscribers) - len(latencies)
    return latencies, f"{missing} were told and never seen" if missing else None


async def _cost(stage: Stage) -> Row:
    """The processor time of five subscribers that catch up, an event and subscriber; and of a bare one."""
    count = stage.scaled(BACKLOG_COUNT)
    await stage.topics([f"backlog.{TOPIC}", "backlog.billing"])
    await publish(stage.ground.kafka, f"{stage.name}.backlog.{TOPIC}", (told(opened(n)) for n in range(count)))
    behind = {"topic_prefix": f"{stage.name}.backlog."}

    async def five(_number: int) -> Run:
        members = await asyncio.gather(
            *(_subscriber(stage, n, catch_up, count=count, **behind) for n in range(SUBSCRIBERS_COUNT))
        )
        for member in members:
            member.tell("go")
        return _together([await member.result() for member in members])

    async def bare(_number: int) -> Run:
        url = await stage.database(probe.tower)
        child = await Child.start(catch_up_bare, settings=stage.settings(**behind), url=url, count=count)
        child.tell("go")
        return _together([await child.result()])

    ours, limit = await interleaved(five, bare, stage.rounds_count)
    return of_figures(
        "fanout", "processor time, an event and subscriber", "µs", limit_is="getmany, json, unnest insert with a key",
        rounds=[(1e6 / mine.rate, 1e6 / theirs.rate) for mine, theirs in zip(ours, limit, strict=True)],
        aims=[Aim("figure", at_most=10)],
    )  # fmt: skip


def _together(answers: list[dict[str, float]]) -> Run:
    return Run(sum(int(each["taken"]) for each in answers), sum(each["cpu_seconds"] for each in answers))


def _tower(number: int) -> Tower:
    """The probe under a name of its own: another group, another database."""
    return replace(probe.tower, name=f"probe{number}")


async def _subscriber(
    stage: Stage, number: int, function: Callable[..., Awaitable[Any]], *, count: int = 0, **more: Any
) -> Child:
    await stage.database(_tower(number))
    child = await Child.start(function, settings=stage.settings(**more), number=number, count=count)
    if function is see:
        child.tell("go")
    return child


async def see(line: Line, settings: dict[str, Any], number: int, count: int) -> dict[str, int]:
    """A subscriber until it is told to stop: by account, when what it keeps of it was committed."""
    assert count == 0
    chosen = settings_of(settings)
    running = Running(_tower(number), chosen, TownClock(chosen.zone), ["inbox"])
    seen = note_seen(running, "accounts.AccountOpened", "account_id")
    async with running.running():
        await until_caught_up(running)
        await line.ready()
        await until_seen(line, seen)
    return seen


async def tell_at(line: Line, settings: dict[str, Any], per_second: int, seconds: float) -> dict[str, int]:
    """Tell facts at a steady rate; by account, when."""
    chosen = settings_of(settings)
    records = [(fact.account_id, told(fact)) for fact in (opened(n) for n in range(int(per_second * seconds)))]
    a_tick = int(per_second * TICK_SECONDS)
    sent: dict[str, int] = {}
    async with AIOKafkaProducer(bootstrap_servers=chosen.kafka, acks="all", linger_ms=0) as producer:
        await producer.partitions_for(chosen.topic(TOPIC))
        await line.ready()
        turn = time.perf_counter()
        for first in range(0, len(records), a_tick):
            await asyncio.sleep(max(0.0, turn - time.perf_counter()))
            for account_id, (key, value, headers) in records[first : first + a_tick]:
                sent[str(account_id)] = time.monotonic_ns()
                await producer.send(chosen.topic(TOPIC), value, key, headers=headers)
            turn += TICK_SECONDS
    return sent


async def catch_up(line: Line, settings: dict[str, Any], number: int, count: int) -> dict[str, float]:
    """A subscriber with all of it before it: processor time from its first batch to its last."""
    chosen = settings_of(settings)
    running = Running(_tower(number), chosen, TownClock(chosen.zone), ["inbox"])
    taken_at: list[tuple[int, float]] = []
    done = asyncio.Event()

    def finished(_consumer: str, _seconds: float, batch: Any) -> None:
        before = taken_at[-1][0] if taken_at else 0
        taken_at.append((before + batch.fresh_count, _cpu_seconds()))
        if taken_at[-1][0] >= count:
            done.set()

    for listener in running.listeners:
        listener.batch_finished = finished
    await line.ready()
    async with running.running():
        await asyncio.wait_for(done.wait(), 120)
    (first, began), (last, ended) = taken_at[0], taken_at[-1]
    return {"taken": last - first, "cpu_seconds": ended - began}


async def catch_up_bare(line: Line, settings: dict[str, Any], url: str, count: int) -> dict[str, float]:
    """The bare subscriber."""
    chosen = settings_of(settings)
    async with connected(url) as connection:
        await line.ready()
        began = _cpu_seconds()
        await kernel.consume(connection, chosen.kafka, chosen.topic(TOPIC), count)
        return {"taken": count, "cpu_seconds": _cpu_seconds() - began}


def _cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
