"""The misread meter behind a bill that is too high: cancelled with a supervisor's approval, corrected, billed anew.

Never: a cent of what was paid lost; a bill changed; one's own correction approved; two bills for one period.
"""

from typing import Any

import pytest

from tests.stories.maple_street import ANAS_BILL_CENTS, Home, balance_cents, pays, with_a_bill
from tests.stories.weather import Telling

pytestmark = pytest.mark.concerns("billing", "payments", "tickets")

MISREAD = {"reason_code": "misread_meter", "why": "The photograph shows 113; 130 was keyed."}
SEEN = {"why": "I looked at the photograph."}
RIGHT_CENTS = 12_828
"""13 hcf x $3.81 = $49.53; sewer 159 % of it = $78.75."""


async def bills_of(story: Telling, home: Home) -> list[Any]:
    """Ana's bills, the newest first."""
    page = await story.reads("billing", "csr", f"/accounts/{home.account_id}/bills")
    return list(page["items"])


async def test_ana_is_billed_for_what_she_used_and_what_she_paid_is_hers(story: Telling) -> None:
    """She paid $100.00 of $296.04 before anybody looked; of the right bill, $28.28 is left to pay."""
    ana = await with_a_bill(story)
    (wrong,) = await bills_of(story, ana)
    assert wrong["total_cents"] == ANAS_BILL_CENTS
    await pays(story, ana, 10_000)

    proposed = await story.asks("billing", "billing", f"/bills/{wrong['bill_id']}/cancellation", MISREAD)
    assert proposed["state"] == "proposed"
    assert await balance_cents(story, ana) == ANAS_BILL_CENTS - 10_000
    story.heard()
    approval = f"/cancellations/{proposed['cancellation_id']}/approval"
    await story.asks("billing", "billing", approval, SEEN, expects=403)
    await story.asks("billing", "supervisor", approval, SEEN)
    assert story.heard() == ["BillCancelled", "BalanceChanged"]
    assert await balance_cents(story, ana) == -10_000

    page = await story.reads("billing", "csr", f"/readings?account_id={ana.account_id}")
    (misread,) = [one for one in page["items"] if one["value"] == 130]
    right = {"value": 113, "why": MISREAD["why"]}
    await story.asks("billing", "billing", f"/readings/{misread['reading_id']}/correction", right)
    rebilled = await story.asks("billing", "billing", f"/bills/{wrong['bill_id']}/rebill")
    assert (rebilled["version"], rebilled["total_cents"]) == (2, RIGHT_CENTS)
    assert await story.asks("billing", "billing", f"/bills/{wrong['bill_id']}/rebill") == rebilled
    said = story.heard()
    assert (said.count("BillIssued"), said.count("ReadingAccepted")) == (1, 1)

    assert await balance_cents(story, ana) == RIGHT_CENTS - 10_000
    new, old = await bills_of(story, ana)
    assert (new["bill_id"], new["open_cents"], old["state"]) == (rebilled["bill_id"], RIGHT_CENTS - 10_000, "cancelled")
    postings = (await story.reads("billing", "csr", f"/accounts/{ana.account_id}/postings"))["items"]
    assert [one["kind"] for one in postings] == ["bill", "bill_cancellation", "payment", "bill"]
    trial = await story.reads("billing", "billing", "/trial-balance")
    assert (trial["difference_cents"], trial["accounts_cents"]) == (0, RIGHT_CENTS - 10_000)


async def test_the_cycle_is_looked_at_and_released_by_another_than_who_ran_it(fair: Telling) -> None:
    """Bea runs it for review, holds nothing, and Sam releases it; Ana owes only from then on."""
    ana = await with_a_bill(fair)
    reading = {"meter_serial": "M-12", "value": 160, "read_at": "2026-03-02T12:00:00Z"}
    await fair.asks("billing", "billing", "/readings", {"readings": [reading]})
    page = await fair.reads("billing", "csr", f"/readings?account_id={ana.account_id}&state=flagged")
    for one in page["items"]:
        await fair.asks("billing", "billing", f"/readings/{one['reading_id']}/acceptance", {"why": "A pool."})
    fair.heard()
    run = {"cycle": "maple", "from_on": "2026-03-01", "through_on": "2026-03-31", "issue": "after_review"}
    job_id = (await fair.asks("billing", "billing", "/bill-runs", run))["job_id"]
    assert fair.heard() == []
    review = await fair.reads("billing", "csr", f"/bill-runs/{job_id}/review")
    assert (review["waiting_count"], len(review["outliers"])) == (1, 1)
    await fair.asks("billing", "billing", f"/bill-runs/{job_id}/release", expects=403)
    await fair.asks("billing", "supervisor", f"/bill-runs/{job_id}/release")
    assert fair.heard() == ["BillIssued", "BalanceChanged"]
    assert await balance_cents(fair, ana) == ANAS_BILL_CENTS * 2
