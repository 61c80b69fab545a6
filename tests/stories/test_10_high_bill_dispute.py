"""Stories 5 and 10 of the rulebook: a dispute holds the disputed part only, and ends with a decision.

Never: a shut-off for what is disputed; a hold on what is not.
"""

import pytest

from tests.stories.maple_street import (
    ANAS_BILL_CENTS,
    Home,
    balance_cents,
    due_to_be_shut_off,
    order_of,
    pays,
    with_a_bill,
)
from tests.stories.weather import Telling

pytestmark = pytest.mark.concerns("accounts", "billing", "payments")

WATER_CENTS, SEWER_CENTS = 11_430, 18_174
FOUND = {"outcome": "upheld", "why": "The meter was tested and is within tolerance."}


async def bill_of(story: Telling, home: Home) -> str:
    """Ana's one bill."""
    (bill,) = (await story.reads("billing", "csr", f"/accounts/{home.account_id}/bills"))["items"]
    return str(bill["bill_id"])


async def disputes(story: Telling, bill_id: str, **cents: int) -> str:
    """Ana calls, and Rosa writes down what she questions."""
    lines = [{"service": service, "amount_cents": amount} for service, amount in cents.items()]
    form = {"reason_code": "high_use", "lines": lines, "why": "We were away all of January."}
    opened = await story.asks("billing", "csr", f"/bills/{bill_id}/dispute", form)
    return str(opened["dispute_id"])


def beside_the_desk(said: list[str]) -> list[str]:
    """What was said, without what the desk says of its tickets."""
    return [name for name in said if not name.startswith("Ticket")]


async def test_ana_pays_what_she_does_not_dispute_and_keeps_her_water(story: Telling) -> None:
    """She questions the sewer charge, pays the water, and hears in July that the bill was right."""
    ana = await with_a_bill(story)
    dispute_id = await disputes(story, await bill_of(story, ana), sewer=SEWER_CENTS)
    await pays(story, ana, WATER_CENTS)
    story.heard()
    await story.passes(days=61)
    await story.passes(days=11)
    assert not {"NoticeSent", "ShutoffAuthorized", "ServiceOrderRequested"} & set(story.heard())
    owed = await story.reads("billing", "csr", f"/accounts/{ana.account_id}/balance")
    assert (owed["balance_cents"], owed["past_due_cents"], owed["disputed_cents"]) == (SEWER_CENTS, 0, SEWER_CENTS)

    decided = await story.asks("billing", "senior", f"/disputes/{dispute_id}/decision", FOUND)
    assert (decided["state"], decided["due_on"]) == ("upheld", "2026-05-28")
    said = story.heard()
    assert beside_the_desk(said) == ["DisputeDecided", "BalanceChanged"]
    assert "TicketClosed" in said, "she has her answer"
    await story.passes(days=15)
    assert "NoticeSent" not in story.heard()
    await pays(story, ana, SEWER_CENTS)
    assert await balance_cents(story, ana) == 0


async def test_a_dispute_of_the_whole_debt_calls_the_crew_back(story: Telling) -> None:
    """The order for the shut-off is called off; had she disputed a part, the crew would go for the rest."""
    ana, _ = await due_to_be_shut_off(story)
    story.heard()
    bill_id = await bill_of(story, ana)
    part = await disputes(story, bill_id, sewer=SEWER_CENTS)
    said = story.heard()
    assert (beside_the_desk(said), "TicketOpened" in said) == (["DisputeOpened"], True)
    assert (await order_of(story, ana, "nonpayment_shutoff"))["state"] == "requested"
    await story.asks("billing", "senior", f"/disputes/{part}/decision", {"outcome": "withdrawn", "why": "By phone."})
    story.heard()
    await disputes(story, bill_id, water=WATER_CENTS, sewer=SEWER_CENTS)
    said = story.heard()
    assert beside_the_desk(said)[:2] == ["DisputeOpened", "ShutoffWithdrawn"]
    assert "ServiceOrderCancelled" in said
    assert (await order_of(story, ana, "nonpayment_shutoff"))["state"] == "cancelled"
    assert await balance_cents(story, ana) == ANAS_BILL_CENTS
