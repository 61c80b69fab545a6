"""Story 8 of the rulebook: a change of name, and of where the bills go.

The next bill carries the new name and goes to the new address; her dog's license is amended. Never: history rewritten.
"""

from typing import Any

import pytest

from tests.licensing.dog import answers
from tests.stories.maple_street import Home, with_a_bill
from tests.stories.weather import Telling

pytestmark = pytest.mark.concerns("accounts", "billing", "licensing")


async def bills_of(story: Telling, home: Home) -> list[Any]:
    """Ana's bills, whole, the first one first."""
    page = await story.reads("billing", "csr", f"/accounts/{home.account_id}/bills")
    bills = [await story.reads("billing", "csr", f"/bills/{line['bill_id']}") for line in page["items"]]
    return sorted(bills, key=lambda bill: str(bill["bill_id"]))


async def with_a_license(story: Telling, person_id: str) -> Any:
    """Ana's license for Biscuit, paid at the counter before anything else happens."""
    applicant = {"name": "Ana Reyes", "person_id": person_id}
    form = {"license_type": "dog", "applicant": applicant, "answers": answers(owner_name="Ana Reyes")}
    biscuit = (await story.now("licensing", "csr", "/applications", form))["application_id"]
    approved = await story.now("licensing", "licensing", f"/applications/{biscuit}/approval")
    await story.town.settle()
    pay = {"invoice_number": approved["invoice_number"], "amount_cents": approved["amount_cents"], "tender": "cash"}
    await story.now("payments", "cashier", "/payments", pay)
    await story.town.settle()
    page = await story.reads("licensing", "csr", f"/applications/{biscuit}")
    return await story.reads("licensing", "csr", f"/licenses/{page['license']['license_id']}")


async def test_ana_marries_and_moves_and_the_next_bill_knows_it(story: Telling) -> None:
    home = await with_a_bill(story)
    (first,) = await bills_of(story, home)
    account = await story.reads("accounts", "csr", f"/accounts/{home.account_id}")
    license_ = await with_a_license(story, account["holder_id"])
    new_name = {"name": "Ana Ortiz", "evidence": "Marriage certificate 2026-114"}
    await story.asks("accounts", "csr", f"/people/{account['holder_id']}/name-changes", new_name)
    moved = {"mailing_address": "PO Box 9", "evidence": "Change-of-address form, signed"}
    await story.asks("accounts", "csr", f"/accounts/{home.account_id}/address-changes", moved)
    said = story.heard()
    told = ("HolderNameChanged", "MailingAddressChanged", "LicenseAmended")
    assert [said.count(name) for name in told] == [1, 1, 1]

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

    amended = await story.reads("licensing", "csr", f"/licenses/by-number/{license_['license_number']}")
    assert amended == license_ | {"holder_name": "Ana Ortiz", "version": license_["version"] + 1}
    versions = await story.reads("licensing", "csr", f"/licenses/{license_['license_id']}/versions")
    assert [one["holder_name"] for one in versions] == ["Ana Ortiz", "Ana Reyes"], "what it said is never rewritten"
