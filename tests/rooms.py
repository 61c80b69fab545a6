"""One service's rooms on a database of its own, with no broker: facts are told by hand and heard by hand."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from shared.auth import Actor, Role
from shared.clock import TownClock
from shared.cloudevents import decode
from shared.events import Fact
from shared.ids import new_id
from shared.inbox import Inbox, Taken, record_of
from shared.inbox.cursors import place_cursors
from shared.inbox.partitions import keep_inbox_partitions
from shared.postgres import Cause, Tx
from shared.settings import Settings
from shared.tower import Running, Tower
from town.issuer import Issuer
from town.stand import client_of

NEW_YORK = ZoneInfo("America/New_York")
MONDAY_TEN_O_CLOCK = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
"""When a test begins unless it says otherwise: Monday, March 2, 2026, ten in the morning in New Jersey."""

_SAID = "SELECT seq, topic, key, headers, payload FROM outbox WHERE seq > $1 ORDER BY seq"


class StillClock(TownClock):
    """A clock that stands still until it is turned."""

    def __init__(self, moment: datetime = MONDAY_TEN_O_CLOCK, zone: ZoneInfo = NEW_YORK) -> None:
        super().__init__(zone)
        self.moment = moment

    def now(self) -> datetime:
        """The moment at which it was stopped, plus what it was turned."""
        return self.moment + self.offset


class Rooms:
    """What a room test holds in its hand: the service's transaction, its doors, and what it said."""

    def __init__(self, tower: Tower, settings: Settings, clock: StillClock, issuer: Issuer) -> None:
        self.tower = tower
        self.settings = settings
        self.clock = clock
        self.issuer = issuer
        self.running = Running(tower, settings, clock)
        self.database = self.running.database
        self._clients: dict[tuple[str, str | None], httpx.AsyncClient] = {}
        self._offsets: dict[str, int] = {}
        self._seq = 0

    async def open(self) -> None:
        """Open the pool. No part runs: the test itself is relay, inbox, clock and worker."""
        await self.database.open()
        async with self.tx() as tx:
            await keep_inbox_partitions(tx)

    async def close(self) -> None:
        """Close the clients and the pool."""
        for client in self._clients.values():
            await client.aclose()
        await self.database.close()

    def http(self, role: str, subject: str | None = None) -> httpx.AsyncClient:
        """Ask the service over HTTP, as the town's person with this role; paths are given without `/v1`.

        `subject` names another person with the same role: for what two people do to one thing.
        """
        if (role, subject) not in self._clients:
            token = self.issuer.mint_role(Role(role)) if subject is None else self._token_of(Role(role), subject)
            self._clients[role, subject] = client_of(lambda: self.running, token)
        return self._clients[role, subject]

    def _token_of(self, role: Role, subject: str) -> str:
        now = int(time.time())
        claims = {"iss": self.issuer.url, "aud": self.issuer.audience, "sub": subject, "name": subject.capitalize()}
        return self.issuer.sign({**claims, "roles": [role.value], "iat": now, "nbf": now, "exp": now + 3600})

    @asynccontextmanager
    async def tx(self, actor: Actor | None = None, now: datetime | None = None) -> AsyncIterator[Tx]:
        """One transaction of the service, committed when the block ends; by the service itself unless `actor` acts."""
        async with self.database.begin(actor or Actor.service(self.tower.name), Cause(str(new_id()))) as tx:
            if now is not None:
                tx.now = now
            yield tx

    async def tell(self, *facts: Fact) -> None:
        """The service hears these facts, in sets as from Kafka. None may be refused or set aside."""
        taken = await self.tell_anyhow(*facts)
        assert not taken.asides, [aside.reason for aside in taken.asides]
        assert not taken.answers, [answer.rule for answer in taken.answers]

    async def tell_anyhow(self, *facts: Fact) -> Taken:
        """The service hears these facts; what became of them is the answer: `.answers`, `.asides`."""
        unheard = [fact.event_type() for fact in facts if fact.event_type() not in self.tower.hearing.handlers]
        assert not unheard, f"{self.tower.name} does not hear {unheard}"
        total = Taken()
        for outside in (False, True):
            chosen = [fact for fact in facts if fact.speaker.startswith("inbound.") is outside]
            if chosen:
                taken = await self._inbox(outside).take([await self._record(fact, outside) for fact in chosen])
                total.heard_count += taken.heard_count
                total.fresh_count += taken.fresh_count
                total.answers += taken.answers
                total.asides += taken.asides
        return total

    async def strike(self) -> int:
        """Strike everything that is due by the clock, in order of time; answers how many. None may fail."""
        struck_count = 0
        while count := await self.running.striker.strike_due():
            struck_count += count
        async with self.tx() as tx:
            failed = await tx.fetch("SELECT kind, about, last_error FROM deadlines WHERE last_error IS NOT NULL")
        assert not failed, [dict(row) for row in failed]
        return struck_count

    async def work(self) -> None:
        """Work all jobs off, to their end. None may fail."""
        while await self.running.worker.work_chunk():
            pass
        async with self.tx() as tx:
            failed = await tx.fetch("SELECT kind, job_id, last_error FROM jobs WHERE last_error IS NOT NULL")
        assert not failed, [dict(row) for row in failed]

    async def said(self) -> list[Fact]:
        """Everything the service has said, in order."""
        async with self.tx() as tx:
            return [_fact(row) for row in await tx.fetch(_SAID, 0)]

    async def news(self) -> list[Fact]:
        """What the service has said since the last call, in order."""
        async with self.tx() as tx:
            rows = await tx.fetch(_SAID, self._seq)
        self._seq = rows[-1]["seq"] if rows else self._seq
        return [_fact(row) for row in rows]

    async def _record(self, fact: Fact, outside: bool) -> Any:
        topic = fact.speaker
        if topic not in self._offsets:
            self._offsets[topic] = 0
            async with self.tx() as tx:
                await place_cursors(tx, self._consumer(outside), {(topic, 0): 0})
        offset = self._offsets[topic]
        self._offsets[topic] += 1
        return record_of(fact, self.clock.now(), offset)

    def _inbox(self, outside: bool) -> Inbox:
        return Inbox(self._consumer(outside), self.tower.hearing, self.database)

    def _consumer(self, outside: bool) -> str:
        return f"{self.tower.name}.inbound" if outside else self.tower.name


def _fact(row: Any) -> Fact:
    headers = [(name, text.encode()) for name, text in row["headers"].items()]
    fact = decode(row["topic"], row["key"].encode(), row["payload"], headers)
    assert fact is not None, f"the service said a fact that nobody knows: {row['headers'].get('ce_type')}"
    return fact


ServiceFactory = Callable[..., Awaitable[Rooms]]
