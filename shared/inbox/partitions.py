"""Keeps the inbox's partitions: a week of event ids each, made ahead, dropped when the topics no longer hold them.

An event id is a UUIDv7, so a range of ids is a span of time (RFC 9562): one unique index for all time while a
partition can be dropped. Retention follows the machine's clock, not the town's, which may be turned.
"""

from datetime import UTC, datetime, timedelta

from shared.postgres import Tx

EPOCH = datetime(2024, 1, 1, tzinfo=UTC)
WEEKS_AHEAD_COUNT = 8
KEPT_DAYS = 21
"""Longer than the 14 days that the topics keep."""

_THERE = "SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'inbox'::regclass"
# What was heard while its week was not there stands among the outside ids, and one of those may by chance look like an
# id of any week: what belongs to the week goes into it first, for else it could never be made.
_MAKE = """
CREATE TABLE {name} (LIKE inbox INCLUDING ALL);
WITH gone AS (DELETE FROM inbox_outside WHERE event_id >= '{first}' AND event_id < '{end}' RETURNING *)
INSERT INTO {name} SELECT * FROM gone;
ALTER TABLE inbox ATTACH PARTITION {name} FOR VALUES FROM ('{first}') TO ('{end}')"""
_PURGE = """
DELETE FROM inbox_outside WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM inbox_outside WHERE heard_at < now() - make_interval(days => $1) LIMIT 10000))
"""


async def keep_inbox_partitions(tx: Tx) -> None:
    """Make the weeks that come, drop those that are over; of the outside ids, delete a bounded number of old ones."""
    await tx.execute("SELECT pg_advisory_xact_lock(hashtext('inbox_partitions'))")
    there = {row["name"] for row in await tx.fetch(_THERE)}
    now = datetime.now(UTC)
    current = (now - EPOCH) // timedelta(weeks=1)
    wanted = {_name(week): week for week in range(current - 1, current + WEEKS_AHEAD_COUNT + 1)}
    statements = [_MAKE.format(name=name, first=_first_id(week), end=_first_id(week + 1))
                  for name, week in wanted.items() if name not in there]  # fmt: skip
    oldest_kept = (now - timedelta(days=KEPT_DAYS) - EPOCH) // timedelta(weeks=1)
    weeks = {name: int(name.rpartition("_")[2]) for name in there if name != "inbox_outside"}
    statements += [f"DROP TABLE {name}" for name, week in weeks.items() if week < oldest_kept]
    if statements:
        await tx.execute("; ".join(statements))
    await tx.execute(_PURGE, KEPT_DAYS)


def _name(week: int) -> str:
    return f"inbox_week_{week}"


def _first_id(week: int) -> str:
    """The lowest UUIDv7 of a week: 48 bits of milliseconds, then nothing."""
    ms = int((EPOCH + timedelta(weeks=week)).timestamp() * 1000)
    return f"{ms >> 16:08x}-{ms & 0xFFFF:04x}-0000-0000-000000000000"
