"""Ana's bill is too high, she says, and has her meter tested: what stories 4 and 5 have in common."""

from typing import Any

from tests.stories.maple_street import Home, at_the_valve
from tests.stories.weather import Telling


async def bill_of(story: Telling, home: Home) -> Any:
    """Ana's one bill."""
    (bill,) = (await story.reads("billing", "csr", f"/accounts/{home.account_id}/bills"))["items"]
    return bill


async def doubts(story: Telling, bill_id: str, **cents: int) -> str:
    """Ana doubts her meter, and Rosa writes down what of the bill she questions."""
    lines = [{"service": service, "amount_cents": amount} for service, amount in cents.items()]
    form = {"reason_code": "meter_test", "lines": lines, "why": "Nothing changed in my house; the meter must be wrong."}
    opened = await story.now("billing", "csr", f"/bills/{bill_id}/dispute", form)
    await story.town.settle()
    return str(opened["dispute_id"])


async def put_on_the_bench(story: Telling, home: Home, error_hundredths: int) -> None:
    """A crew tests the meter at the wall: 300 is three percent fast. In any weather billing hears of it once."""
    asked = {"kind": "meter_test", "agreement_id": home.agreement_id, "purpose_code": "high_bill"}
    order_id = (await story.now("accounts", "csr", "/orders", asked))["order_id"]
    today = story.town.clock.now().astimezone(story.town.clock.zone).date().isoformat()
    plan = {"scheduled_on": today, "crew": "North"}
    await story.now("accounts", "csr", f"/orders/{order_id}/schedule", plan)
    await story.now("accounts", "csr", f"/orders/{order_id}/dispatch")
    found = at_the_valve(story, as_found_error_hundredths=error_hundredths, evidence=["Test sheet 88"])
    await story.asks("accounts", "field", f"/orders/{order_id}/completion", found)


async def found_of(story: Telling, home: Home) -> Any:
    """What billing makes of the one test of her meter."""
    (test,) = (await story.reads("billing", "csr", f"/meter-tests?account_id={home.account_id}"))["items"]
    return test
