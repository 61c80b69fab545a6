"""What services keep of each other's facts can be thrown away: filled again from the log, it is what it was."""

import asyncio
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import uuid4

from services.__main__ import SERVICES
from shared.events import accounts
from shared.events.meters import MeterFacts
from shared.ids import AccountId, AgreementId, MeterId, ServicePointId, new_id
from shared.inbox.rebuild import ReadModel, rebuild
from tests.broken.load import Load
from tests.licensing.dog import answers
from tests.rooms import StillClock
from tests.stories.maple_street import at_the_valve, moved_in, order_of, send_a_crew
from tests.stories.weather import Telling
from town.ground import Ground
from town.issuer import Issuer
from town.stand import Town

HOMES_COUNT = 400
OPENED_ON, CLOSED_ON = date(2026, 1, 2), date(2026, 2, 27)
METER = {"serial": "M-44", "size": '5/8"', "dials": 6, "multiplier": 1, "unit": "hcf"}
WATER = {"start": "conversion", "meter": METER, "started_on": "2026-01-02", "start_reading": 100}
CARD = {"discounts": ["senior"], "reason_code": "turned_65", "evidence": "Senior card seen at the counter."}

_TABLES = """
SELECT oid::regclass::text AS name FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
"""


async def test_an_operator_rebuilds_what_a_busy_town_knows(fair: Telling) -> None:
    """Homes read and paid for, one given up, dogs licensed and not: no row of any service is another afterwards."""
    load = Load(fair.town)
    await load.move_in()
    await load.run(lambda: sum(load.accepted_cents.values()) > 200_000)
    await ben_moves_out(fair)
    await dana_licenses_one_dog_of_two(fair)
    await load.check()
    for service in SERVICES:
        running = fair.town.running[service]
        before = await everything(fair.town, service)
        heard_count = await rebuild(running.database, running.tower.hearing, fair.town.settings)
        models = ReadModel(running.tower.hearing).tables
        assert bool(heard_count) is bool(models), service
        assert all(before[table] for table in models), f"nothing was in the read models of {service}"
        await fair.town.settle()
        after = await everything(fair.town, service)
        assert [name for name in before if before[name] != after[name]] == [], service


async def test_accounts_are_closed_while_a_read_model_is_filled(ground: Ground, issuer: Issuer) -> None:
    """What comes meanwhile is newer than anything in the log behind it, and stays."""
    async with Town.built(ground, StillClock(), issuer, ["billing", "payments"]) as town:
        homes = [(AccountId(new_id()), AgreementId(new_id())) for _ in range(HOMES_COUNT)]
        await asyncio.gather(*(say(town, moves_in(n, *home)) for n, home in enumerate(homes)))
        await town.settle()
        fillings = [
            asyncio.create_task(rebuild(running.database, running.tower.hearing, town.settings))
            for running in town.running.values()
        ]
        await asyncio.gather(*(say(town, moves_out(*home)) for home in homes))
        await asyncio.gather(*fillings)
        await town.settle()
        for service, table, ended_on in _ENDS:
            rows = await town.fetch(service, f"SELECT {ended_on} AS ended_on FROM {table}")
            assert [row["ended_on"] for row in rows] == [CLOSED_ON] * HOMES_COUNT, (service, table)


_ENDS = (
    ("billing", "accounts", "closed_on"),
    ("billing", "agreements", "stopped_on"),
    ("payments", "accounts", "closed_on"),
)


async def ben_moves_out(fair: Telling) -> None:
    """He showed his senior card before; the crew reads the meter and turns the water off; Rosa closes the account."""
    ben = await moved_in(fair, "Ben Okoro", "44 Canal Street", WATER)
    await fair.asks("accounts", "csr", f"/agreements/{ben.agreement_id}/rate-changes", CARD)
    await fair.asks("accounts", "csr", "/orders", {"kind": "turn_off", "agreement_id": ben.agreement_id})
    order = await order_of(fair, ben, "turn_off")
    await send_a_crew(fair, order["order_id"])
    await fair.asks("accounts", "field", f"/orders/{order['order_id']}/completion", at_the_valve(fair, reading=130))
    await fair.asks("accounts", "csr", f"/accounts/{ben.account_id}/closure")
    assert {"ServiceStopped", "AccountClosed"} <= set(fair.heard())


async def dana_licenses_one_dog_of_two(fair: Telling) -> None:
    """Biscuit's license is paid for; that of Crumb is approved, and then she gives him away."""
    approved = []
    for dog in ("Biscuit", "Crumb"):
        form = {"license_type": "dog", "applicant": {"name": "Dana Whitfield"}, "answers": answers(dog_name=dog)}
        filed = await fair.asks("licensing", "csr", "/applications", form)
        approved.append(await fair.asks("licensing", "licensing", f"/applications/{filed['application_id']}/approval"))
    biscuit, crumb = approved
    pay = {"invoice_number": biscuit["invoice_number"], "amount_cents": biscuit["amount_cents"], "tender": "cash"}
    await fair.asks("payments", "cashier", "/payments", pay)
    await fair.asks("licensing", "csr", f"/applications/{crumb['application_id']}/withdrawal")
    assert {"LicenseIssued", "InvoiceCancelled"} <= set(fair.heard())


def moves_in(n: int, account_id: AccountId, agreement_id: AgreementId) -> list[accounts.AccountsFact]:
    """What accounts says when somebody moves in."""
    address = f"{n + 1} Maple Street"
    opened = accounts.AccountOpened(
        account_id=account_id, account_number=f"{n:010d}", holder_name=f"Home {n}", billing_cycle="maple",
        service_address=address, mailing_address=address, opened_on=OPENED_ON, version=1,
    )  # fmt: skip
    meter = MeterFacts(meter_id=MeterId(new_id()), serial=f"M-{n}", dials=6, multiplier=1, unit="hcf")
    started = accounts.ServiceStarted(
        account_id=account_id, agreement_id=agreement_id, service_point_id=ServicePointId(uuid4()),
        commodity=accounts.Commodity.WATER, rate_code="water-residential", billing_cycle="maple",
        started_on=OPENED_ON, meter=meter, start_reading=0, origin="conversion", version=2,
    )  # fmt: skip
    return [opened, started]


def moves_out(account_id: AccountId, agreement_id: AgreementId) -> list[accounts.AccountsFact]:
    """What accounts says when somebody moves out."""
    stopped = accounts.ServiceStopped(
        account_id=account_id, agreement_id=agreement_id, stopped_on=CLOSED_ON, stop_reading=30, version=3
    )
    return [stopped, accounts.AccountClosed(account_id=account_id, closed_on=CLOSED_ON, version=4)]


async def say(town: Town, facts: Sequence[accounts.AccountsFact]) -> None:
    """Speak as accounts does: what is about one home, one after the other."""
    for fact in facts:
        await town.say(fact)


async def everything(town: Town, service: str) -> dict[str, list[str]]:
    """Every row of every table of a service, as text, in an order of its own."""
    tables = [row["name"] for row in await town.fetch(service, _TABLES)]
    return {name: await _rows(town, service, name) for name in sorted(tables)}


async def _rows(town: Town, service: str, table: str) -> list[Any]:
    rows = await town.fetch(service, f"SELECT to_jsonb(t)::text AS row FROM {table} t ORDER BY 1")
    return [row["row"] for row in rows]
