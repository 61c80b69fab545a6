"""Three processes with nothing but the way: HTTP → row and outbox → Kafka → ledger and outbox → Kafka → a third's row.

`python -m bench.kernels.latency PORT URL KAFKA TOPIC` is the first of them; the other two are functions of a child.
"""

import asyncio
import json
import sys
import time
from datetime import date
from typing import Any
from uuid import UUID

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from bench.child import Line
from bench.kernels.counter import BareCounter, app_of, serve
from bench.kernels.post import POST, Paid, columns_of
from bench.kernels.relay import BareRelay
from bench.seeing import until_seen

_SEEN = "INSERT INTO seen_credits SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::bigint[]) ON CONFLICT DO NOTHING"


def main() -> None:
    """The first: a counter and its relay."""
    port, url, bootstrap, topic = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]

    async def relay(counter: BareCounter) -> None:
        await _carry(url, bootstrap, counter.committed)

    serve(port, app_of(url, 1, topic, relay))


async def ledger(line: Line, *, url: str, bootstrap: str, heard: str, told: str) -> None:
    """The second: hears payments, posts them, and tells; until it is told to stop."""
    connection, committed = await asyncpg.connect(url), asyncio.Event()
    statement = await connection.prepare(POST)
    consumer = await _consumer(bootstrap, heard)
    carrying = asyncio.create_task(_carry(url, bootstrap, committed))
    taking = asyncio.create_task(_post(consumer, statement, told, committed))
    await line.ready()
    await line.told()
    for task in (taking, carrying):
        task.cancel()
    await asyncio.gather(taking, carrying, return_exceptions=True)
    await consumer.stop()
    await connection.close()


async def third(line: Line, *, url: str, bootstrap: str, heard: str) -> dict[str, int]:
    """The third: keeps what was credited; by payment, when that was committed."""
    connection = await asyncpg.connect(url)
    statement = await connection.prepare(_SEEN)
    consumer = await _consumer(bootstrap, heard)
    seen: dict[str, int] = {}
    taking = asyncio.create_task(_see(consumer, statement, seen))
    await line.ready()
    await until_seen(line, seen)
    taking.cancel()
    await asyncio.gather(taking, return_exceptions=True)
    await consumer.stop()
    await connection.close()
    return seen


async def _post(consumer: Any, statement: Any, told: str, committed: asyncio.Event) -> None:
    while True:
        records = await _fetched(consumer)
        paid = [
            Paid(UUID(dict(record.headers)["ce_id"].decode()), UUID(said["payment_id"]), UUID(said["account_id"]),
                 said["amount_cents"])
            for record in records
            if (said := json.loads(record.value))
        ]  # fmt: skip
        await statement.fetch(*columns_of(paid), date(2026, 7, 1), told)
        committed.set()


async def _see(consumer: Any, statement: Any, seen: dict[str, int]) -> None:
    while True:
        records = await _fetched(consumer)
        said = [json.loads(r.value) for r in records if dict(r.headers)["ce_type"] == b"billing.AccountCredited"]
        if said:
            await statement.fetch(
                [UUID(each["payment_id"]) for each in said], [UUID(each["account_id"]) for each in said],
                [each["amount_cents"] for each in said],
            )  # fmt: skip
            now = time.monotonic_ns()
            seen.update((each["payment_id"], now) for each in said)


async def _fetched(consumer: Any) -> list[Any]:
    fetched: dict[Any, list[Any]] = {}
    while not fetched:
        fetched = await consumer.getmany(timeout_ms=1_000, max_records=500)
    return [record for held in fetched.values() for record in held]


async def _consumer(bootstrap: str, topic: str) -> Any:
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=bootstrap, auto_offset_reset="latest", fetch_max_wait_ms=100)
    await consumer.start()
    await consumer.seek_to_end()
    return consumer


async def _carry(url: str, bootstrap: str, committed: asyncio.Event) -> None:
    """The bare relay, from where the outbox ends now."""
    connection = await asyncpg.connect(url)
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap, acks="all", enable_idempotence=True, linger_ms=0, compression_type="zstd"
    )
    await producer.start()
    bare = BareRelay(connection, producer)
    await bare.begin()
    bare.last = await connection.fetchval("SELECT coalesce(max(seq), 0) FROM outbox")
    await bare.run(committed)


if __name__ == "__main__":
    main()
