"""Tries again what was set aside: a key in its order, until one fails again; or discards it, on the record."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from shared.errors import NotFound, Refusal
from shared.faults import PASSING, sentence_of
from shared.inbox.hearing import Hearing
from shared.inbox.records import read
from shared.inbox.set_aside import record_from
from shared.postgres import Reader, Tx

RETRY_DELAYS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(hours=1), timedelta(hours=6))
KEYS_MAX = 20


class NothingSetAside(NotFound):
    """Only what was set aside can be replayed or discarded."""

    remedy = "List what is set aside: it may have been replayed in the meantime."


class SetAside(BaseModel):
    """What waits for one key, oldest first, and why."""

    consumer: str
    key: str
    events_count: int
    first_type: str
    reason: str
    attempts: int
    set_aside_at: datetime
    next_attempt_at: datetime


class WaitingFact(BaseModel):
    """One fact that waits, as it came."""

    n: int
    event_id: UUID
    type: str
    topic: str
    partition: int
    record_offset: int
    payload: str
    reason: str
    cause_at: datetime | None
    attempts: int
    set_aside_at: datetime


_KEYS = """
SELECT consumer, key, count(*) AS events_count, min(set_aside_at) AS set_aside_at,
       (array_agg(reason ORDER BY n))[1] AS reason, (array_agg(attempts ORDER BY n))[1] AS attempts,
       (array_agg(next_attempt_at ORDER BY n))[1] AS next_attempt_at, (array_agg(headers ORDER BY n))[1] AS headers
FROM set_aside GROUP BY consumer, key
HAVING $1::timestamptz IS NULL OR (min(set_aside_at), consumer, key) > ($1, $2, $3)
ORDER BY set_aside_at, consumer, key LIMIT $4
"""
_EVENTS = """
SELECT n, event_id, topic, partition, record_offset, headers, payload, reason, cause_at, attempts, set_aside_at
FROM set_aside WHERE consumer = $1 AND key = $2 AND n > $3 ORDER BY n LIMIT $4
"""
_DUE = """
SELECT DISTINCT consumer, key FROM set_aside s
WHERE next_attempt_at <= $1 AND n = (SELECT min(n) FROM set_aside f WHERE f.consumer = s.consumer AND f.key = s.key)
LIMIT $2
"""
_LOCK = "SELECT * FROM set_aside WHERE consumer = $1 AND key = $2 ORDER BY n FOR UPDATE"
_CLEAR = "DELETE FROM set_aside WHERE consumer = $1 AND key = $2 AND n = ANY($3::bigint[])"
_AGAIN = """
UPDATE set_aside SET attempts = attempts + 1, reason = $4, next_attempt_at = $5, cause_at = $6
WHERE consumer = $1 AND key = $2 AND n = $3
"""
_DISCARD = """
WITH gone AS (DELETE FROM set_aside WHERE consumer = $1 AND key = $2 AND event_id = $3 RETURNING *)
INSERT INTO set_aside_discards (consumer, key, event_id, topic, payload, reason, discarded_by, why, discarded_at)
SELECT consumer, key, event_id, topic, payload, reason, $4, $5, $6 FROM gone RETURNING event_id
"""


async def list_set_aside(
    reader: Reader, after: tuple[datetime, str, str] | None = None, limit: int = 200
) -> list[SetAside]:
    """What waits, by key, the oldest first, behind `after` (set_aside_at, consumer, key)."""
    rows = await reader.fetch(_KEYS, *(after or (None, None, None)), limit)
    return [SetAside(**{**row, "first_type": _type_of(row["headers"])}) for row in map(dict, rows)]


async def list_set_aside_events(
    reader: Reader, consumer: str, key: str, after: int = 0, limit: int = 50
) -> list[WaitingFact]:
    """What waits for one key, in its order, as it came. Raises NothingSetAside when nothing does."""
    rows = await reader.fetch(_EVENTS, consumer, key, after, limit)
    if not rows and after == 0:
        raise NothingSetAside(field="key", consumer=consumer, key=key)
    return [
        WaitingFact(
            **{**row, "type": _type_of(row["headers"]), "payload": row["payload"].decode("utf-8", "backslashreplace")}
        )
        for row in map(dict, rows)
    ]


async def find_due_keys(reader: Reader) -> list[tuple[str, str]]:
    """The (consumer, key) pairs whose next attempt is due."""
    return [(row["consumer"], row["key"]) for row in await reader.fetch(_DUE, reader.now, KEYS_MAX)]


async def replay(tx: Tx, hearing: Hearing, consumer: str, key: str) -> int:
    """Hear again, in order, what was set aside for a key, up to the first that fails again; answers how many went.

    Raises NothingSetAside.
    """
    rows = await tx.fetch(_LOCK, consumer, key)
    if not rows:
        raise NothingSetAside(field="key", consumer=consumer, key=key)
    done: list[int] = []
    for row in rows:
        if (why := await _hear(tx, hearing, row)) is not None:
            delay = RETRY_DELAYS[min(row["attempts"], len(RETRY_DELAYS) - 1)]
            await tx.execute(_AGAIN, consumer, key, row["n"], why, tx.now + delay, tx.now)
            break
        done.append(row["n"])
    await tx.execute(_CLEAR, consumer, key, done)
    return len(done)


async def discard(tx: Tx, consumer: str, key: str, event_id: UUID, why: str) -> None:
    """Give one event up, with a reason and a name, for ever on the record. Raises NothingSetAside."""
    gone = await tx.fetchval(_DISCARD, consumer, key, event_id, tx.actor.subject, why, tx.now)
    if gone is None:
        raise NothingSetAside(field="event_id", consumer=consumer, key=key)


async def _hear(tx: Tx, hearing: Hearing, row: Any) -> str | None:
    """None when it went well, else why not."""
    try:
        async with tx.savepoint():
            for heard in read([record_from(row)], hearing):
                if heard.unreadable is not None:
                    raise heard.unreadable
                tx.causes = {heard.key: heard}
                await hearing.handlers[heard.kind](tx, [heard.fact])
    except PASSING:
        raise
    except Exception as why:  # its reason is kept with it, and it is tried again later
        return str(why) if isinstance(why, Refusal) else sentence_of(why)
    return None


def _type_of(headers: Sequence[Any]) -> str:
    return next((str(text) for name, text in headers if name == "ce_type"), "unreadable")
