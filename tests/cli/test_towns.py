"""The operator's day in a town of five processes: how it is, what was set aside, its clock, its read models."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from cli.addresses import SERVICES
from shared.cloudevents import headers_of, value_of
from shared.events.payments import PaymentPosted, Tender
from shared.ids import InvoiceId, PaymentId, new_id
from tests.cli.conftest import Curbstop, leave_addresses
from tests.rooms import MONDAY_TEN_O_CLOCK
from town.apart import TownApart
from town.ground import Ground
from town.issuer import Issuer

pytestmark = pytest.mark.processes


def leave(folder: Path, town: TownApart) -> None:
    settings = town.settings
    leave_addresses(
        folder, services={service: f"http://127.0.0.1:{port}" for service, port in town.ports.items()},
        kafka=settings.kafka, issuer=settings.oidc_issuer, postgres=settings.postgres,
        topic_prefix=settings.topic_prefix, database_prefix=settings.database_prefix,
    )  # fmt: skip


async def stray_payment(town: TownApart) -> str:
    """Money for an invoice that nobody raised; its key."""
    posted = PaymentPosted(
        payment_id=PaymentId(uuid4()), account_id=None, invoice_id=InvoiceId(uuid4()), amount_cents=1200,
        tender=Tender.CASH, receipt_number="FRONT-1", received_on=MONDAY_TEN_O_CLOCK.date(),
        posted_at=MONDAY_TEN_O_CLOCK,
    )  # fmt: skip
    headers = headers_of(posted, new_id(), MONDAY_TEN_O_CLOCK, "stray", None)
    await town.publish("payments", posted.key().encode(), value_of(posted), headers)
    await town.settle()
    return posted.key()


async def test_an_operators_day(ground: Ground, tmp_path: Path, curbstop: Curbstop) -> None:
    issuer = Issuer(tmp_path, "https://issuer.curbstop.test", environment="test")
    async with TownApart.built(ground, issuer, tmp_path / "services") as town:
        leave(tmp_path, town)
        status = await curbstop("town", "status", "--json")
        assert {row["service"]: row["state"] for row in status.json} == dict.fromkeys(SERVICES, "ready"), status.out
        assert status.code == 0
        assert "licensing" in (await curbstop("town", "status")).out

        key = await stray_payment(town)
        [waiting] = (await curbstop("aside", "list", "--service", "licensing", "--json")).json
        assert (waiting["key"], waiting["first_type"], waiting["events_count"]) == (key, "payments.PaymentPosted", 1)
        [event] = (await curbstop("aside", "show", "licensing", key, "--json")).json
        replayed = await curbstop("aside", "replay", "licensing", key, "--json")
        assert (replayed.code, replayed.json[0]["replayed_count"], replayed.json[0]["left_count"]) == (1, 0, 1)
        given_up = await curbstop(
            "aside", "discard", "licensing", key, "--event", event["event_id"], "--why", "A test's money, nobody's."
        )
        assert given_up.code == 0, given_up.err
        assert (await curbstop("aside", "list")).out.strip() == "Nothing is set aside."
        gone = await curbstop("aside", "show", "licensing", key)
        assert (gone.code, "nothing aside" in gone.err) == (1, True)

        first: Any = (await curbstop("town", "turn", "--days", "30", "--json")).json
        second: Any = (await curbstop("town", "turn", "--days", "1", "--hours", "2", "--json")).json
        assert (first["offset_seconds"], second["offset_seconds"]) == (30 * 86_400, 31 * 86_400 + 7_200)
        assert (await curbstop("town", "turn")).code == 1

        assert (await curbstop("jobs", "list")).out.strip() == "No jobs."
        assert (await curbstop("jobs", "watch")).out.strip() == "No job is open."
        unknown = await curbstop("jobs", "watch", str(uuid4()))
        assert (unknown.code, "Nobody knows a job" in unknown.err) == (1, True)

        rebuilt = await curbstop("inbox", "rebuild", "payments", "--json")
        assert (rebuilt.code, rebuilt.json["service"]) == (0, "payments"), rebuilt.err
        assert (await curbstop("inbox", "rebuild", "parking")).code == 1
