"""Story 5 of the rulebook: the meter is right, so the dispute ends with a new due date.

Never: interest for the time in which it was disputed; a notice for it; a cent given back for an error within tolerance.
"""

import pytest

from tests.stories.maple_street import ANAS_BILL_CENTS, balance_cents, with_a_bill
from tests.stories.meter_on_the_bench import bill_of, doubts, found_of, put_on_the_bench
from tests.stories.weather import Telling

pytestmark = pytest.mark.concerns("billing")

WATER_CENTS, SEWER_CENTS = 11_430, 18_174


async def test_ana_s_meter_is_one_percent_fast_and_that_is_within_tolerance(story: Telling) -> None:
    """She questions the whole bill in March; in May she hears that it is right, and owes what it said and no more."""
    ana = await with_a_bill(story)
    bill_id = (await bill_of(story, ana))["bill_id"]
    dispute_id = await doubts(story, bill_id, water=WATER_CENTS, sewer=SEWER_CENTS)
    await put_on_the_bench(story, ana, 100)
    test = await found_of(story, ana)
    assert (test["finding"], test["credits"], test["total_cents"]) == ("within", [], 0)
    story.heard()
    await story.passes(days=72)
    assert not {"NoticeSent", "ShutoffAuthorized"} & set(story.heard())

    found = {"outcome": "upheld", "why": "The meter was tested and is within tolerance."}
    decided = await story.asks("billing", "senior", f"/disputes/{dispute_id}/decision", found)
    assert (decided["state"], decided["due_on"]) == ("upheld", "2026-05-28")
    await story.passes(days=15)
    assert "NoticeSent" not in story.heard()
    assert await balance_cents(story, ana) == ANAS_BILL_CENTS, "no interest for the disputed time"
    owed = await story.reads("billing", "csr", f"/accounts/{ana.account_id}/balance")
    assert (owed["past_due_cents"], owed["disputed_cents"]) == (0, 0)
    postings = (await story.reads("billing", "csr", f"/accounts/{ana.account_id}/postings"))["items"]
    assert [one["kind"] for one in postings if one["amount_cents"]] == ["bill"]
