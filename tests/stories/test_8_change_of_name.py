"""Story 8 of the rulebook: a change of name, and of where the bills go.

The next bill carries the new name and goes to the new address. Never: history rewritten.
"""

from typing import Any

import pytest

from tests.stories.maple_street import Home, with_a_bill
from tests.stories.weather import Telling

pytestmark = pytest.mark.concerns("accounts", "billing")


async def bills_of(story: Telling, home: Home) -> list[Any]:
    """Ana's bills, whole, the first one first."""
    page = await story.reads("billing", "csr", f"/accounts/{home.account_id}/bills")
    bills = [await story.reads("billing", "csr", f"/bills/{line['bill_id']}") for line in page["items"]]
    return sorted(bills, key=lambda bill: str(bill["bill_id"]))


async def test_ana_marries_and_moves_and_the_next_bill_knows_it(story: Telling) -> None:
    home = await with_a_bill(story)
    (first,) = await bills_of(story, home)
    account = await story.reads("accounts", "csr", f"/accounts/{home.account_id}")
    new_name = {"name": "Ana Ortiz", "evidence": "Marriage certificate 2026-114"}
    await story.asks("accounts", "csr", f"/people/{account['holder_id']}/name-changes", new_name)
    moved = {"mailing_address": "PO Box 9", "evidence": "Change-of-address form, signed"}
    await story.asks("accounts", "csr", f"/accounts/{home.account_id}/address-changes", moved)
    said = story.heard()
    assert (said.count("HolderNameChanged"), said.count("MailingAddressChanged")) == (1, 1)

    reading = {"meter_serial": "M-12", "value": 150, "read_at": story.town.clock.now().isoformat()}
    await story.asks("billing", "billing", "/readings", {"readings": [reading]})
    await story.passes(days=1)
    run = {"cycle": "maple", "from_on": "2026-03-01", "through_on": "2026-04-30"}
    await story.asks("billing", "billing", "/bill-runs", run)

    before, after = await bills_of(story, home)
    assert (after["holder_name"], after["mailing_address"]) == ("Ana Ortiz", "PO Box 9")
    assert before == first, "a bill that was made keeps its name"
    now = await story.reads("accounts", "csr", f"/accounts/{home.account_id}")
    assert now["holder_id"] == account["holder_id"], "a change of name is not a change of owner"
    (file,) = (await story.reads("accounts", "csr", "/data-processing-files"))["items"]
    assert file["lines_count"] == 1
