"""The clock's door: a deadline is a row, written by what makes it necessary, removed by what makes it needless.

Those that are due are taken in sets, in order of time, with FOR UPDATE SKIP LOCKED, and struck in the same
transaction: each exactly once, with any number of replicas. No cron, no sleep, no scan of everything.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog

from shared.auth import Actor
from shared.backoff import Backoff
from shared.bell import Bell
from shared.clock import Clock, DevelopmentClock
from shared.faults import PASSING, sentence_of
from shared.inbox.order import in_sets
from shared.postgres import Cause, Database, Tx

SET_MAX = 500
POLL_SECONDS_MAX = 1.0
RETRY_AFTER = timedelta(minutes=5)

_PUT = """
INSERT INTO deadlines (kind, about, due_at)
SELECT d.kind, d.about, d.due_at FROM unnest($1::text[], $2::uuid[], $3::timestamptz[]) AS d (kind, about, due_at)
ORDER BY d.kind, d.about
ON CONFLICT (kind, about) DO UPDATE SET due_at = EXCLUDED.due_at, attempts = 0, retry_at = NULL, last_error = NULL
"""
_REMOVE = "DELETE FROM deadlines WHERE kind = $1 AND about = ANY($2::uuid[])"
_DUE = """
SELECT kind, about, due_at FROM deadlines
WHERE due_at <= $1 AND (retry_at IS NULL OR retry_at <= $1)
ORDER BY due_at, kind, about LIMIT $2 FOR UPDATE SKIP LOCKED
"""
_STRUCK = """
DELETE FROM deadlines d USING unnest($1::text[], $2::uuid[], $3::timestamptz[]) AS s (kind, about, due_at)
WHERE d.kind = s.kind AND d.about = s.about AND d.due_at = s.due_at
"""
_FAILED = """
UPDATE deadlines SET attempts = attempts + 1, retry_at = $3, last_error = $4 WHERE kind = $1 AND about = $2
"""
_YIELD = "SET LOCAL lock_timeout = '250ms'"
"""Well below PostgreSQL's deadlock_timeout of 1 s: whoever holds a thing and takes its deadlines away goes first, and
the clock, which holds the deadlines and wants the thing, tries again. Nobody else is ever a deadlock's victim here."""
_NEXT = """
SELECT (SELECT min(coalesce(retry_at, due_at)) FROM deadlines) AS next_at,
       (SELECT offset_seconds FROM town_clock) AS offset_seconds
"""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Deadline:
    """What falls due (`kind`), what it is about (its id), and when."""

    kind: str
    about: UUID
    due_at: datetime


OnDue = Callable[[Tx, Sequence[Deadline]], Awaitable[None]]


class Strikes:
    """What one service does when its deadlines fall due."""

    def __init__(self) -> None:
        self.handlers: dict[str, OnDue] = {}

    def on(self, kind: str) -> Callable[[OnDue], OnDue]:
        """Strike deadlines of this kind."""
        if kind in self.handlers:
            raise ValueError(f"the deadline {kind} is struck twice")

        def struck_by(function: OnDue) -> OnDue:
            self.handlers[kind] = function
            return function

        return struck_by


async def put(tx: Tx, *deadlines: Deadline) -> None:
    """Set deadlines; one of the same kind about the same thing is moved."""
    last = {(d.kind, d.about): d for d in deadlines}
    if last:
        rows = [(d.kind, d.about, d.due_at) for d in last.values()]
        await tx.execute(_PUT, *map(list, zip(*rows, strict=True)))
        tx.bells.add("deadlines")


async def remove(tx: Tx, kind: str, abouts: Sequence[UUID]) -> None:
    """Take deadlines away: what they waited for has happened. Those that are not there do not matter."""
    if abouts:
        await tx.execute(_REMOVE, kind, sorted(set(abouts)))


class Striker:
    """Strikes the deadlines of one service; any number of replicas may run."""

    def __init__(self, strikes: Strikes, database: Database, clock: Clock) -> None:
        self.strikes = strikes
        self.database = database
        self.clock = clock
        self.actor = Actor.service(database.service)
        self.struck_count = 0
        self._bell = Bell()

    def ring(self) -> None:
        """A deadline was set, or the clock was turned: look now."""
        self._bell.ring()

    async def run(self) -> None:
        """Strike for ever."""
        backoff = Backoff()
        while True:
            try:
                self._bell.hush()
                while await self.strike_due():
                    pass
                await self._sleep()
                backoff.reset()
            except PASSING as passing:
                log.warning("deadlines_wait", service=self.database.service, reason=repr(passing))
                await backoff.pause()

    async def strike_due(self) -> int:
        """Strike the next set that is due; answers how many."""
        cause = Cause("deadlines")
        async with self.database.begin(self.actor, cause) as tx:
            rows = await tx.fetch(_DUE, tx.now, SET_MAX)
            due = [Deadline(row["kind"], row["about"], row["due_at"]) for row in rows]
            if not due:
                return 0
            await tx.execute(_YIELD)
            await tx.execute(_STRUCK, *map(list, zip(*[(d.kind, d.about, d.due_at) for d in due], strict=True)))
            for kind, members in in_sets(due, lambda d: d.kind, lambda d: str(d.about)):
                await self._strike(tx, kind, members)
        self.struck_count += len(due)
        log.info("deadlines_struck", service=self.database.service, count=len(due))
        return len(due)

    async def _strike(self, tx: Tx, kind: str, members: list[Deadline]) -> None:
        """A set that fails is halved until the one that is the matter stands alone; that one is tried again later."""
        try:
            async with tx.savepoint():
                await self.strikes.handlers[kind](tx, members)
        except PASSING:
            raise
        except Exception as why:  # kept with the deadline, shown by the metrics, tried again
            if len(members) > 1:
                half = len(members) // 2
                await self._strike(tx, kind, members[:half])
                await self._strike(tx, kind, members[half:])
            else:
                await self._put_off(tx, members[0], why)

    async def _put_off(self, tx: Tx, deadline: Deadline, why: Exception) -> None:
        log.error("deadline_failed", service=self.database.service, kind=deadline.kind, exc_info=why)
        await put(tx, deadline)
        await tx.execute(_FAILED, deadline.kind, deadline.about, tx.now + RETRY_AFTER, sentence_of(why))

    async def _sleep(self) -> None:
        """Until the next is due, somebody rings, or a moment has passed in which another process may have set one."""
        async with self.database.read(self.actor, Cause("deadlines")) as reader:
            row: Any = await reader.fetchrow(_NEXT)
        if isinstance(self.clock, DevelopmentClock):
            self.clock.follow(row["offset_seconds"])
        until_next = (row["next_at"] - self.clock.now()).total_seconds() if row["next_at"] else POLL_SECONDS_MAX
        await self._bell.wait(min(max(until_next, 0.001), POLL_SECONDS_MAX))
