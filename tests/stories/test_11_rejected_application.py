"""Story 11 of the rulebook: corrections, a resubmission, an approval, an invoice, a payment, a license.

Never: issued unpaid; charged twice.
"""

from typing import Any

import pytest

from tests.licensing.dog import answers
from tests.stories.weather import Telling

pytestmark = pytest.mark.concerns("licensing", "payments", "tickets")

BISCUITS_FEE_CENTS = 1_200


async def filed(story: Telling, **changes: Any) -> str:
    """Rosa files Dana's application for Biscuit."""
    form = {"license_type": "dog", "applicant": {"name": "Dana Whitfield"}, "answers": answers(**changes)}
    application = await story.asks("licensing", "csr", "/applications", form)
    return str(application["application_id"])


async def test_dana_corrects_the_rabies_certificate_pays_and_gets_the_license(story: Telling) -> None:
    """Handed back with the reason and the remedy; approved when corrected; issued when paid, and not before."""
    biscuit = await filed(story, rabies_immune_until="2026-05-31")
    asked = {"items": [{"requirement": "rabies_cover"}]}
    await story.asks("licensing", "licensing", f"/applications/{biscuit}/corrections", asked)
    page = await story.reads("licensing", "csr", f"/applications/{biscuit}")
    (item,) = page["why_rejected"]["open_items"]
    assert item["remedy"]
    assert story.heard().count("TicketOpened") == 1

    corrected = {"answers": answers(rabies_immune_until="2029-01-01")}
    await story.asks("licensing", "csr", f"/applications/{biscuit}/resubmission", corrected)
    cleared = {"deficiency_ids": [item["deficiency_id"]], "why": "The new certificate was seen."}
    await story.asks("licensing", "licensing", f"/applications/{biscuit}/clearance", cleared)
    approved = await story.asks("licensing", "licensing", f"/applications/{biscuit}/approval")
    said = story.heard()
    assert (said.count("InvoiceRaised"), said.count("LicenseIssued")) == (1, 0)
    assert approved["amount_cents"] == BISCUITS_FEE_CENTS

    pay = {"invoice_number": approved["invoice_number"], "amount_cents": BISCUITS_FEE_CENTS, "tender": "card"}
    await story.asks("payments", "cashier", "/payments", {**pay, "approval_code": "A1B2C3"})
    assert story.heard().count("LicenseIssued") == 1
    application = await story.reads("licensing", "csr", f"/applications/{biscuit}")
    assert application["license"]["license_number"]

    again = await story.asks("payments", "cashier", "/payments", {**pay, "approval_code": "D4E5F6"}, expects=409)
    assert again["remedy"]
    assert "LicenseIssued" not in story.heard()
    rows = await story.town.fetch("tickets", "SELECT state FROM tickets WHERE category = 'license.rejected_review'")
    assert [row["state"] for row in rows] == ["closed"]


async def test_an_approved_application_that_nobody_pays_is_not_issued(fair: Telling) -> None:
    """Forty days pass; there is an invoice and no license."""
    biscuit = await filed(fair)
    await fair.asks("licensing", "licensing", f"/applications/{biscuit}/approval")
    await fair.passes(days=40)
    assert "LicenseIssued" not in fair.heard()
    assert (await fair.reads("licensing", "csr", f"/applications/{biscuit}"))["license"] is None
