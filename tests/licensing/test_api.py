"""People ask licensing: Rosa at the counter for Dana, Otto at the licensing desk, and their supervisor."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from shared.events import Fact
from shared.events.licensing import (
    ApplicationDecided,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    CorrectionsRequested,
    InvoiceCancelled,
    InvoiceRaised,
    LicenseIssued,
)
from shared.ids import check_number
from tests.licensing.conftest import Filed, Post, application, posted
from tests.licensing.dog import answers
from tests.rooms import Rooms


def kinds(facts: list[Fact]) -> list[type[Fact]]:
    return [type(fact) for fact in facts]


async def page(rooms: Rooms, application_id: str) -> dict[str, Any]:
    answer = await rooms.http("csr").get(f"/applications/{application_id}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_dana_is_told_what_to_correct_corrects_it_and_is_approved(rooms: Rooms, post: Post, filed: Filed) -> None:
    biscuit = await filed(rabies_immune_until="2026-05-31")
    asked = await post(f"/applications/{biscuit}/corrections", {"items": [{"requirement": "rabies_cover"}]})
    assert asked.status_code == 200, asked.text
    assert (asked.json()["state"], asked.json()["respond_by"]) == ("corrections_requested", "2026-04-01")

    why = (await page(rooms, biscuit))["why_rejected"]
    [item] = why["open_items"]
    assert item["citation"] == "N.J.A.C. 8:23A-4.1"
    assert item["found"] == "the date given is 2026-05-31; it must be 2026-12-01 or later"
    assert "vaccinated again" in item["remedy"]
    assert "no second fee" in why["how_to_resubmit"]
    assert why["whom_to_call"]
    assert why["how_to_appeal"]

    corrected = {"answers": answers(rabies_immune_until="2029-01-01")}
    assert (await post(f"/applications/{biscuit}/resubmission", corrected, role="csr")).json()["round_number"] == 2
    again = await page(rooms, biscuit)
    assert again["changes"] == [{"field": "rabies_immune_until", "before": "2026-05-31", "after": "2029-01-01"}]

    cleared = {"deficiency_ids": [item["deficiency_id"]], "why": "The new certificate was seen."}
    await post(f"/applications/{biscuit}/clearance", cleared)
    approved = (await post(f"/applications/{biscuit}/approval")).json()
    assert (approved["state"], approved["amount_cents"]) == ("awaiting_payment", 1200)
    assert check_number(approved["invoice_number"], "invoice_number").startswith("9")
    shown = await page(rooms, biscuit)
    assert shown["why_rejected"] is None
    assert [entry["action"] for entry in shown["history"]] == [
        "submitted", "corrections_requested", "resubmitted", "items_cleared", "approved",
    ]  # fmt: skip
    said = await rooms.said()
    assert kinds(said) == [
        ApplicationSubmitted, CorrectionsRequested, ApplicationSubmitted, ApplicationDecided, InvoiceRaised,
    ]  # fmt: skip
    assert [fact.version for fact in said] == [1, 2, 3, 5, 5]
    assert {fact.key() for fact in said} == {biscuit}


async def test_rosa_clicks_twice_and_one_application_is_filed(rooms: Rooms) -> None:
    headers = {"Idempotency-Key": "one click"}
    send = rooms.http("csr").post
    both = await asyncio.gather(*(send("/applications", json=application(), headers=headers) for _ in range(2)))
    assert 201 in [answer.status_code for answer in both]
    again = await send("/applications", json=application(), headers=headers)
    assert again.status_code == 201
    assert len((await rooms.http("csr").get("/applications")).json()["items"]) == 1
    assert kinds(await rooms.said()) == [ApplicationSubmitted]


async def test_a_guide_dog_is_licensed_free_of_charge_at_once(rooms: Rooms, post: Post, filed: Filed) -> None:
    """N.J.S.A. 4:19-15.3."""
    guide = await filed(service_dog=True, altered=False)
    approved = (await post(f"/applications/{guide}/approval")).json()
    assert (approved["state"], approved["invoice_number"]) == ("issued", None)
    assert kinds(await rooms.said()) == [ApplicationSubmitted, ApplicationDecided, LicenseIssued]
    assert (await page(rooms, guide))["fee_cents"] == 0


async def test_nobody_decides_what_they_filed(rooms: Rooms, post: Post) -> None:
    own = (await post("/applications", application(), role="licensing")).json()["application_id"]
    refused = await post(f"/applications/{own}/approval", role="licensing")
    assert refused.status_code == 403
    assert refused.json()["type"].endswith("nobody-decides-their-own-application")
    assert (await post(f"/applications/{own}/approval", role="supervisor")).status_code == 200

    body = application()
    subject = (await page(rooms, own))["filed_by"]
    body["applicant"]["subject"] = subject
    ottos = (await post("/applications", body, role="csr")).json()["application_id"]
    assert (await post(f"/applications/{ottos}/approval", role="licensing")).status_code == 403


@pytest.mark.parametrize(
    ("action", "body", "role", "status", "problem"),
    [
        ("approval", None, "licensing", 409, "blocking-requirement-unmet"),
        ("approval", None, "csr", 403, "role-may-not"),
        ("waiver", {"requirement": "rabies_cover", "why": "A vet says so."}, "licensing", 403, "role-may-not"),
        ("waiver", {"requirement": "leash", "why": "None."}, "supervisor", 404, "requirement-unknown"),
        ("waiver", {"requirement": "rabies_cover"}, "supervisor", 422, "request-unreadable"),
        ("corrections", {"items": []}, "licensing", 422, "nothing-to-correct"),
        ("corrections", {"items": [{}]}, "licensing", 422, "item-names-one-thing"),
        ("corrections", {"items": [{"field": "tail"}]}, "licensing", 422, "field-not-asked"),
        ("corrections", {"items": [{"field": "color"}]}, "licensing", 422, "item-says-what-to-do"),
        ("corrections", {"items": [{"requirement": "age"}]}, "licensing", 404, "requirement-unknown"),
        ("corrections", {"items": [{"requirement": "rabies_cover"}], "respond_by": "2026-03-02"}, "licensing", 422,
         "answer-day-not-ahead"),
        ("resubmission", {"answers": {}}, "csr", 409, "step-out-of-turn"),
        ("clearance", {"deficiency_ids": [str(uuid4())], "why": "Seen."}, "licensing", 404, "deficiency-unknown"),
        ("denial", {"reason_code": "unfit"}, "licensing", 422, "request-unreadable"),
    ],
)  # fmt: skip
async def test_what_is_refused_says_by_which_rule(
    rooms: Rooms, post: Post, filed: Filed, *, action: str, body: dict[str, Any] | None, role: str, status: int,
    problem: str,
) -> None:  # fmt: skip
    rex = await filed(rabies_immune_until="2026-05-31")
    answer = await post(f"/applications/{rex}/{action}", body, role=role)
    assert (answer.status_code, answer.json()["type"]) == (status, f"urn:curbstop:problem:{problem}"), answer.text
    assert kinds(await rooms.said()) == [ApplicationSubmitted]


@pytest.mark.parametrize("action", ["corrections", "resubmission", "clearance", "waiver", "denial", "withdrawal"])
async def test_an_application_that_does_not_exist_is_not_found(post: Post, action: str) -> None:
    bodies: dict[str, dict[str, Any]] = {
        "corrections": {"items": [{"requirement": "rabies_cover"}]},
        "resubmission": {"answers": {}},
        "clearance": {"deficiency_ids": [str(uuid4())], "why": "Seen."},
        "waiver": {"requirement": "rabies_cover", "why": "Certified."},
        "denial": {"reason_code": "unfit", "citation": "Ord. 4-1", "why": "No."},
        "withdrawal": {},
    }
    answer = await post(f"/applications/{uuid4()}/{action}", bodies[action], role="supervisor")
    assert (answer.status_code, answer.json()["title"]) == (404, "Application unknown")


async def test_two_clerks_at_one_file_do_not_overwrite_each_other(rooms: Rooms, post: Post, filed: Filed) -> None:
    biscuit = await filed()
    etag = (await rooms.http("licensing").get(f"/applications/{biscuit}")).headers["etag"]
    denial = {"reason_code": "unfit", "citation": "Ord. 4-1", "why": "No."}
    asked = {"items": [{"requirement": "rabies_cover"}]}
    assert (await post(f"/applications/{biscuit}/corrections", asked, If_Match=etag)).status_code == 200
    late = await post(f"/applications/{biscuit}/denial", denial, role="supervisor", If_Match=etag)
    assert late.status_code == 412
    assert (await page(rooms, biscuit))["state"] == "corrections_requested"


async def test_a_requirement_is_waived_with_a_reason_that_stays_on_the_page(
    rooms: Rooms, post: Post, filed: Filed
) -> None:
    old = await filed(rabies_immune_until="2026-05-31")
    waiver = {"requirement": "rabies_cover", "why": "Dr. Lee certified that she cannot be vaccinated."}
    assert (await post(f"/applications/{old}/waiver", waiver, role="supervisor")).status_code == 200
    shown = {each["code"]: each["standing"] for each in (await page(rooms, old))["requirements"]}
    assert shown == {"licensing_age": "met", "rabies_cover": "waived"}
    assert (await page(rooms, old))["history"][-1]["why"] == waiver["why"]
    assert (await post(f"/applications/{old}/approval")).json()["state"] == "awaiting_payment"


async def test_a_denial_says_why_by_which_law_and_how_to_appeal(rooms: Rooms, post: Post, filed: Filed) -> None:
    biscuit = await filed()
    denial = {"reason_code": "vicious_dog", "citation": "N.J.S.A. 4:19-22", "why": "A court declared her vicious."}
    assert (await post(f"/applications/{biscuit}/denial", denial)).json()["state"] == "denied"
    why = (await page(rooms, biscuit))["why_rejected"]
    assert why["denial"] == denial
    assert why["how_to_resubmit"] is None
    last = (await rooms.said())[-1]
    assert isinstance(last, ApplicationDecided)
    assert last.decision == "denied"


async def test_a_withdrawn_application_asks_for_no_money(rooms: Rooms, post: Post, filed: Filed) -> None:
    biscuit = await filed()
    await post(f"/applications/{biscuit}/approval")
    assert (await post(f"/applications/{biscuit}/withdrawal", {"why": "She moved."}, role="csr")).status_code == 200
    assert (await page(rooms, biscuit))["invoice"]["cancelled_on"] == "2026-03-02"
    assert kinds(await rooms.said())[-2:] == [ApplicationWithdrawn, InvoiceCancelled]


async def test_a_form_that_does_not_fit_is_refused_field_by_field(post: Post) -> None:
    body = application(sex="unknown", born_on="2023-02-30")
    del body["answers"]["breed"]
    refused = await post("/applications", body, role="csr")
    assert refused.status_code == 422
    named = [error["field"] for error in refused.json()["facts"]["errors"]]
    assert named == ["answers.born_on", "answers.breed", "answers.sex"]
    unknown = await post("/applications", {**application(), "license_type": "cat"}, role="csr")
    assert (unknown.status_code, unknown.json()["field"]) == (404, "license_type")


async def test_the_queue_is_read_in_pages_by_state(rooms: Rooms, post: Post, filed: Filed) -> None:
    all_of_them = [await filed() for _ in range(5)]
    await post(f"/applications/{all_of_them[2]}/approval")
    seen: list[str] = []
    params: dict[str, Any] = {"state": "submitted", "license_type": "dog", "limit": 2}
    while True:
        found = (await rooms.http("licensing").get("/applications", params=params)).json()
        seen += [line["application_id"] for line in found["items"]]
        if found["next_cursor"] is None:
            break
        params["cursor"] = found["next_cursor"]
    assert seen == [each for each in all_of_them if each != all_of_them[2]]
    waiting = (await rooms.http("licensing").get("/applications", params={"state": "awaiting_payment"})).json()
    assert [line["application_id"] for line in waiting["items"]] == [all_of_them[2]]


async def test_the_type_tells_form_fee_and_requirements(rooms: Rooms) -> None:
    front = rooms.http("csr")
    assert [each["code"] for each in (await front.get("/license-types")).json()] == ["dog"]
    dog = (await front.get("/license-types/dog")).json()
    assert dog["form"]["required"]
    assert {part["code"] for part in dog["fee"]["parts"]} == {"municipal", "state_tag", "pilot_clinic", "not_altered"}
    assert [each["code"] for each in dog["requirements"]] == ["licensing_age", "rabies_cover"]
    assert (await front.get("/license-types/cat")).status_code == 404


async def test_a_new_fee_holds_from_its_day_and_only_for_applications_filed_then(
    rooms: Rooms, post: Post, filed: Filed
) -> None:
    before = await filed()
    new = {"effective_on": "2026-04-01", "amounts_cents": {"municipal": 1280}}
    assert (await post("/license-types/dog/fee-schedules", new, role="supervisor")).status_code == 201
    assert (await post("/license-types/dog/fee-schedules", new, role="supervisor")).status_code == 409
    rooms.clock.turn(days=30)
    after = await filed()
    fees = [(await post(f"/applications/{each}/approval")).json()["amount_cents"] for each in (before, after)]
    assert fees == [1200, 1400]


@pytest.mark.parametrize(("cents", "status"), [(149, 422), (150, 201), (2100, 201), (2101, 422)])
async def test_a_fee_outside_the_statute_is_refused_by_its_name(post: Post, cents: int, status: int) -> None:
    new = {"effective_on": "2026-04-01", "amounts_cents": {"municipal": cents}}
    answer = await post("/license-types/dog/fee-schedules", new, role="supervisor")
    assert answer.status_code == status
    if status == 422:
        assert "N.J.S.A. 4:19-15.12" in answer.json()["detail"]
        assert answer.json()["field"] == "amounts_cents.municipal"


async def test_the_public_page_says_valid_or_not_and_nothing_else(rooms: Rooms, post: Post, filed: Filed) -> None:
    biscuit = await filed()
    approved = (await post(f"/applications/{biscuit}/approval")).json()
    await rooms.tell(posted(approved))
    number = (await page(rooms, biscuit))["license"]["license_number"]
    public = rooms.http("field")
    assert (await public.get(f"/license-status/{number}")).json() == {"status": "valid"}
    assert (await public.get("/license-status/DOG-0000009999")).json() == {"status": "not valid"}
    assert (await public.get("/license-status/nothing")).status_code == 422
    found = (await rooms.http("csr").get(f"/licenses/by-number/{number}")).json()
    assert (found["state"], found["holder_name"], found["expires_on"]) == ("active", "Dana Whitfield", "2027-01-31")
    assert (await rooms.http("csr").get(f"/licenses/{found['license_id']}")).json() == found
    assert (await rooms.http("csr").get("/licenses/by-number/DOG-0000009999")).status_code == 404
    assert (await rooms.http("csr").get(f"/licenses/{uuid4()}")).status_code == 404
