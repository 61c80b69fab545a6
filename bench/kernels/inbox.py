"""Two consumers with nothing but the work: one from memory, one from Kafka; both dedupe by the key of their table."""

import json
import time
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from aiokafka import AIOKafkaConsumer

INSERT = """
INSERT INTO bare_accounts SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::date[])
ON CONFLICT (event_id) DO NOTHING
"""
SET_MAX = 500

Columns = tuple[list[UUID], list[UUID], list[str], list[str], list[str], list[date]]


async def insert(connection: Any, sets: Sequence[Columns]) -> float:
    """One commit a set; the seconds."""
    statement = await connection.prepare(INSERT)
    started = time.perf_counter()
    for columns in sets:
        await statement.fetch(*columns)
    return time.perf_counter() - started


async def consume(connection: Any, bootstrap: str, topic: str, count: int) -> float:
    """Read records, parse their JSON, and insert: one commit a fetch; the seconds from the first record on."""
    statement = await connection.prepare(INSERT)
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=bootstrap, auto_offset_reset="earliest")
    await consumer.start()
    started, taken = 0.0, 0
    try:
        while taken < count:
            fetched = await consumer.getmany(timeout_ms=1_000, max_records=SET_MAX)
            started = started or time.perf_counter()
            records = [record for held in fetched.values() for record in held]
            if records:
                await statement.fetch(*_columns(records))
            taken += len(records)
        return time.perf_counter() - started
    finally:
        await consumer.stop()


def _columns(records: Sequence[Any]) -> Columns:
    said = [json.loads(record.value) for record in records]
    ids = [UUID(dict(record.headers)["ce_id"].decode()) for record in records]
    return (
        ids, [UUID(each["account_id"]) for each in said], [each["account_number"] for each in said],
        [each["holder_name"] for each in said], [each["service_address"] for each in said],
        [date.fromisoformat(each["opened_on"]) for each in said],
    )  # fmt: skip
