"""Takes one batch in one transaction: cursor, ids, what waits behind something set aside, and the rest in sets.

The cursor is our own and moves in the same transaction as everything the batch changes, so a duplicate, a
redelivery, a rebalance and a process that was frozen and woken all find their records done and skip them.
Kafka's committed offsets only tell operators the lag.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from shared import outbox
from shared.auth import Actor
from shared.errors import Invalid, Refusal
from shared.events.inbound import MessageRefused
from shared.faults import CONSTRAINTS, PASSING, sentence_of
from shared.inbox import cursors, set_aside
from shared.inbox.hearing import Hearing
from shared.inbox.order import in_sets
from shared.inbox.records import Heard, Place, Record, read
from shared.inbox.set_aside import Aside
from shared.postgres import Cause, Database, Tx
from shared.refused import Message, answer

BEHIND = "waits behind an earlier fact of the same key"
REFUSED_MIN = 20
REFUSED_SHARE_MAX = 0.05

_FRESH = """
INSERT INTO inbox (consumer, event_id) SELECT $1, unnest($2::uuid[]) ON CONFLICT DO NOTHING RETURNING event_id
"""


class Skipped(Exception):
    """The first record stands above the cursor: something may lie between. `cursors` says where to read again."""

    def __init__(self, cursors_at: dict[Place, int], first_at: dict[Place, int]) -> None:
        super().__init__(cursors_at, first_at)
        self.cursors_at = cursors_at
        self.first_at = first_at


class DataRefused(Invalid):
    """The database holds data to its constraints, and this breaks one."""

    remedy = "Correct the message and publish it again with a new id."

    @property
    def rule(self) -> str:
        """The constraint, whose name is a sentence."""
        return str(self.facts["because"])


class TooManyRefused(Exception):
    """So much of a batch failed that it is not poison but a bad deployment: nothing was taken."""


_NOT_POISON: tuple[type[BaseException], ...] = (*PASSING, Skipped)


@dataclass(slots=True)
class Taken:
    """What became of a batch."""

    heard_count: int = 0
    fresh_count: int = 0
    answers: list[MessageRefused] = field(default_factory=list)
    asides: list[Aside] = field(default_factory=list)
    blocked: set[str] = field(default_factory=set)


How = Callable[[Tx, str, list[Heard], Taken], Awaitable[None]]


class Inbox:
    """One consumer of a service: the internal topics together, or the public inbound ones."""

    def __init__(self, consumer: str, hearing: Hearing, database: Database) -> None:
        self.consumer = consumer
        self.hearing = hearing
        self.database = database
        self.actor = Actor.service(database.service)
        self.nothing_between: set[tuple[Place, int, int]] = set()
        """(place, cursor, first record) that was read again and came the same: a transaction marker lies between."""

    def read(self, records: Sequence[Record]) -> list[Heard]:
        """What of a batch concerns this service."""
        return read(records, self.hearing)

    async def take(self, records: Sequence[Record]) -> Taken:
        """Read a batch and take it."""
        return await self.take_read(records, self.read(records))

    async def take_read(self, records: Sequence[Record], heard: Sequence[Heard]) -> Taken:
        """Take a batch that was read, all of it or (when something passing is the matter) none.

        A first try takes everything in sets. When that fails for good, a second finds with savepoints what is the
        matter, sets it aside or answers it, and takes the rest. Raises what is PASSING, Skipped, TooManyRefused.
        """
        try:
            return await self._in_one_transaction(records, heard, self._straight)
        except _NOT_POISON:
            raise
        except Exception:  # whatever it is, the careful pass finds whose it is and puts it on the record
            return await self._in_one_transaction(records, heard, self._careful)

    async def _in_one_transaction(self, records: Sequence[Record], heard: Sequence[Heard], how: How) -> Taken:
        async with self.database.begin(self.actor, Cause(self.consumer)) as tx:
            done_below = await self._lock_cursors(tx, records)
            taken = Taken(len(heard))
            fresh = await self._fresh(tx, [h for h in heard if h.record.offset >= done_below[h.record.place]])
            taken.fresh_count = len(fresh)
            tx.causes = {h.key: h for h in fresh}
            await self._take_fresh(tx, fresh, how, taken)
            self._check_share(taken)
            await outbox.put(tx, *taken.answers)
            await set_aside.insert_set_aside(tx, self.consumer, taken.asides)
            await cursors.save_cursors(tx, self.consumer, {r.place: r.offset + 1 for r in records}, done_below)
        return taken

    async def _lock_cursors(self, tx: Tx, records: Sequence[Record]) -> dict[Place, int]:
        first_at: dict[Place, int] = {}
        for record in records:
            first_at.setdefault(record.place, record.offset)
        done_below = await cursors.lock_cursors(tx, self.consumer, list(first_at))
        skipped = {
            place: done_below[place]
            for place, first in first_at.items()
            if first > done_below[place] and (place, done_below[place], first) not in self.nothing_between
        }
        if skipped:
            raise Skipped(skipped, {place: first_at[place] for place in skipped})
        return done_below

    async def _fresh(self, tx: Tx, heard: Sequence[Heard]) -> list[Heard]:
        """Those that were not heard before, each once."""
        if not heard:
            return []
        rows = await tx.fetch(_FRESH, self.consumer, sorted({h.event_id for h in heard}))
        unheard: set[UUID] = {row["event_id"] for row in rows}
        fresh = []
        for h in heard:
            if h.event_id in unheard:
                unheard.discard(h.event_id)
                fresh.append(h)
        return fresh

    async def _take_fresh(self, tx: Tx, fresh: list[Heard], how: How, taken: Taken) -> None:
        if not fresh:
            return
        taken.blocked = await set_aside.find_blocked_keys(tx, self.consumer, [h.key for h in fresh])
        for kind, members in in_sets(fresh, lambda h: h.kind, lambda h: h.key):
            await how(tx, kind, members, taken)

    async def _straight(self, tx: Tx, kind: str, members: list[Heard], taken: Taken) -> None:
        ready = self._not_blocked(members, taken)
        for h in ready:
            if h.unreadable is not None:
                self._put_away(tx, h, h.unreadable, taken)
        facts = [h.fact for h in ready if h.fact is not None]
        if facts:
            await self.hearing.handlers[kind](tx, facts)

    async def _careful(self, tx: Tx, kind: str, members: list[Heard], taken: Taken) -> None:
        """Halve a set that fails until what is the matter stands alone."""
        ready = self._not_blocked(members, taken)
        if not ready:
            return
        try:
            async with tx.savepoint():
                await self._straight(tx, kind, ready, taken)
        except PASSING:
            raise
        except Exception as why:  # the record of why is the point: nothing is passed over
            if len(ready) == 1:
                self._put_away(tx, ready[0], why, taken)
            else:
                half = len(ready) // 2
                await self._careful(tx, kind, ready[:half], taken)
                await self._careful(tx, kind, ready[half:], taken)

    def _not_blocked(self, members: Sequence[Heard], taken: Taken) -> list[Heard]:
        """Those whose key is free; the others go behind what blocks it."""
        taken.asides += [Aside(h, BEHIND, is_cause=False) for h in members if h.key in taken.blocked]
        return [h for h in members if h.key not in taken.blocked]

    def _put_away(self, tx: Tx, heard: Heard, why: BaseException, taken: Taken) -> None:
        """Answer it when it came from outside and is wrong in itself; else set it aside, and its key with it."""
        if heard.outside and isinstance(why, (Refusal, *CONSTRAINTS)):
            taken.answers.append(answer(_message(heard.record), _refusal(why), tx.now))
        else:
            reason = str(why) if isinstance(why, Refusal) else sentence_of(why)
            taken.asides.append(Aside(heard, reason, is_cause=True))
            taken.blocked.add(heard.key)

    def _check_share(self, taken: Taken) -> None:
        causes_count = sum(aside.is_cause for aside in taken.asides)
        if causes_count > max(REFUSED_MIN, REFUSED_SHARE_MAX * taken.heard_count):
            reasons = sorted({aside.reason for aside in taken.asides if aside.is_cause})
            raise TooManyRefused(f"{causes_count} of {taken.heard_count} facts failed; the first: {reasons[0]}")


def _message(record: Record) -> Message:
    return Message(record.topic, record.partition, record.offset, record.key, record.value, record.headers)


def _refusal(why: BaseException) -> Refusal:
    return why if isinstance(why, Refusal) else DataRefused(because=sentence_of(why))
