"""The rows of a bill run with nothing but the writing: INSERT … SELECT of what ours made, and the bytes to the broker.

The tables are copies of billing's with all their indexes and checks, without triggers and foreign keys; a commit is
a chunk of 500 bills with everything that ours writes for them, readings and inbox included.
"""

import json
import time
from typing import Any

from aiokafka import AIOKafkaProducer

CHUNK_COUNT = 500

_OF_BILL = {
    "readings": "t.reading_id = c.end_reading_id",
    "bills": "t.bill_id = c.bill_id",
    "bill_lines": "t.bill_id = c.bill_id",
    "charges": "t.bill_id = c.bill_id",
    "postings": "t.posting_id = c.bill_id",
    "entries": "t.posting_id = c.bill_id",
    "deadlines": "t.about = c.account_id",
    "outbox": "t.key = c.account_id::text",
}
_CHUNKS = """
CREATE TEMP TABLE chunks AS SELECT bill_id, account_id, end_reading_id,
    ((row_number() OVER (ORDER BY bill_id) - 1) / $COUNT)::int AS chunk FROM bills
"""
_MOVE = """
UPDATE bare.receivables r SET version = s.version, balance_cents = s.balance_cents
FROM staged_receivables s WHERE s.chunk = $1 AND r.account_id = s.account_id
"""


async def prepare(connection: Any) -> int:
    """Stage what ours made, by chunk; how many chunks."""
    await connection.execute("CREATE SCHEMA bare")
    await connection.execute(_CHUNKS.replace("$COUNT", str(CHUNK_COUNT)))
    for table, belongs in _OF_BILL.items():
        await connection.execute(f"CREATE TABLE bare.{table} (LIKE {table} INCLUDING ALL)")
        await connection.execute(
            f"CREATE TEMP TABLE staged_{table} AS SELECT c.chunk, t.* FROM {table} t JOIN chunks c ON {belongs}"
        )
        await connection.execute(f"CREATE INDEX ON staged_{table} (chunk)")
    await connection.execute("CREATE TABLE bare.inbox (LIKE inbox INCLUDING ALL)")
    await connection.execute("CREATE TABLE bare.receivables (LIKE receivables INCLUDING ALL) WITH (fillfactor = 70)")
    await connection.execute("INSERT INTO bare.receivables (account_id) SELECT account_id FROM receivables")
    await connection.execute(
        "CREATE TEMP TABLE staged_receivables AS"
        " SELECT c.chunk, r.* FROM receivables r JOIN chunks c USING (account_id)"
    )
    await connection.execute("CREATE INDEX ON staged_receivables (chunk)")
    await connection.execute("ANALYZE")
    return int(await connection.fetchval("SELECT max(chunk) + 1 FROM chunks"))


async def write(connection: Any, producer: AIOKafkaProducer, topic: str, chunks_count: int) -> float:
    """Write all chunks, and send what is told of each; the seconds."""
    inserts = [await connection.prepare(await _insert(connection, table)) for table in _OF_BILL]
    inbox = await connection.prepare(
        "INSERT INTO bare.inbox (consumer, event_id) SELECT 'bare', uuidv7() FROM staged_readings WHERE chunk = $1"
    )
    move = await connection.prepare(_MOVE)
    told = [
        await connection.fetch("SELECT key, headers::text, payload FROM staged_outbox WHERE chunk = $1", chunk)
        for chunk in range(chunks_count)
    ]
    started = time.perf_counter()
    for chunk, rows in enumerate(told):
        async with connection.transaction():
            for statement in (*inserts, inbox, move):
                await statement.fetch(chunk)
        await _send(producer, topic, rows)
    return time.perf_counter() - started


async def _insert(connection: Any, table: str) -> str:
    rows = await connection.fetch(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = $1"
        " AND is_generated = 'NEVER' ORDER BY ordinal_position",
        table,
    )
    columns = ", ".join(f'"{row["column_name"]}"' for row in rows)
    return f"INSERT INTO bare.{table} ({columns}) SELECT {columns} FROM staged_{table} WHERE chunk = $1"


async def _send(producer: AIOKafkaProducer, topic: str, rows: list[Any]) -> None:
    batch = producer.create_batch()
    for row in rows:
        headers = [(name, text.encode()) for name, text in json.loads(row["headers"]).items()]
        key, value = row["key"].encode(), row["payload"]
        if batch.append(timestamp=None, key=key, value=value, headers=headers) is None:
            await (await producer.send_batch(batch, topic, partition=0))
            batch = producer.create_batch()
            batch.append(timestamp=None, key=key, value=value, headers=headers)
    await (await producer.send_batch(batch, topic, partition=0))
