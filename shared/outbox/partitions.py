"""Keeps the outbox's partitions: the next ones made ahead, the old ones dropped, which is its retention."""

from typing import Any

ROWS_PER_PARTITION = 1_000_000
PARTITIONS_AHEAD_COUNT = 3
KEPT_DAYS = 14

_PARTITIONS = "SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'outbox'::regclass"
_NEWEST = "SELECT max(created_at) < now() - make_interval(days => $1) FROM {name}"


async def keep_partitions(connection: Any) -> None:
    """Make the partitions that come next, and drop those that were carried and are older than the topics keep them."""
    position = await connection.fetchrow("SELECT last, gaps FROM relay_state WHERE shard = 0")
    there = {int(row["name"].rpartition("_")[2]) for row in await connection.fetch(_PARTITIONS)}
    current = position["last"] // ROWS_PER_PARTITION
    for number in range(current, current + PARTITIONS_AHEAD_COUNT + 1):
        if number not in there:
            await _make(connection, number)
    oldest_needed = min([position["last"], *position["gaps"]]) // ROWS_PER_PARTITION
    for number in sorted(there):
        if number < oldest_needed and await connection.fetchval(_NEWEST.format(name=f"outbox_{number}"), KEPT_DAYS):
            await connection.execute(f"DROP TABLE outbox_{number}")


async def _make(connection: Any, number: int) -> None:
    """Attach, not CREATE … PARTITION OF: that would wait for, and hold up, every writer."""
    first, after = number * ROWS_PER_PARTITION, (number + 1) * ROWS_PER_PARTITION
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock(hashtext('outbox_partitions'))")
        if await connection.fetchval("SELECT to_regclass($1)", f"outbox_{number}") is None:
            await connection.execute(f"CREATE TABLE outbox_{number} (LIKE outbox INCLUDING ALL)")
            await connection.execute(
                f"ALTER TABLE outbox ATTACH PARTITION outbox_{number} FOR VALUES FROM ({first}) TO ({after})"
            )
