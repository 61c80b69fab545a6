"""Maria is on the phone about her bill: Rosa finds it, reads her each line, and keeps the paper to send it again."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from structlog.testing import capture_logs

from cli.bills import unpaid
from services.accounts.app import tower as accounts
from services.billing.app import tower as billing
from shared.auth import Role
from shared.events.inbound import MeterReading
from shared.ids import new_id
from tests.accounts.conftest import a_service, an_account, opened, poster
from tests.billing.tariffs import nyc_body
from tests.cli.conftest import Curbstop, Ran, leave_addresses
from tests.rooms import MONDAY_TEN_O_CLOCK, Rooms, ServiceFactory
from tests.test_generated_requests import served


@dataclass(frozen=True)
class Desk:
    """Rosa at her terminal."""

    curbstop: Curbstop
    token: str
    number: str

    async def asks(self, *args: str) -> Ran:
        """What `curbstop bill …` answers her."""
        return await self.curbstop("bill", *args, CURBSTOP_TOKEN=self.token)


@pytest.fixture
async def rosa(service: ServiceFactory, tmp_path: Path, curbstop: Curbstop) -> AsyncIterator[Desk]:
    """Rosa, in a town whose accounts know Maria and whose billing billed her."""
    known, books = await service(accounts), await service(billing)
    since_january = a_service(started_on="2026-01-31")
    [maria] = await opened(poster(known), an_account(services=[since_january]))
    heard = [fact for fact in await known.said() if fact.event_type() in billing.hearing.handlers]
    await books.tell(*heard, MeterReading(meter_serial="M-88123", value=4721, read_at=MONDAY_TEN_O_CLOCK))
    await bill(books)
    # The services answer in this process: what they log is kept out of what Rosa reads.
    async with served(known) as accounts_address, served(books) as billing_address:
        leave_addresses(tmp_path, services={"accounts": accounts_address, "billing": billing_address})
        with capture_logs():
            yield Desk(curbstop, books.issuer.mint_role(Role.CSR), maria["account_number"])


async def bill(books: Rooms) -> None:
    """Bea loads the tariff and runs every cycle."""
    bea = books.http("billing")
    tariff = {"rate_code": "W-RES", "effective_on": "2023-07-01", "body": nyc_body()}
    assert (await bea.post("/tariffs", json=tariff)).status_code == 201
    async with books.tx() as tx:
        [cycle] = [row["billing_cycle"] for row in await tx.fetch("SELECT DISTINCT billing_cycle FROM agreements")]
    run = {"cycle": cycle, "from_on": "2026-02-01", "through_on": "2026-03-31"}
    started = await bea.post("/bill-runs", json=run, headers={"Idempotency-Key": str(uuid4())})
    assert started.status_code == 202, started.text
    await books.work()


async def test_rosa_reads_maria_her_bill(rosa: Desk) -> None:
    [bill] = (await rosa.asks("list", rosa.number, "--json")).json
    listed = (await rosa.asks("list", f"{rosa.number[:3]} {rosa.number[3:6]} {rosa.number[6:]}")).out
    assert bill["bill_id"] in listed

    shown = await rosa.asks("show", bill["bill_id"])
    assert shown.code == 0, shown.err
    for said in ("Maria", rosa.number, "The meter went from 4711 to 4721", "Water", "x $3.81 per hcf", "159 %"):
        assert said in shown.out, shown.out
    assert "redondeado al centavo" in (await rosa.asks("show", bill["bill_id"], "--language", "es")).out
    assert (await rosa.asks("show", bill["bill_id"], "--json")).json["bill_id"] == bill["bill_id"]


async def test_rosa_keeps_the_paper(rosa: Desk, tmp_path: Path) -> None:
    [bill] = (await rosa.asks("list", rosa.number, "--json")).json
    pdf, page = tmp_path / "bill.pdf", tmp_path / "factura.html"
    assert "bytes" in (await rosa.asks("save", bill["bill_id"], str(pdf))).out
    assert pdf.read_bytes().startswith(b"%PDF-")
    assert (await rosa.asks("save", bill["bill_id"], str(page), "--language", "es")).code == 0
    assert '<html lang="es">' in page.read_text("utf-8")


async def test_what_cannot_be_shown_is_said_plainly(rosa: Desk, tmp_path: Path) -> None:
    for args, said in [
        (("show", str(new_id())), "A bill is known by its id."),
        (("list", "Maria"), "ten digits"),
        (("list", "1234567890"), "account"),
        (("save", str(new_id()), str(tmp_path / "bill.docx")), ".pdf or .html"),
        (("save", str(new_id()), str(tmp_path / "bill.pdf")), "A bill is known by its id."),
    ]:
        ran = await rosa.asks(*args)
        assert (ran.code, said in ran.err) == (1, True), ran.err
    assert [*tmp_path.glob("bill.*")] == []


def test_under_a_budget_plan_a_bill_says_what_it_asks() -> None:
    plan = {"asked_cents": 10_500, "balance_cents": 4_302}
    bill = {"open_cents": 5_000, "budget": None}
    assert unpaid(bill) == "$50.00 of it is not paid"
    assert unpaid({**bill, "budget": plan}) == (
        "the budget plan asks $105.00, and $50.00 of it is not paid; the plan is $43.02 behind"
    )
    assert unpaid({**bill, "budget": {**plan, "balance_cents": -1}}).endswith("the plan is $0.01 ahead")
