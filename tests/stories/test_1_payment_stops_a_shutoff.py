"""Story 1 of the rulebook: a payment at the counter calls back the crew that was on its way.

Never: executed after a payment was accepted; closed on a part payment; the cancel lost because it came first.
"""

import pytest

from tests.stories.maple_street import (
    ANAS_BILL_CENTS,
    at_the_valve,
    balance_cents,
    due_to_be_shut_off,
    order_of,
    pays,
    send_a_crew,
    tickets_of,
)
from tests.stories.weather import Telling

pytestmark = pytest.mark.concerns("accounts", "billing", "payments", "tickets")


async def test_ana_pays_while_the_crew_is_on_its_way(story: Telling) -> None:
    """The crew is recalled, the water stays on, the desk's ticket is closed with a text for her."""
    ana, order_id = await due_to_be_shut_off(story)
    assert await balance_cents(story, ana) == ANAS_BILL_CENTS
    await send_a_crew(story, order_id)
    assert (await order_of(story, ana, "nonpayment_shutoff"))["state"] == "dispatched"
    story.heard()

    await pays(story, ana, ANAS_BILL_CENTS)

    said = story.heard()
    for fact in ("PaymentPosted", "AccountCredited", "ShutoffWithdrawn", "ServiceOrderCancelled", "TicketClosed"):
        assert said.count(fact) == 1, said
    order = await order_of(story, ana, "nonpayment_shutoff")
    assert (order["state"], order["reason_code"]) == ("cancelled", "paid")
    assert await balance_cents(story, ana) == 0
    (ticket,) = await tickets_of(story, ana, "service.shutoff")
    assert ticket["state"] == "closed"
    assert "payment" in ticket["resolution_text"].lower()
    done = at_the_valve(story, reading=140)
    await story.asks("accounts", "field", f"/orders/{order_id}/completion", done, expects=409)


async def test_ana_pays_when_the_crew_has_been_cleared_at_the_valve(story: Telling) -> None:
    """Both had confirmed; the payment recalls it, and the crew's completion is refused with what to do."""
    ana, order_id = await due_to_be_shut_off(story)
    await send_a_crew(story, order_id)
    await story.asks("accounts", "field", f"/orders/{order_id}/call-ins")
    assert (await order_of(story, ana, "nonpayment_shutoff"))["asked"]["cleared_until"] is not None

    await pays(story, ana, ANAS_BILL_CENTS)

    refused = await story.asks(
        "accounts", "field", f"/orders/{order_id}/completion", at_the_valve(story, reading=140), expects=409
    )
    assert refused["remedy"]
    assert (await order_of(story, ana, "nonpayment_shutoff"))["state"] == "cancelled"


async def test_a_part_payment_calls_nobody_back(story: Telling) -> None:
    """She pays ten dollars of it: the debt is smaller, and what was authorized stands."""
    ana, _ = await due_to_be_shut_off(story)
    story.heard()

    await pays(story, ana, 1_000)

    said = story.heard()
    assert "AccountCredited" in said
    assert "ShutoffWithdrawn" not in said
    assert (await order_of(story, ana, "nonpayment_shutoff"))["state"] == "requested"
    assert await balance_cents(story, ana) == ANAS_BILL_CENTS - 1_000
    (ticket,) = await tickets_of(story, ana, "service.shutoff")
    assert ticket["state"] not in {"resolved", "closed"}
