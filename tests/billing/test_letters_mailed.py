"""A letter follows what was decided, waits for the mail, is mailed once with its postmark, or is voided before that."""

from typing import Any

import asyncpg
import httpx
import pytest

from services.billing.commands.letters import draw_up_letters
from shared.events.accounts import MailingAddressChanged
from shared.ids import new_id
from tests.billing.conftest import Get, Post, RunCycle
from tests.billing.papers import Seen, text_of
from tests.billing.test_adjustments import form
from tests.billing.test_disputes import decided, disputed
from tests.billing.test_meter_tests import told
from tests.billing.town import ADA, NOW, TODAY
from tests.rooms import Rooms

AGREED = {"why": "Seen the photograph."}


@pytest.fixture
async def billed(rooms: Rooms, tariff: None, get: Get, run_cycle: RunCycle) -> str:
    """Ada owes 98.68: 38.10 for water, 60.58 for sewer; the answer is the id of her bill."""
    await rooms.tell(ADA.read(110))
    await run_cycle()
    return str((await get(f"/accounts/{ADA.account_id}/bills"))["items"][0]["bill_id"])


async def waiting(get: Get, **wanted: str) -> list[Any]:
    """The work list: letters to be mailed, newest first."""
    found: list[Any] = (await get("/letters", state="waiting", **wanted))["items"]
    return found


async def said(get: Get, letter: Any) -> str:
    """A letter's words on one line."""
    return " ".join((await get(f"/letters/{letter['letter_id']}"))["text"].split())


async def mail(post: Post, *letters: Any, on: str = str(TODAY)) -> httpx.Response:
    """Rosa comes back from the post office."""
    return await post("/mailings", {"letter_ids": [one["letter_id"] for one in letters], "mailed_on": on}, role="csr")


async def test_what_is_decided_is_followed_by_its_letter_and_all_are_mailed_at_once(
    rooms: Rooms, billed: str, post: Post, get: Get
) -> None:
    """A credit, a dispute, two meter tests; then the bill is cancelled and made anew."""
    await post("/adjustments", form(billed, water=-1000))
    await post("/adjustments", {**form(billed, water=-6000)})
    await decided(post, await disputed(post, billed, sewer=6058))
    await rooms.tell(told(1_000), told(100))
    letters = await waiting(get, account_id=str(ADA.account_id))
    assert sorted(one["kind"] for one in letters) == [
        "adjustment", "dispute_decision", "meter_test_result", "meter_test_result"
    ], "what only was proposed is not written about"  # fmt: skip
    texts = " ".join([await said(get, one) for one in letters])
    assert "We have taken $10.00 off your bill for January 31, 2026 to March 2, 2026" in texts
    assert "We looked into it and found the bill to be right." in texts
    assert "$60.58 of what you questioned are still to be paid. The last day to pay is March 17, 2026." in texts
    assert "It ran fast by 10 %" in texts
    assert "It is right: off by 1 %" in texts
    answer = await mail(post, *letters)
    assert (answer.status_code, len(answer.json()["mailed"]), answer.json()["refused"]) == (201, 4, [])
    assert await waiting(get) == []

    proposed = await post(f"/bills/{billed}/cancellation", {"reason_code": "misread_meter", "why": "108, not 110."})
    await post(f"/cancellations/{proposed.json()['cancellation_id']}/approval", AGREED, role="supervisor")
    [first] = await waiting(get, bill_id=billed)
    assert "a new bill comes to you" in await said(get, first)
    assert (await post(f"/bills/{billed}/rebill")).status_code == 201
    [second] = await waiting(get, bill_id=billed)
    assert "The new bill for the same period comes to $98.68. Its last day to pay is April 1" in await said(get, second)
    assert (await get(f"/letters/{first['letter_id']}"))["state"] == "voided"


