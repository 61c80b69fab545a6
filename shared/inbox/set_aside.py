"""Keeps what could not be taken, with its reason, and everything of the same key behind it in order."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from shared.inbox.records import Heard, Record
from shared.postgres import Tx

_INSERT = """
INSERT INTO set_aside (consumer, key, event_id, topic, partition, record_offset, headers, payload, reason,
                       cause_at, set_aside_at, next_attempt_at)
SELECT $1, r.key, r.event_id, r.topic, r.partition, r.record_offset, r.headers::jsonb, r.payload, r.reason,
       CASE WHEN r.is_cause THEN $2::timestamptz END, $2, $3
FROM unnest($4::text[], $5::uuid[], $6::text[], $7::int[], $8::bigint[], $9::text[], $10::bytea[], $11::text[],
            $12::boolean[])
     WITH ORDINALITY AS r (key, event_id, topic, partition, record_offset, headers, payload, reason, is_cause, n)
ORDER BY r.n
"""
# FOR UPDATE waits for a replay of the same key that is under way: what it clears, it clears before we look.
_ANY = "SELECT EXISTS (SELECT 1 FROM set_aside WHERE consumer = $1)"
_BLOCKED = "SELECT key FROM set_aside WHERE consumer = $1 AND key = ANY($2::text[]) ORDER BY key, n FOR UPDATE"

FIRST_ATTEMPT_AFTER = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Aside:
    """One thing to set aside: the cause itself, or what waits behind it."""

    heard: Heard
    reason: str
    is_cause: bool


async def find_blocked_keys(tx: Tx, consumer: str, keys: Sequence[str]) -> set[str]:
    """Those of these keys that have something set aside. Mostly there is nothing at all, and no key need be sent."""
    if not await tx.fetchval(_ANY, consumer):
        return set()
    rows = await tx.fetch(_BLOCKED, consumer, sorted(set(keys)))
    return {row["key"] for row in rows}


async def insert_set_aside(tx: Tx, consumer: str, asides: Sequence[Aside]) -> None:
    """Keep them in their order."""
    if not asides:
        return
    rows = [
        (a.heard.key, a.heard.event_id, a.heard.record.topic, a.heard.record.partition, a.heard.record.offset,
         _headers_text(a.heard.record), a.heard.record.value or b"", a.reason, a.is_cause)
        for a in asides
    ]  # fmt: skip
    await tx.execute(_INSERT, consumer, tx.now, tx.now + FIRST_ATTEMPT_AFTER, *map(list, zip(*rows, strict=True)))


def _headers_text(record: Record) -> str:
    """Headers as JSON of pairs, each byte a character, so that whatever came can be put together again."""
    pairs = [(name, None if content is None else content.decode("latin-1")) for name, content in record.headers]
    return json.dumps([pair for pair in pairs if "\x00" not in f"{pair[0]}{pair[1]}"])


def record_from(row: Any) -> Record:
    """The record as it came."""
    headers = [(name, None if text is None else text.encode("latin-1")) for name, text in row["headers"]]
    return Record(row["topic"], row["partition"], row["record_offset"], row["key"].encode(), row["payload"], headers)
