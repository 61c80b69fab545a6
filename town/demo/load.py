"""Lets the demo town happen through the doors that everybody has: HTTP, and the public inbound topics."""

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from shared.events.inbound import MeterReading, Remittance
from shared.events.payments import Tender
from town.demo.day import play
from town.demo.feed import Feed
from town.demo.plan import CYCLE, FIRST_VERSION_ON, Household, Version, plan
from town.standing import Standing
from town.trouble import Trouble

ACCOUNTS_A_REQUEST = 500
LATE_PAYERS_COUNT = 5
"""So few do not pay: one of them is visited by the crew in the short day."""

LOOK_SECONDS = 0.2

Report = Callable[[str, int, int | None], None]


async def load(up: Any, report: Report, limit: int | None = None) -> list[str]:
    """Live through every bill, then a short day; the sentences that say how it went. Raises Trouble."""
    return await Demo(up.town, report).happen(limit)


class Demo:
    """One run of the demo town, which remembers how long each stage took."""

    def __init__(self, town: Standing, report: Report) -> None:
        self.town = town
        self.report = report
        self.seconds: dict[str, float] = {}

    async def happen(self, limit: int | None = None) -> list[str]:
        """Tariffs, accounts, readings, bills, payments, a short day."""
        tariff, households = await asyncio.to_thread(plan, limit)
        started = time.monotonic()
        await self._stage("tariffs", len(tariff), self._load_tariffs(tariff))
        await self._stage("accounts", len(households), self._open_accounts(households))
        await self._stage("readings", len(households), self._publish_readings(households))
        await self._stage("bills", len(households), self._run_bills())
        equal_count, told = await self._compare(households)
        await self._stage("payments", len(households), self._pay(households))
        facts_count = await self._facts_count()
        loaded_seconds = time.monotonic() - started
        story = await self._stage("a short day", 1, play(self.town))
        stages = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in self.seconds.items())
        return [
            f"{equal_count:,} of {len(households):,} bills equal the real charge to the cent.",
            *told,
            f"{facts_count:,} facts were told in {loaded_seconds:.1f} s, {facts_count / loaded_seconds:,.0f} a second.",
            f"Stages: {stages}.",
            "",
            *story,
        ]

    async def _stage(self, name: str, total: int, work: Any) -> Any:
        self.report(name, 0, total)
        started = time.monotonic()
        answer = await work
        self.seconds[name] = time.monotonic() - started
        self.report(name, total, total)
        return answer

    async def _load_tariffs(self, tariff: Sequence[Version]) -> None:
        billing = self.town.http("billing", "billing")
        for version in tariff:
            _expect(await billing.post("/tariffs", json=version.tariff()), httpx.codes.CREATED)

    async def _open_accounts(self, households: Sequence[Household]) -> None:
        accounts = self.town.http("accounts", "csr")
        for first in range(0, len(households), ACCOUNTS_A_REQUEST):
            body = {"accounts": [each.account() for each in households[first : first + ACCOUNTS_A_REQUEST]]}
            headers = {"Idempotency-Key": f"demo-accounts-{first}"}
            _expect(await accounts.post("/accounts", json=body, headers=headers), httpx.codes.CREATED)
            self.report("accounts", first + len(body["accounts"]), len(households))
        await self.town.settle()

    async def _publish_readings(self, households: Sequence[Household]) -> None:
        """As a head-end does: by a client of its own, on a public topic."""
        readings = [
            MeterReading(meter_serial=each.meter_serial, value=each.end_reading, read_at=_noon(each))
            for each in households
        ]
        async with Feed(self.town.settings, "/demo/head-end") as feed:
            await feed.send(readings, lambda done: self.report("readings", done, len(readings)))
        await self.town.settle()

    async def _run_bills(self) -> None:
        billing = self.town.http("billing", "billing")
        through_on = datetime.now(UTC).date()
        run = {"cycle": CYCLE, "from_on": FIRST_VERSION_ON.isoformat(), "through_on": through_on.isoformat()}
        answer = await billing.post("/bill-runs", json=run, headers={"Idempotency-Key": "demo-bill-run"})
        started = _expect(answer, httpx.codes.ACCEPTED)
        while True:
            job = _expect(await billing.get(f"/jobs/{started['job_id']}"), httpx.codes.OK)
            self.report("bills", job["done_count"], job["total_count"])
            if job["state"] == "failed":
                raise Trouble(f"The demo town's bill run failed: {job['last_error']}")
            if job["state"] == "completed":
                break
            await asyncio.sleep(LOOK_SECONDS)
        await self.town.settle()

    async def _compare(self, households: Sequence[Household]) -> tuple[int, list[str]]:
        """How many bills equal the real charge to the cent, and what each of the others is."""
        rows = await self.town.fetch("billing", _TOTALS)
        billed = {row["meter_serial"]: row["total_cents"] for row in rows}
        others = [each for each in households if billed.get(each.meter_serial) != each.charged_cents]
        told = [
            f"  row {each.row}: charged {each.charged_cents} cents, billed {billed.get(each.meter_serial)}"
            for each in others[:10]
        ]
        return len(households) - len(others), told

    async def _pay(self, households: Sequence[Household]) -> None:
        """The bank's lockbox brings a payment for every bill that asks for one, but for a few."""
        rows = await self.town.fetch("billing", _OWED)
        paying = rows[LATE_PAYERS_COUNT:]
        today = self.town.watch.now().astimezone(self.town.settings.zone).date()
        remittances = [
            Remittance(
                reference=f"LB-{row['account_number']}", account_number=row["account_number"],
                amount_cents=row["owed_cents"], tender=Tender.LOCKBOX, received_on=today,
            )
            for row in paying
        ]  # fmt: skip
        async with Feed(self.town.settings, "/demo/lockbox") as feed:
            await feed.send(remittances, lambda done: self.report("payments", done, len(households)))
        await self.town.settle()

    async def _facts_count(self) -> int:
        counts = [await self.town.fetch(service, "SELECT last FROM relay_state") for service in self.town.towers]
        return sum(int(rows[0]["last"]) for rows in counts)


_TOTALS = """
SELECT g.meter_serial, b.total_cents FROM bills b JOIN agreements g ON g.agreement_id = b.agreement_id
"""
_OWED = """
SELECT a.account_number, sum(b.total_cents)::bigint AS owed_cents
FROM bills b JOIN accounts a ON a.account_id = b.account_id
GROUP BY a.account_number HAVING sum(b.total_cents) > 0 ORDER BY a.account_number
"""


def _noon(household: Household) -> datetime:
    return datetime.combine(household.ended_on, datetime.min.time(), UTC) + timedelta(hours=17)


def _expect(answer: httpx.Response, status: int) -> Any:
    if answer.status_code != status:
        asked = f"{answer.request.method} {answer.request.url}"
        raise Trouble(f"{asked} answered {answer.status_code}: {answer.text[:500]}")
    return answer.json()
