"""Story 2 of the rulebook: a shut-off account pays, and a crew brings the water back."""

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


async def test_ana_is_shut_off_pays_and_has_water_again(story: Telling) -> None:
    """Shut off at the valve after both have confirmed; paid; reconnected with a reading; the tickets are closed."""
    ana, order_id = await due_to_be_shut_off(story)
    await send_a_crew(story, order_id)
    await story.asks("accounts", "field", f"/orders/{order_id}/call-ins")
    await story.asks("accounts", "field", f"/orders/{order_id}/completion", at_the_valve(story, reading=140))
    assert (await order_of(story, ana, "nonpayment_shutoff"))["state"] == "completed"
    story.heard()

    await pays(story, ana, ANAS_BILL_CENTS)

    said = story.heard()
    assert said.count("ReconnectionAuthorized") == 1, said
    assert "ShutoffWithdrawn" not in said
    back_on = await order_of(story, ana, "reconnection")
    assert back_on["state"] == "requested"

    await send_a_crew(story, back_on["order_id"])
    await story.asks("accounts", "field", f"/orders/{back_on['order_id']}/completion", at_the_valve(story, reading=140))

    assert (await order_of(story, ana, "reconnection"))["state"] == "completed"
    account = await story.reads("accounts", "csr", f"/accounts/{ana.account_id}")
    assert account["services"][0]["off_since"] is None
    assert await balance_cents(story, ana) == 0
    for category in ("service.shutoff", "service.reconnection"):
        (ticket,) = await tickets_of(story, ana, category)
        assert ticket["state"] == "closed", category
        assert ticket["resolution_text"]
