"""Remembers how far each partition was taken, in the service's own database."""

from collections.abc import Mapping, Sequence

from shared.inbox.records import Place
from shared.postgres import Reader, Tx

_LOCK = """
SELECT c.topic, c.partition, c.next_offset
FROM inbox_cursors c
JOIN unnest($2::text[], $3::int[]) AS p (topic, partition) ON p.topic = c.topic AND p.partition = c.partition
WHERE c.consumer = $1
ORDER BY c.topic, c.partition
FOR UPDATE OF c
"""
_SAVE = """
UPDATE inbox_cursors c SET next_offset = p.next_offset
FROM unnest($2::text[], $3::int[], $4::bigint[]) AS p (topic, partition, next_offset)
WHERE c.consumer = $1 AND c.topic = p.topic AND c.partition = p.partition
"""
_PLACE = """
INSERT INTO inbox_cursors (consumer, topic, partition, next_offset)
SELECT $1, p.topic, p.partition, p.next_offset
FROM unnest($2::text[], $3::int[], $4::bigint[]) AS p (topic, partition, next_offset)
ORDER BY p.topic, p.partition
ON CONFLICT DO NOTHING
"""
_FIND = "SELECT topic, partition, next_offset FROM inbox_cursors WHERE consumer = $1"


class CursorMissing(Exception):
    """A partition is read for which no cursor was placed: the listener places them when it is given partitions."""


async def lock_cursors(tx: Tx, consumer: str, places: Sequence[Place]) -> dict[Place, int]:
    """Lock the cursors of these partitions, in key order, so that two who read one partition take turns."""
    rows = await tx.fetch(_LOCK, consumer, [topic for topic, _ in places], [number for _, number in places])
    found = {(row["topic"], row["partition"]): row["next_offset"] for row in rows}
    if missing := [place for place in places if place not in found]:
        raise CursorMissing(f"{consumer} has no cursor for {missing}")
    return found


async def save_cursors(tx: Tx, consumer: str, ends: Mapping[Place, int], done_below: Mapping[Place, int]) -> None:
    """Move the cursors forward; never back."""
    moved = [(topic, number, end) for (topic, number), end in ends.items() if end > done_below[topic, number]]
    if moved:
        await tx.execute(_SAVE, consumer, *map(list, zip(*moved, strict=True)))


async def place_cursors(tx: Tx, consumer: str, starts: Mapping[Place, int]) -> dict[Place, int]:
    """Place a cursor at the log's start where there is none yet; answers where every cursor stands."""
    rows = [(topic, number, start) for (topic, number), start in starts.items()]
    if rows:
        await tx.execute(_PLACE, consumer, *map(list, zip(*rows, strict=True)))
    return await find_cursors(tx, consumer)


async def find_cursors(reader: Reader, consumer: str) -> dict[Place, int]:
    """Where every cursor of a consumer stands."""
    found = await reader.fetch(_FIND, consumer)
    return {(row["topic"], row["partition"]): row["next_offset"] for row in found}
