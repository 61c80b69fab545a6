"""Households with water meters, for whom billing reads, bills and answers: eight lines a bill, nobody real."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from services.billing import commands
from services.billing.commands import NewBillRun, NewTariff
from services.billing.domain.tariffs import tariff_from
from shared.auth import Actor
from shared.clock import TownClock
from shared.cloudevents import headers_of, value_of
from shared.events import Fact
from shared.events.accounts import AccountOpened, Commodity, ServiceStarted
from shared.events.inbound import MeterReading
from shared.events.meters import MeterFacts
from shared.ids import AccountId, AccountNumber, AgreementId, MeterId, ServicePointId, new_id, number_from
from shared.inbox import Inbox, Record
from shared.inbox.cursors import place_cursors
from shared.postgres import Cause
from shared.settings import Settings
from shared.tower import Running, tower_of

SET_COUNT = 500
CYCLE = "C1"
TOPIC = "inbound.meter-readings"
STARTED_ON = date(2026, 5, 31)
START_READING = 100
READ_AT = datetime(2026, 6, 30, 16, 0, tzinfo=UTC)
RUN_AT = datetime(2026, 7, 1, 14, 0, tzinfo=UTC)
LINES_COUNT = 8
_ORDINANCE: dict[str, Any] = {
    "title": "Everything on one bill",
    "unit": "hcf",
    "components": [
        {"kind": "fixed", "name": "customer", "label": "Customer charge", "service": "water", "amount": "6.50"},
        {
            "kind": "tiers", "name": "water", "label": "Water", "service": "water",
            "tiers": [{"through": "3", "rate": "3.81"}, {"through": "6", "rate": "4.35"}, {"rate": "5.12"}],
        },
        {
            "kind": "percentage", "name": "sewer", "label": "Sewer", "service": "sewer", "percent": "159",
            "of": ["water"],
        },
        {"kind": "adjustment", "name": "power", "label": "Pumping", "service": "electric", "rate": "0.0731"},
        {"kind": "fixed", "name": "sanitation", "label": "Sanitation", "service": "other", "amount": "18.00"},
        {"kind": "tax", "name": "tax", "label": "Sales tax", "service": "other", "percent": "6.625"},
    ],
}  # fmt: skip
for _component in _ORDINANCE["components"]:
    _component["rule"] = "Ordinance of the bench, section 1"
"""Eight lines on every bill: who uses more than six units is in all three tiers."""


def billing(settings: Settings, parts: Sequence[Any] = ()) -> Running:
    """Billing on the first of July, 2026."""
    clock = TownClock(settings.zone, RUN_AT - datetime.now(UTC))
    return Running(tower_of("billing"), settings, clock, parts)


async def settle_in(running: Running, count: int) -> None:
    """Accounts, agreements and meters that start with a reading; and the tariff they are billed by."""
    await load_ordinance(running)
    for first in range(1, count + 1, SET_COUNT):
        people = [_household(serial) for serial in range(first, min(first + SET_COUNT, count + 1))]
        async with running.begin(Actor.service("bench"), Cause("bench")) as tx:
            await commands.keep_accounts(tx, [opened for opened, _ in people])
            await commands.start_services(tx, [started for _, started in people])
        await _analyze(running)


async def load_ordinance(running: Running) -> None:
    """The tariff that all are billed by."""
    async with running.begin(Actor.service("bench"), Cause("bench")) as tx:
        new = NewTariff(rate_code="ALL", effective_on=date(2020, 1, 1), body=tariff_from(_ORDINANCE))
        await commands.load_tariff(tx, new)


async def _analyze(running: Running) -> None:
    async with running.pool.acquire() as connection:
        await connection.execute("ANALYZE")


def used(serial: int) -> int:
    """What a household uses in a month; `periods.py` has it in SQL, too."""
    return 7 + serial % 30


def readings(serials: range, periods_count: int = 0) -> list[list[Record]]:
    """What a head-end read at these meters after so many months, as records of the inbound topic, in sets."""
    records = [_record(serial - 1, reading(serial, periods_count)) for serial in serials]
    return [records[at : at + SET_COUNT] for at in range(0, len(records), SET_COUNT)]


def reading(serial: int, periods_count: int = 0, much: int = 1) -> MeterReading:
    """What a meter shows at the end of the month in which so much of the usual was used."""
    read_at = READ_AT + timedelta(seconds=serial % 3_600)
    value = START_READING + (periods_count + much) * used(serial)
    return MeterReading(meter_serial=f"N-{serial}", value=value, read_at=read_at)


async def hear(running: Running, sets: Sequence[Sequence[Record]]) -> None:
    """Hear records as the listener does."""
    inbox = Inbox("billing.inbound", running.tower.hearing, running.database)
    async with running.begin(Actor.service("bench"), Cause("bench")) as tx:
        await place_cursors(tx, inbox.consumer, {(TOPIC, 0): 0})
    for records in sets:
        await inbox.take(records)


async def run_bills(running: Running, cycle: str = CYCLE) -> None:
    """A bill run over a cycle, to its end."""
    async with running.begin(Actor.service("bench"), Cause("bench")) as tx:
        await commands.start_bill_run(tx, NewBillRun(cycle=cycle, from_on=date(2026, 6, 1), through_on=READ_AT.date()))
    while await running.worker.work_chunk():
        pass


def _household(serial: int) -> tuple[AccountOpened, ServiceStarted]:
    account_id = AccountId(new_id())
    opened = AccountOpened(
        account_id=account_id, account_number=AccountNumber(number_from(serial)), holder_name=f"Resident {serial}",
        service_address=f"{serial} Main Street, Springfield NJ 07081",
        mailing_address=f"{serial} Main Street, Springfield NJ 07081", billing_cycle=CYCLE, opened_on=STARTED_ON,
    )  # fmt: skip
    meter = MeterFacts(meter_id=MeterId(new_id()), serial=f"N-{serial}", dials=6, multiplier=1, unit="hcf")
    started = ServiceStarted(
        account_id=account_id, agreement_id=AgreementId(new_id()), service_point_id=ServicePointId(new_id()),
        commodity=Commodity.WATER, rate_code="ALL", billing_cycle=CYCLE, started_on=STARTED_ON, meter=meter,
        start_reading=START_READING, origin="conversion",
    )  # fmt: skip
    return opened, started


def _record(offset: int, fact: Fact) -> Record:
    event_id: UUID = new_id()
    headers = headers_of(fact, event_id, READ_AT, str(event_id), None)
    return Record(TOPIC, 0, offset, fact.key().encode(), value_of(fact), headers)
