"""Two small services on a ground that the test may break: one tells, the other writes down what it hears."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

from shared import outbox
from shared.auth import Actor
from shared.clock import TownClock
from shared.deadlines import Strikes
from shared.events import billing
from shared.faults import PASSING
from shared.http import Door
from shared.ids import AccountId, new_id
from shared.inbox import Hearing
from shared.postgres import Cause, Tx
from shared.tower import Tower
from tests.rooms import NEW_YORK
from tests.shared.ledger import Ledger
from town.ground import Ground
from town.issuer import Issuer
from town.stand import Town

HEARD_SECONDS_MAX = 60.0
TELLER = Tower("teller", Door(), Hearing(), Strikes(), Path(__file__).parent / "teller_migrations")


def ledger_tower(ledger: Ledger) -> Tower:
    """The ledger as a tower that can run."""
    return Tower("ledger", Door(), ledger.hearing, ledger.strikes, ledger.migrations, ledger.jobs)


@dataclass
class Pair:
    """The teller and the ledger, and what was committed on the teller's side."""

    town: Town
    ledger: Ledger
    accounts: list[AccountId] = field(default_factory=lambda: [AccountId(new_id()) for _ in range(40)])
    committed: dict[AccountId, int] = field(default_factory=dict)

    async def tell(self, count: int, random: Random) -> None:
        """One transaction that raises the version of some accounts and tells it; a third of them roll back."""
        chosen = random.sample(self.accounts, count)
        running = self.town.running["teller"]
        try:
            async with running.begin(Actor.service("teller"), Cause("test")) as tx:
                facts = await raise_versions(tx, chosen)
                if random.random() < 1 / 3:
                    raise asyncio.CancelledError
        except asyncio.CancelledError:
            return
        self.committed |= {fact.account_id: fact.version for fact in facts}

    async def tell_until(self, enough: Callable[[], bool], random: Random) -> None:
        """Several writers tell until it is enough, each trying again when the database is away."""

        async def write() -> None:
            while not enough():
                try:
                    await self.tell(random.randint(1, 6), random)
                except PASSING:
                    await asyncio.sleep(0.05)

        await asyncio.gather(*(write() for _ in range(4)))

    async def check(self) -> None:
        """Everything committed was heard, once, in order per account, and nothing else was; nothing is set aside."""
        await self.town.settle(120)
        told = await self._told()
        assert told, "nothing was committed, so nothing was tested"
        assert await self.heard() == told
        assert await self.town.asides() == []

    async def until_heard(self) -> None:
        """Wait until the ledger has all that is committed by now, whatever else is still open."""
        told = await self._told()
        async with asyncio.timeout(HEARD_SECONDS_MAX):
            while not _holds(await self.heard(), told):
                await asyncio.sleep(0.05)

    async def heard(self) -> dict[AccountId, list[int]]:
        """By account, the versions that the ledger wrote down, in the order of writing."""
        heard: dict[AccountId, list[int]] = {}
        for row in await self.town.fetch("ledger", "SELECT account_id, version FROM lines ORDER BY n"):
            heard.setdefault(row["account_id"], []).append(row["version"])
        return heard

    async def _told(self) -> dict[AccountId, list[int]]:
        """By account, the versions that are committed on the teller's side."""
        rows = await self.town.fetch("teller", "SELECT account_id, version FROM versions")
        return {row["account_id"]: list(range(1, row["version"] + 1)) for row in rows}


async def raise_versions(tx: Tx, accounts: Sequence[AccountId]) -> list[billing.BalanceChanged]:
    """Raise the version of these accounts and tell it."""
    rows = await tx.fetch(
        "INSERT INTO versions (account_id, version) SELECT unnest($1::uuid[]), 1"
        " ON CONFLICT (account_id) DO UPDATE SET version = versions.version + 1"
        " RETURNING account_id, version",
        sorted(accounts),
    )
    facts = [_changed(row["account_id"], row["version"]) for row in rows]
    await outbox.put(tx, *facts)
    return facts


def after_some_commits(pair: Pair, count: int = 5) -> Callable[[], bool]:
    """Enough, when so many more were committed than now."""
    before = sum(pair.committed.values())
    return lambda: sum(pair.committed.values()) >= before + count


def _holds(heard: Mapping[AccountId, Sequence[int]], told: Mapping[AccountId, Sequence[int]]) -> bool:
    return all(len(heard.get(account_id, ())) >= len(versions) for account_id, versions in told.items())


def _changed(account_id: AccountId, version: int) -> billing.BalanceChanged:
    return billing.BalanceChanged(account_id=account_id, balance_cents=0, past_due_cents=0, version=version)


@asynccontextmanager
async def pair_on(ground: Ground, issuer: Issuer, **settings: Any) -> AsyncIterator[Pair]:
    """A teller and a ledger that run, on topics and databases of their own."""
    ledger = Ledger()
    towers: Sequence[Tower] = [TELLER, ledger_tower(ledger)]
    town = Town(ground, TownClock(NEW_YORK), towers, f"t{uuid4().hex[:10]}", issuer, **settings)
    try:
        await town.build()
        await town.start(*town.towers)
        yield Pair(town, ledger)
    finally:
        await town.raze()
