"""Story 7 of the rulebook: Ana moves out and Ben moves in; one reading ends her service and begins his.

She gets a final bill at her new address, and by check what she had paid too much; he owes nothing of hers.
Never: a gap, an overlap, a day billed twice, a cent both refunded and credit.
"""

from typing import Any

import pytest

from tests.stories.maple_street import (
    Home,
    at_the_valve,
    balance_cents,
    moved_in,
    order_of,
    pays,
    send_a_crew,
    with_a_bill,
)
from tests.stories.weather import Telling

pytestmark = pytest.mark.concerns("accounts", "billing", "payments")


async def bills_of(story: Telling, home: Home) -> list[Any]:
    """An account's bills, whole, the first one first."""
    page = await story.reads("billing", "csr", f"/accounts/{home.account_id}/bills")
    bills = [await story.reads("billing", "csr", f"/bills/{line['bill_id']}") for line in page["items"]]
    return sorted(bills, key=lambda bill: str(bill["bill_id"]))


async def handed_over(story: Telling, ana: Home, ben: Home, reading: int) -> None:
    """Rosa orders the final reading; the crew reads the meter, and nobody touches the valve."""
    asked = {"kind": "final_reading", "agreement_id": ana.agreement_id, "next_agreement_id": ben.agreement_id}
    await story.asks("accounts", "csr", "/orders", asked)
    order = await order_of(story, ana, "final_reading")
    await send_a_crew(story, order["order_id"])
    await story.asks(
        "accounts", "field", f"/orders/{order['order_id']}/completion", at_the_valve(story, reading=reading)
    )


async def test_ana_moves_out_and_ben_moves_in_with_the_same_reading(story: Telling) -> None:
    ana = await with_a_bill(story)
    ben = await moved_in(story, "Ben Okoro", "12 Maple Street", {"start": "turn_on"})
    moved = {"mailing_address": "9 Harbor Road, Camden", "evidence": "Told at the counter, form 26-31"}
    await story.asks("accounts", "csr", f"/accounts/{ana.account_id}/address-changes", moved)
    await handed_over(story, ana, ben, reading=140)
    said = story.heard()
    assert (said.count("ServiceStopped"), said.count("ServiceStarted")) == (1, 1)
    owed_before = await balance_cents(story, ana)

    await story.passes(days=1)
    run = {"cycle": "maple", "from_on": "2026-03-01", "through_on": "2026-04-30"}
    await story.asks("billing", "billing", "/bill-runs", run)

    first, final = await bills_of(story, ana)
    assert (first["end"]["value"], final["begin"]["value"], final["end"]["value"]) == (130, 130, 140)
    assert (final["mailing_address"], final["quantity"]) == ("9 Harbor Road, Camden", "10")
    assert (final["state"], await balance_cents(story, ana) - owed_before) == ("issued", final["total_cents"])
    assert await bills_of(story, ben) == [], "he has used nothing yet"
    assert await balance_cents(story, ben) == 0
    await no_gap(story, ana, ben)
    await paid_back_what_was_too_much(story, ana, 51_32)
    await first_bill_begins_where_hers_ended(story, ben, final)


async def no_gap(story: Telling, ana: Home, ben: Home) -> None:
    """His service began on the day and with the reading that ended hers, and the valve was never shut."""
    account = await story.reads("accounts", "csr", f"/accounts/{ben.account_id}")
    (water,) = account["services"]
    hers = (await story.reads("accounts", "csr", f"/accounts/{ana.account_id}"))["services"][0]
    assert (water["started_on"], water["start_reading"]) == (hers["stopped_on"], hers["stop_reading"])
    assert water["off_since"] is None, "the water never stopped"
    closed = await story.asks("accounts", "csr", f"/accounts/{ana.account_id}/closure")
    assert closed["closed_on"] is not None


async def paid_back_what_was_too_much(story: Telling, ana: Home, cents: int) -> None:
    """She pays her bills and more; Rosa proposes the refund, Sam approves it, and Carla draws the check."""
    await pays(story, ana, await balance_cents(story, ana) + cents)
    asked = {"why": "Moved out, form 26-31"}
    refund = await story.asks("billing", "csr", f"/accounts/{ana.account_id}/refunds", asked)
    path = f"/refunds/{refund['refund_id']}"
    await story.asks("billing", "supervisor", f"{path}/approval", asked)
    payable = await story.reads("payments", "cashier", path)
    assert (payable["state"], payable["amount_cents"]) == ("payable", cents)
    assert (payable["payee"], payable["mail_to"]) == ("Ana Reyes", "9 Harbor Road, Camden")
    check = {"refund_id": refund["refund_id"], "check_number": "50117", "paid_on": payable["approved_on"]}
    await story.asks("payments", "cashier", "/refund-payments", {"checks": [check]})
    said = story.heard()
    assert (said.count("RefundApproved"), said.count("RefundPaid")) == (1, 1)
    assert (await story.reads("billing", "csr", path))["state"] == "paid"
    assert await balance_cents(story, ana) == 0


async def first_bill_begins_where_hers_ended(story: Telling, ben: Home, final: Any) -> None:
    """A month later Ben's first bill is held for review; it begins on the day on which hers ended."""
    await story.passes(days=30)
    reading = {"meter_serial": "M-12", "value": 150, "read_at": story.town.clock.now().isoformat()}
    await story.asks("billing", "billing", "/readings", {"readings": [reading]})
    run = {"cycle": "maple", "from_on": "2026-03-01", "through_on": "2026-04-30"}
    await story.asks("billing", "billing", "/bill-runs", run)
    assert story.heard().count("BillHeld") == 1
    (first,) = await bills_of(story, ben)
    assert (first["period_start_on"], first["begin"]["value"]) == (final["period_end_on"], 140)
    assert first["quantity"] == "10"
