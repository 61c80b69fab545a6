"""A town under load: cashiers at the counter, a head-end on its topic, and a record of what was accepted."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import uuid4

import httpx

from shared.events.inbound import MeterReading
from tests.stories.maple_street import TARIFF, account_form
from town.standing import Standing

HOMES_COUNT = 24
PAYMENT_CENTS_MAX = 5_000
BETWEEN_SECONDS = 0.03
"""A load, and not all that the machine can do: whoever was killed needs a share of it to come back."""
FIRST_READ_AT = datetime(2026, 2, 1, tzinfo=UTC)


@dataclass
class Home:
    """An account under load."""

    account_id: str
    account_number: str
    meter_serial: str
    readings_count: int = 0


@dataclass
class Load:
    """What is done to the town, and what the town has accepted."""

    town: Standing
    random: Random = field(default_factory=lambda: Random(20261123))
    homes: list[Home] = field(default_factory=list)
    accepted_cents: Counter[str] = field(default_factory=Counter)

    async def move_in(self) -> None:
        """Two dozen homes with water, on a tariff."""
        created = await self.town.http("billing", "billing").post("/tariffs", json=TARIFF)
        assert created.status_code == 201, created.text
        forms = [account_form(f"Home {n}", f"{n + 1} Maple Street", _running(n)) for n in range(HOMES_COUNT)]
        opened = await self._until_created("accounts", "csr", "/accounts", {"accounts": forms})
        self.homes = [
            Home(account["account_id"], account["account_number"], f"M-{n:03d}")
            for n, account in enumerate(opened["accounts"])
        ]
        await self.town.settle(120)

    async def run(self, enough: Callable[[], bool]) -> None:
        """Four cashiers and a head-end, until it is enough."""
        await asyncio.gather(*(self._take_payments(enough) for _ in range(4)), self._read_meters(enough))

    def after_payments(self, count: int) -> Callable[[], bool]:
        """Enough, when about so many more payments were accepted than now."""
        before = sum(self.accepted_cents.values())
        return lambda: sum(self.accepted_cents.values()) >= before + count * PAYMENT_CENTS_MAX // 2

    async def check(self) -> None:
        """Everything accepted was applied once and in order; the books balance; nothing is set aside."""
        await self.town.settle(170)
        rows = await self.town.fetch("billing", "SELECT account_id::text, balance_cents FROM receivables")
        credited = {row["account_id"]: -row["balance_cents"] for row in rows if row["balance_cents"]}
        assert credited == dict(self.accepted_cents)
        assert sum(self.accepted_cents.values()) > 0, "nothing was accepted, so nothing was tested"
        for home in self.homes:
            values = [row["value"] for row in await self.town.fetch("billing", _READINGS, home.meter_serial)]
            assert values == list(range(home.readings_count + 1)), home.meter_serial
        (balance,) = await self.town.fetch("billing", "SELECT coalesce(sum(amount_cents), 0) AS cents FROM entries")
        assert balance["cents"] == 0
        assert await self.town.asides() == []

    async def _take_payments(self, enough: Callable[[], bool]) -> None:
        while not enough():
            home, cents = self.random.choice(self.homes), self.random.randint(1, PAYMENT_CENTS_MAX)
            paid = {"account_number": home.account_number, "amount_cents": cents, "tender": "cash"}
            await self._until_created("payments", "cashier", "/payments", paid)
            self.accepted_cents[home.account_id] += cents
            await asyncio.sleep(BETWEEN_SECONDS)

    async def _read_meters(self, enough: Callable[[], bool]) -> None:
        while not enough():
            home = self.random.choice(self.homes)
            home.readings_count += 1
            read_at = FIRST_READ_AT + timedelta(minutes=home.readings_count)
            await self.town.say(
                MeterReading(meter_serial=home.meter_serial, value=home.readings_count, read_at=read_at)
            )
            await asyncio.sleep(BETWEEN_SECONDS)

    async def _until_created(self, service: str, who: str, path: str, body: Any) -> Any:
        """As a careful client: the same request with the same key, until the answer says what became of it."""
        headers = {"Idempotency-Key": str(uuid4())}
        while True:
            try:
                answer = await self.town.http(service, who).post(path, json=body, headers=headers)
            except httpx.TransportError:
                await asyncio.sleep(0.05)
                continue
            if answer.status_code == httpx.codes.CREATED:
                return answer.json()
            assert answer.status_code in {409, 429, 503}, answer.text
            await asyncio.sleep(0.05)


def _running(n: int) -> dict[str, Any]:
    meter = {"serial": f"M-{n:03d}", "size": '5/8"', "dials": 6, "multiplier": 1, "unit": "hcf"}
    return {"start": "conversion", "meter": meter, "started_on": "2026-01-02", "start_reading": 0}


_READINGS = """
SELECT r.value FROM readings r JOIN agreements g USING (agreement_id)
WHERE g.meter_serial = $1 AND r.state <> 'superseded' ORDER BY r.read_at, r.reading_id
"""
