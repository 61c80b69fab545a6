"""What licensing hears from payments: paid once, paid oddly, taken back, paid again, in any order and twice."""

from typing import Any
from uuid import uuid4

from shared.events import Fact
from shared.events.licensing import InvoiceRaised, LicenseIssued, LicenseRestored, LicenseSuspended
from shared.events.payments import PaymentPosted, PaymentReversed, Tender
from shared.ids import AccountId, PaymentId
from tests.licensing.conftest import Filed, Post, posted, reversed_
from tests.licensing.dog import NOW, TODAY
from tests.rooms import Rooms


async def approved(post: Post, filed: Filed, **changes: Any) -> dict[str, Any]:
    answer = await post(f"/applications/{await filed(**changes)}/approval")
    assert answer.status_code == 200, answer.text
    standing: dict[str, Any] = answer.json()
    return standing


async def news(rooms: Rooms) -> list[type[Fact]]:
    return [type(fact) for fact in await rooms.news()]


async def page(rooms: Rooms, standing: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = (await rooms.http("csr").get(f"/applications/{standing['application_id']}")).json()
    return found


async def test_dana_pays_and_the_license_is_issued_once(rooms: Rooms, post: Post, filed: Filed) -> None:
    biscuit = await approved(post, filed)
    await rooms.news()
    payment = posted(biscuit)
    await rooms.tell(payment)
    [issued] = await rooms.news()
    assert isinstance(issued, LicenseIssued)
    assert issued.license_number.startswith("DOG-")
    assert (issued.issued_on, str(issued.application_id)) == (TODAY, biscuit["application_id"])
    await rooms.tell(payment)
    assert await news(rooms) == []
    assert (await page(rooms, biscuit))["state"] == "issued"


async def test_money_that_is_too_little_issues_nothing_and_is_noted(rooms: Rooms, post: Post, filed: Filed) -> None:
    biscuit = await approved(post, filed)
    await rooms.news()
    await rooms.tell(posted(biscuit, 1000))
    assert await news(rooms) == []
    shown = await page(rooms, biscuit)
    assert (shown["state"], shown["invoice"]["paid_cents"]) == ("awaiting_payment", 1000)
    [heard] = shown["history"][-1]["details"]["payments"]
    assert (heard["note"], heard["note_cents"]) == ("paid_in_part", 200)
    await rooms.tell(posted(biscuit, 200))
    assert await news(rooms) == [LicenseIssued]


async def test_two_payments_in_one_batch_both_count(rooms: Rooms, post: Post, filed: Filed) -> None:
    biscuit, rex = await approved(post, filed), await approved(post, filed, altered=False)
    await rooms.news()
    await rooms.tell(posted(biscuit, 1000), posted(rex), posted(biscuit, 300))
    assert sorted(kind.__name__ for kind in await news(rooms)) == ["LicenseIssued", "LicenseIssued"]
    notes = (await page(rooms, biscuit))["history"][-1]["details"]["payments"]
    assert [each.get("note") for each in notes] == ["paid_in_part", "paid_over"]


async def test_a_returned_check_suspends_and_paying_again_restores(rooms: Rooms, post: Post, filed: Filed) -> None:
    """Stories 19 and 20: the public page says so at once."""
    biscuit = await approved(post, filed)
    payment = posted(biscuit)
    await rooms.tell(payment)
    number = (await page(rooms, biscuit))["license"]["license_number"]
    status = f"/license-status/{number}"
    await rooms.news()

    await rooms.tell(reversed_(payment))
    assert await news(rooms) == [LicenseSuspended]
    assert (await rooms.http("field").get(status)).json() == {"status": "not valid"}
    await rooms.tell(reversed_(payment))
    assert await news(rooms) == []

    await rooms.tell(posted(biscuit))
    assert await news(rooms) == [LicenseRestored]
    assert (await rooms.http("field").get(status)).json() == {"status": "valid"}
    versions = [fact.version for fact in await rooms.said()]
    assert versions == sorted(versions)


async def test_a_reversal_heard_before_its_payment_wins(rooms: Rooms, post: Post, filed: Filed) -> None:
    biscuit = await approved(post, filed)
    await rooms.news()
    payment = posted(biscuit)
    await rooms.tell(reversed_(payment))
    await rooms.tell(payment)
    assert await news(rooms) == []
    assert (await page(rooms, biscuit))["state"] == "awaiting_payment"


async def test_money_for_a_withdrawn_application_is_kept_on_its_page(rooms: Rooms, post: Post, filed: Filed) -> None:
    biscuit = await approved(post, filed)
    await post(f"/applications/{biscuit['application_id']}/withdrawal", {}, role="csr")
    await rooms.news()
    await rooms.tell(posted(biscuit))
    assert await news(rooms) == []
    shown = await page(rooms, biscuit)
    assert shown["state"] == "withdrawn"
    assert shown["history"][-1]["details"]["payments"][0]["note"] == "paid_after_its_end"


async def test_water_money_is_none_of_our_business(rooms: Rooms) -> None:
    water = PaymentPosted(
        payment_id=PaymentId(uuid4()), account_id=AccountId(uuid4()), invoice_id=None, amount_cents=80_00,
        tender=Tender.CASH, receipt_number="FRONT-00000002", received_on=TODAY, posted_at=NOW,
    )  # fmt: skip
    back = PaymentReversed(
        payment_id=water.payment_id, account_id=water.account_id, invoice_id=None, amount_cents=80_00,
        reason_code="R01", reversed_at=NOW,
    )  # fmt: skip
    await rooms.tell(water, back)
    assert await rooms.said() == []


async def test_money_for_an_invoice_nobody_raised_is_set_aside_and_harms_no_other(
    rooms: Rooms, post: Post, filed: Filed
) -> None:
    biscuit = await approved(post, filed)
    stray = posted({"invoice_id": str(uuid4()), "amount_cents": 1200})
    await rooms.news()
    taken = await rooms.tell_anyhow(stray, posted(biscuit))
    assert len(taken.asides) == 1
    assert "invoice" in taken.asides[0].reason.lower()
    assert await news(rooms) == [LicenseIssued]


async def test_the_invoice_is_told_as_it_will_be_paid(rooms: Rooms, post: Post, filed: Filed) -> None:
    rex = await approved(post, filed, altered=False)
    [raised] = [fact for fact in await rooms.said() if isinstance(fact, InvoiceRaised)]
    assert (raised.amount_cents, raised.invoice_number) == (1500, rex["invoice_number"])
