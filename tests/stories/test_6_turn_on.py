"""Story 6 of the rulebook: from the request to the first bill, which a person has looked at.

Never: two orders from a double click; the last tenant's debt.
"""

from uuid import uuid4

import pytest

from tests.stories.maple_street import (
    ANAS_BILL_CENTS,
    TARIFF,
    at_the_valve,
    balance_cents,
    moved_in,
    order_of,
    send_a_crew,
    tickets_of,
    with_a_bill,
)
from tests.stories.weather import Telling

pytestmark = pytest.mark.concerns("accounts", "billing", "tickets")

METER = {"serial": "M-44", "size": '5/8"', "dials": 6, "multiplier": 1, "unit": "hcf"}


async def test_ben_moves_in_and_gets_a_first_bill_that_was_looked_at(story: Telling) -> None:
    """Rosa orders it, the crew turns it on with a reading, the first bill is held until Bea releases it."""
    await story.now("billing", "billing", "/tariffs", TARIFF)
    ben = await moved_in(story, "Ben Okoro", "44 Canal Street", {"start": "turn_on", "meter": METER})
    await story.asks("accounts", "csr", "/orders", {"kind": "turn_on", "agreement_id": ben.agreement_id})
    order = await order_of(story, ben, "turn_on")
    await send_a_crew(story, order["order_id"])
    await story.asks("accounts", "field", f"/orders/{order['order_id']}/completion", at_the_valve(story, reading=500))
    assert "ServiceStarted" in story.heard()

    await story.passes(days=30)
    reading = {"meter_serial": "M-44", "value": 530, "read_at": story.town.clock.now().isoformat()}
    await story.asks("billing", "billing", "/readings", {"readings": [reading]})
    run = {"cycle": "maple", "from_on": "2026-03-01", "through_on": "2026-04-30"}
    await story.asks("billing", "billing", "/bill-runs", run)
    said = story.heard()
    assert said.count("BillHeld") == 1
    assert "BillIssued" not in said
    assert await balance_cents(story, ben) == 0

    (bill,) = (await story.reads("billing", "billing", f"/accounts/{ben.account_id}/bills"))["items"]
    await story.asks("billing", "billing", f"/bills/{bill['bill_id']}/release")
    assert story.heard().count("BillIssued") == 1
    assert await balance_cents(story, ben) == bill["total_cents"]
    for category in ("service.turn_on", "billing.review"):
        (ticket,) = await tickets_of(story, ben, category)
        assert ticket["state"] == "closed", category


async def test_rosa_clicks_twice_and_one_crew_goes(fair: Telling) -> None:
    """The same click again gives the first answer again; another request for the same point is refused."""
    ben = await moved_in(fair, "Ben Okoro", "44 Canal Street", {"start": "turn_on", "meter": METER})
    click = {"Idempotency-Key": str(uuid4())}
    wanted = {"kind": "turn_on", "agreement_id": ben.agreement_id}
    rosa = fair.town.http("accounts", "csr")
    first = await rosa.post("/orders", json=wanted, headers=click)
    second = await rosa.post("/orders", json=wanted, headers=click)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["order_id"] == second.json()["order_id"]
    refused = await fair.asks("accounts", "csr", "/orders", wanted, expects=409)
    assert refused["remedy"]
    assert fair.heard().count("ServiceOrderRequested") == 1


async def test_the_next_tenant_does_not_inherit_the_debt(fair: Telling) -> None:
    """Ana owes for 12 Maple Street; Cleo, who moves in after her, owes nothing."""
    ana = await with_a_bill(fair)
    cleo = await moved_in(fair, "Cleo Marsh", "12 Maple Street", {"start": "turn_on", "number": 2, "meter": METER})
    await fair.asks("accounts", "csr", "/orders", {"kind": "turn_on", "agreement_id": cleo.agreement_id})
    order = await order_of(fair, cleo, "turn_on")
    await send_a_crew(fair, order["order_id"])
    await fair.asks("accounts", "field", f"/orders/{order['order_id']}/completion", at_the_valve(fair, reading=0))
    assert await balance_cents(fair, ana) == ANAS_BILL_CENTS
    assert await balance_cents(fair, cleo) == 0
