"""The smallest service that there can be: it writes down what it hears, and refuses what it is told to refuse."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from shared.deadlines import Deadline, Strikes
from shared.errors import Conflict, Invalid
from shared.events import billing, inbound
from shared.http import Door
from shared.ids import AccountId
from shared.inbox import Hearing
from shared.jobs import Chunk, Job
from shared.postgres import Tx


class AccountPoisoned(Conflict):
    """Nothing is written on a poisoned account."""


class SerialUnknown(Invalid):
    """A reading names a meter that we know."""

    remedy = "Check the serial on the meter's face."


@dataclass
class Ledger:
    """A service whose poison can be put in and taken out by the test."""

    poisoned: set[AccountId] = field(default_factory=set)
    name: str = "ledger"
    migrations: Path = Path(__file__).parent / "ledger_migrations"
    door: Door = field(default_factory=Door)
    hearing: Hearing = field(default_factory=Hearing)
    strikes: Strikes = field(default_factory=Strikes)
    jobs: dict[str, Any] = field(default_factory=dict)
    sets: list[int] = field(default_factory=list)
    struck: list[Deadline] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Declare what is heard, struck and worked."""
        self.hearing.on(billing.BalanceChanged)(self.on_balances_changed)
        self.hearing.on(inbound.MeterReading)(self.on_meter_readings)
        self.strikes.on("remind")(self.on_reminders_due)
        self.jobs["count"] = self.count_chunk

    async def on_balances_changed(self, tx: Tx, facts: Sequence[billing.BalanceChanged]) -> None:
        """Write them down, unless one is on a poisoned account."""
        self.sets.append(len(facts))
        for fact in facts:
            if fact.account_id in self.poisoned:
                raise AccountPoisoned(account_id=fact.account_id)
        await tx.execute(
            "INSERT INTO lines (account_id, version) SELECT * FROM unnest($1::uuid[], $2::bigint[])",
            [fact.account_id for fact in facts], [fact.version for fact in facts],
        )  # fmt: skip

    async def on_meter_readings(self, tx: Tx, facts: Sequence[inbound.MeterReading]) -> None:
        """Write them down, unless one names a meter that is not ours."""
        for fact in facts:
            if fact.meter_serial.startswith("X"):
                raise SerialUnknown(field="meter_serial", meter_serial=fact.meter_serial)
        await tx.execute("INSERT INTO serials (serial) SELECT unnest($1::text[])", [f.meter_serial for f in facts])

    async def on_reminders_due(self, _tx: Tx, due: Sequence[Deadline]) -> None:
        """Note what struck."""
        self.struck += due

    async def count_chunk(self, tx: Tx, job: Job) -> Chunk:
        """Count to the given number, ten at a time, and write each chunk down."""
        done = (job.cursor or 0) + 10
        await tx.execute("INSERT INTO serials (serial) VALUES ($1)", str(done))
        return Chunk(done, 10, finished=done >= job.parameters["to"], total_count=job.parameters["to"])


async def versions_of(rooms: Any, account_id: AccountId) -> list[int]:
    """What is written on an account, in the order of writing."""
    async with rooms.tx() as tx:
        rows = await tx.fetch("SELECT version FROM lines WHERE account_id = $1 ORDER BY n", account_id)
    return [row["version"] for row in rows]
