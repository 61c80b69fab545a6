"""Story 4 of the rulebook: a fast meter gives back its whole error over the time it was wrong.

The bill stays as it was made: what is left of it is asked anew, with a due date of its own, and she hears it.
Never: a license touched; the error given back twice, as a credit and as a refund.
"""

import pytest

from tests.stories.maple_street import ANAS_BILL_CENTS, balance_cents, tickets_of, with_a_bill
from tests.stories.meter_on_the_bench import bill_of, doubts, found_of, put_on_the_bench
from tests.stories.weather import Telling

pytestmark = pytest.mark.concerns("accounts", "billing", "tickets")

WATER_CENTS, SEWER_CENTS = 11_430, 18_174
GIVEN_BACK = {"water": 168, "sewer": 268}
"""3 % of $114.30 and of $181.74, for 28 of the bill's 57 days: half of the time since January 2 counts as wrong."""


async def test_ana_s_meter_is_three_percent_fast_and_she_has_it_back_once(story: Telling) -> None:
    ana = await with_a_bill(story)
    bill = await bill_of(story, ana)
    dispute_id = await doubts(story, bill["bill_id"], water=WATER_CENTS, sewer=SEWER_CENTS)
    await put_on_the_bench(story, ana, 300)
    test = await found_of(story, ana)
    assert (test["finding"], test["credited_cents"]) == ("fast", 0)
    assert {line["service"]: line["amount_cents"] for line in test["credits"]} == GIVEN_BACK, (
        "not the excess over 1.5 %"
    )

    lines = [{"service": line["service"], "amount_cents": -line["amount_cents"]} for line in test["credits"]]
    form = {"account_id": ana.account_id, "bill_id": bill["bill_id"], "form": "meter_error", "cause": "fast_meter",
            "lines": lines, "why": "Three percent fast, test sheet 88"}  # fmt: skip
    credited = await story.now("billing", "billing", "/adjustments", form)
    await story.now("billing", "billing", "/adjustments", form, expects=409)
    decision = {"outcome": "adjusted", "adjustment_id": credited["adjustment_id"], "why": "The meter was fast."}
    decided = await story.asks("billing", "senior", f"/disputes/{dispute_id}/decision", decision)
    assert (decided["state"], decided["due_on"]) == ("adjusted", "2026-03-17")

    left = ANAS_BILL_CENTS - sum(GIVEN_BACK.values())
    assert await balance_cents(story, ana) == left
    assert (await found_of(story, ana))["credited_cents"] == sum(GIVEN_BACK.values())
    again = await bill_of(story, ana)
    assert (again["total_cents"], again["open_cents"]) == (ANAS_BILL_CENTS, left), "a bill is never changed"
    (ticket,) = await tickets_of(story, ana, "billing.incorrect_charge")
    assert (ticket["state"], ticket["resolution_code"]) == ("closed", "adjusted")
    assert "corrected" in ticket["resolution_text"]

    said = story.heard()
    assert (said.count("MeterTested"), said.count("AdjustmentPosted"), said.count("DisputeDecided")) == (1, 1, 1)
    assert not [name for name in said if "License" in name or "Refund" in name]
    postings = (await story.reads("billing", "csr", f"/accounts/{ana.account_id}/postings"))["items"]
    assert [one["kind"] for one in postings if one["amount_cents"]] == ["adjustment", "bill"]