async def test_a_letter_is_kept_as_it_was_drawn_up_and_mailed_once(
    rooms: Rooms, billed: str, post: Post, get: Get
) -> None:
    wanted = {"kind": "bill_explanation", "about_id": billed, "language": "es"}
    drawn = (await post("/letters", wanted, role="csr")).json()
    twice = await post("/letters", wanted, role="csr")
    assert (twice.status_code, twice.json()["title"]) == (409, "Letter already drawn up")
    paper = f"/letters/{drawn['letter_id']}/document"
    pdf = (await rooms.http("csr").get(paper)).content
    page = await rooms.http("csr").get(paper, params={"format": "html"})
    text = await rooms.http("csr").get(paper, params={"format": "text"})
    assert (text.headers["content-type"], text.headers["content-language"]) == ("text/plain; charset=utf-8", "es")
    for words in (Seen(page.text).text, text.text, " ".join(text_of(pdf))):
        assert "Ada Moreno" in words
        assert "$60.58" in words
    moved = MailingAddressChanged(account_id=ADA.account_id, mailing_address="7 Oak Street", effective_on=TODAY)
    await rooms.tell(moved)
    for on, title in (("2026-03-03", "Mailed in the future"), ("2026-03-01", "Mailed before drawn up")):
        early = await mail(post, drawn, on=on)
        assert (early.status_code, early.json()["title"], bool(early.json()["remedy"])) == (422, title, True)
    rooms.clock.turn(days=3)
    unknown = {"letter_id": str(new_id())}
    answer = (await mail(post, drawn, unknown, on="2026-03-04")).json()
    assert (answer["mailed"], answer["refused"][0]["letter_id"]) == ([drawn["letter_id"]], unknown["letter_id"])
    again = await mail(post, drawn, on="2026-03-05")
    assert (again.status_code, again.json()["title"]) == (409, "Letter already mailed")
    void = await post(f"/letters/{drawn['letter_id']}/voiding", {"why": "Too late."}, role="senior")
    assert (void.status_code, void.json()["title"]) == (409, "Letter already mailed")
    record = await get(f"/letters/{drawn['letter_id']}")
    assert (record["state"], record["mailed_on"], bool(record["mailed_by"])) == ("mailed", "2026-03-04", True)
    assert (await rooms.http("csr").get(paper)).content == pdf
    with pytest.raises(asyncpg.RestrictViolationError, match="kept as it was drawn up"):
        async with rooms.tx() as tx:
            await tx.execute("UPDATE letters SET mailed_on = mailed_on - 1")


async def test_a_letter_that_was_not_mailed_is_voided_with_a_reason_and_written_in_her_language(
    rooms: Rooms, billed: str, post: Post, get: Get
) -> None:
    """Ada's is in English; she asks for Spanish, and every letter after that is in Spanish, too."""
    adjusted = (await post("/adjustments", form(billed, water=-1000))).json()["adjustment_id"]
    [letter] = await waiting(get)
    voiding = f"/letters/{letter['letter_id']}/voiding"
    assert (await post(voiding, AGREED, role="csr")).status_code == 403
    assert (await post(voiding, {"why": "She reads Spanish."}, role="senior")).json()["state"] == "voided"
    assert (await post(voiding, {"why": "Again."}, role="senior")).json()["title"] == "Letter was voided"
    wanted = {"kind": "adjustment", "about_id": adjusted, "language": "es"}
    assert (await post("/letters", wanted, role="csr")).status_code == 201
    await decided(post, await disputed(post, billed, sewer=6058))
    assert [one["language"] for one in await waiting(get)] == ["es", "es"]


async def test_a_missing_fact_stops_the_letter_and_never_the_correction(
    rooms: Rooms, billed: str, post: Post, get: Get
) -> None:
    """Billing has lost sight of where Ada's mail goes: the letters wait on a list of their own until it knows."""
    async with rooms.tx() as tx:
        await tx.execute("UPDATE accounts SET mailing_address = '' WHERE account_id = $1", ADA.account_id)
    adjusted = await post("/adjustments", form(billed, water=-1000))
    assert adjusted.json()["state"] == "approved"
    [lacking] = (await get("/letter-exceptions", account_id=str(ADA.account_id)))["items"]
    assert (lacking["kind"], lacking["missing"]) == ("adjustment", ["mailing_address"])
    wanted = {"kind": "adjustment", "about_id": adjusted.json()["adjustment_id"]}
    refused = await post("/letters", wanted, role="csr")
    assert (refused.status_code, refused.json()["title"]) == (409, "Fact missing")
    assert "mailing_address" in refused.json()["detail"]
    assert refused.json()["remedy"] == lacking["remedy"]
    moved = MailingAddressChanged(account_id=ADA.account_id, mailing_address="7 Oak Street", effective_on=NOW.date())
    await rooms.tell(moved)
    assert (await post("/letters", wanted, role="csr")).status_code == 201
    assert (await get("/letter-exceptions"))["items"] == []


async def test_what_was_not_decided_is_not_written_about(rooms: Rooms, billed: str, post: Post, get: Get) -> None:
    proposed = (await post("/adjustments", form(billed, sewer=-6000))).json()["adjustment_id"]
    for kind in ("adjustment", "cancellation", "dispute_decision", "meter_test_result", "bill_explanation"):
        answer = await post("/letters", {"kind": kind, "about_id": proposed}, role="csr")
        assert (answer.status_code, answer.json()["title"]) == (404, "Nothing to write about")
    first = await post("/letters", {"kind": "high_bill_findings", "about_id": billed}, role="csr")
    assert (first.status_code, first.json()["title"]) == (409, "Fact missing")
    async with rooms.tx() as tx:
        await draw_up_letters(tx, "adjustment", [])
    assert await waiting(get) == []
