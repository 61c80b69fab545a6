"""Readings with nothing but the insert: from memory, with all that ours has to look up or to work out.

It leaves behind what ours leaves behind, a set a commit: the inbox row, the reading beside two years of them with all
their indexes and checks, and the fact in the outbox. It judges nothing: every reading is accepted.
"""

import json
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from shared.ids import new_id

SET_MAX = 500
_HEADERS = (
    '{"ce_id": "%s", "ce_time": "2026-07-01T14:00:00+00:00", "ce_type": "billing.ReadingAccepted", "ce_source":'
    ' "/curbstop/billing", "ce_subject": "%s", "ce_sequence": "0000000000000000001", "content-type":'
    ' "application/json", "ce_dataschema": "urn:curbstop:billing.ReadingAccepted", "ce_partitionkey": "%s",'
    ' "ce_specversion": "1.0", "ce_correlationid": "%s", "ce_causationid": "%s"}'
)
_PAYLOAD = (
    '{"account_id":"%s","reading_id":"%s","meter_id":"%s","agreement_id":"%s","read_on":"%s","value":%d,"version":1}'
)
_KNOWN = """
SELECT DISTINCT ON (g.agreement_id) g.meter_serial, g.agreement_id, g.account_id, g.meter_id, r.reading_id, r.value,
    r.read_on
FROM agreements g JOIN bare.readings r USING (agreement_id) WHERE g.meter_serial = ANY($1::text[])
ORDER BY g.agreement_id, r.read_at DESC
"""
_INSERT = """
WITH heard AS (
    INSERT INTO bare.inbox (consumer, event_id) SELECT 'bare', unnest($1::uuid[]) ON CONFLICT DO NOTHING
), told AS (
    INSERT INTO bare.outbox (event_id, topic, key, version, headers, payload)
    SELECT event_id, 'billing', account_id::text, 1, headers::jsonb, payload
    FROM unnest($2::uuid[], $5::uuid[], $11::text[], $12::bytea[]) AS f (event_id, account_id, headers, payload)
)
INSERT INTO bare.readings (reading_id, agreement_id, account_id, meter_id, value, read_at, read_on, quality, source,
    state, flags, rolled_over_units, used_units, days_count, previous_reading_id, taken_at, taken_by)
SELECT reading_id, agreement_id, account_id, meter_id, value, read_at, (read_at AT TIME ZONE 'America/New_York')::date,
    'actual', 'head_end', 'accepted', '{}', 0, used, days, previous_id, now(), 'bare'
FROM unnest($3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::bigint[], $8::timestamptz[], $9::bigint[], $10::int[],
    $13::uuid[])
    AS r (reading_id, agreement_id, account_id, meter_id, value, read_at, used, days, previous_id)
"""

Columns = tuple[Sequence[Any], ...]


async def prepare(connection: Any) -> None:
    """Copies of the tables, with two years of readings in them."""
    await connection.execute(
        "CREATE SCHEMA bare; CREATE TABLE bare.readings (LIKE readings INCLUDING ALL);"
        " CREATE TABLE bare.inbox (LIKE inbox INCLUDING ALL); CREATE TABLE bare.outbox (LIKE outbox INCLUDING ALL);"
        " INSERT INTO bare.readings SELECT * FROM readings; ANALYZE"
    )


async def insert(connection: Any, values: Sequence[str]) -> float:
    """Everything is made beforehand, and one prepared statement a set writes it; the seconds."""
    said = [json.loads(value) for value in values]
    rows = await connection.fetch(_KNOWN, [reading["meter_serial"] for reading in said])
    known = {row["meter_serial"]: tuple(row)[1:] for row in rows}
    sets = [_columns(said[at : at + SET_MAX], known) for at in range(0, len(said), SET_MAX)]
    statement = await connection.prepare(_INSERT)
    started = time.perf_counter()
    for columns in sets:
        await statement.fetch(*columns)
    return time.perf_counter() - started


def _columns(said: Sequence[Mapping[str, Any]], known: Mapping[str, tuple[Any, ...]]) -> tuple[Sequence[Any], ...]:
    rows = []
    for reading in said:
        agreement_id, account_id, meter_id, before_id, before, before_on = known[reading["meter_serial"]]
        read_at = datetime.fromisoformat(reading["read_at"]).astimezone(UTC)
        heard_id, event_id, reading_id = new_id(), new_id(), new_id()
        told = _PAYLOAD % (account_id, reading_id, meter_id, agreement_id, read_at.date(), reading["value"])
        rows.append((
            heard_id, event_id, reading_id, agreement_id, account_id, meter_id, reading["value"], read_at,
            reading["value"] - before, (read_at.date() - before_on).days,
            _HEADERS % (event_id, account_id, account_id, heard_id, heard_id), told.encode(), before_id,
        ))  # fmt: skip
    return tuple(zip(*rows, strict=True))
