"""Dana marries: her dog's license has her new name, under the number it had, and what it said before can be asked."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.licensing.domain import amending, issuing
from services.licensing.domain import applications as desk
from services.licensing.domain.amending import AmendmentLiesAhead, LicenseIsOver, NothingIsAmended
from services.licensing.domain.amendments import Amendment
from services.licensing.domain.applications import Application, NobodyDecidesTheirOwnApplication
from shared.errors import Refusal
from shared.events.accounts import HolderNameChanged
from shared.events.licensing import LicenseAmended, LicenseExpired, LicenseIssued
from shared.ids import AccountId, PersonId, new_id
from tests.licensing.conftest import Post, application, posted
from tests.licensing.dog import CITIZEN_AT_THE_COUNTER, CLERK, NOW, TODAY
from tests.licensing.dog import application as filed
from tests.rooms import Rooms

DANA = PersonId(UUID(int=77))
SEEN = "Marriage certificate 2026-114"


def licensed(one: Application) -> Application:
    """Dana's application, approved, paid and issued."""
    approved = desk.approve(one, by=CLERK, now=NOW, today=TODAY, invoice_id=UUID(int=7), invoice_number="9000000016")
    paid, _ = issuing.credit(approved, UUID(int=1), 1200, TODAY)
    return issuing.issue(paid, UUID(int=9), "0000000017", TODAY)


def named(name: str, on: date = TODAY, number: int = 1) -> Amendment:
    return Amendment(UUID(int=number), on, name, SEEN)


CHANGES = [
    named("Dana Ortiz", TODAY, 1),
    named("Dana Reyes", TODAY, 2),
    named("Dana Whitfield", TODAY + timedelta(days=40), 3),
    named("Dana Chen", TODAY - timedelta(days=9), 4),
]


@given(st.permutations(CHANGES * 2), st.integers(0, 8))
def test_in_any_order_twice_and_across_the_issue_it_ends_equal(told: Sequence[Amendment], heard_before: int) -> None:
    """Two accounts of hers tell each change once, and the payment comes somewhere between."""
    one = filed()
    for change in told[:heard_before]:
        one = amending.take_in(one, change)
    one = licensed(one)
    for change in told[heard_before:]:
        one = amending.take_in(one, change)
    days = [TODAY - timedelta(days=10), TODAY - timedelta(days=9), TODAY, TODAY + timedelta(days=40)]
    said = ["Dana Whitfield", "Dana Chen", "Dana Reyes", "Dana Whitfield"]
    assert [amending.holder_on(one, day) for day in days] == said
    assert one.license is not None
    assert (one.license.version, one.license.license_number) == (5, "DOG-0000000017")


@pytest.mark.parametrize(
    ("by", "name", "on", "rule"),
    [
        (CITIZEN_AT_THE_COUNTER, "Dana Ortiz", TODAY, NobodyDecidesTheirOwnApplication),
        (CLERK, "Dana Whitfield", TODAY, NothingIsAmended),
        (CLERK, "Dana Ortiz", TODAY + timedelta(days=1), AmendmentLiesAhead),
    ],
)
def test_an_amendment_by_hand_that_the_rules_refuse(by: str, name: str, on: date, rule: type[Refusal]) -> None:
    with pytest.raises(rule):
        amending.amend(licensed(filed()), named(name, on), by=by, today=TODAY)


def test_a_license_that_is_over_keeps_its_name_with_the_reason_on_record() -> None:
    later = TODAY + timedelta(days=400)
    over = issuing.expire(licensed(filed()), later)
    with pytest.raises(LicenseIsOver):
        amending.amend(over, named("Dana Ortiz"), by=CLERK, today=later)
    told = amending.take_in(over, named("Dana Ortiz"))
    assert amending.holder_on(told, later) == "Dana Whitfield"
    assert told.amendments == (replace(named("Dana Ortiz"), ignored_for="license_ended"),)
    assert told.license == over.license


async def biscuits_license(rooms: Rooms, post: Post, **applicant: Any) -> dict[str, Any]:
    """Dana's license for Biscuit, as the desk reads it."""
    form = application()
    form["applicant"] |= applicant
    filed_id = (await post("/applications", form, role="csr")).json()["application_id"]
    await rooms.tell(posted((await post(f"/applications/{filed_id}/approval")).json()))
    page = await read(rooms, f"/applications/{filed_id}")
    license_: dict[str, Any] = await read(rooms, f"/licenses/{page['license']['license_id']}")
    await rooms.news()
    return license_


async def read(rooms: Rooms, path: str) -> Any:
    answer = await rooms.http("csr").get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


def renamed(
    account: int, change_id: UUID, name: str = "Dana Ortiz", person: PersonId | None = DANA
) -> HolderNameChanged:
    return HolderNameChanged(
        account_id=AccountId(UUID(int=account)), holder_name=name, effective_on=TODAY, person_id=person,
        change_id=change_id,
    )  # fmt: skip


async def test_two_accounts_tell_one_change_and_the_license_is_amended_once(rooms: Rooms, post: Post) -> None:
    """Her neighbor, who is also called Dana Whitfield, keeps her name: nobody is matched by name."""
    license_ = await biscuits_license(rooms, post, person_id=str(DANA))
    neighbors = await biscuits_license(rooms, post, person_id=str(uuid4()))
    change_id = new_id()
    rooms.clock.turn(days=1)
    await rooms.tell(renamed(1, change_id), renamed(2, change_id))
    [fact] = await rooms.news()
    assert isinstance(fact, LicenseAmended)
    assert (str(fact.license_id), fact.effective_on) == (license_["license_id"], TODAY)

    now = await read(rooms, f"/licenses/by-number/{license_['license_number']}")
    assert now == license_ | {"holder_name": "Dana Ortiz", "version": license_["version"] + 1}
    versions = await read(rooms, f"/licenses/{license_['license_id']}/versions")
    assert [(one["version_number"], one["holder_name"]) for one in versions] == [
        (2, "Dana Ortiz"), (1, "Dana Whitfield"),
    ]  # fmt: skip
    assert {one["license_number"] for one in versions} == {license_["license_number"]}
    assert await read(rooms, f"/license-status/{license_['license_number']}") == {"status": "valid"}
    assert (await read(rooms, f"/licenses/{neighbors['license_id']}"))["holder_name"] == "Dana Whitfield"


async def test_the_desk_amends_on_evidence_and_a_past_day_can_be_asked(rooms: Rooms, post: Post) -> None:
    """Dana named no account of hers: Otto sees the certificate."""
    license_ = await biscuits_license(rooms, post)
    path = f"/licenses/{license_['license_id']}"
    rooms.clock.turn(days=30)
    new = {"holder_name": "Dana Ortiz", "evidence": SEEN, "effective_on": "2026-03-20"}
    stale = await post(f"{path}/amendments", new, If_Match='"9"')
    assert stale.status_code == 412
    amended = await post(f"{path}/amendments", new, If_Match=f'"{license_["version"]}"')
    assert amended.status_code == 201, amended.text
    assert (amended.json()["holder_name"], amended.json()["license_number"]) == (
        "Dana Ortiz", license_["license_number"],
    )  # fmt: skip
    said = {
        day: [one["holder_name"] for one in await read(rooms, f"{path}/versions?on={day}")]
        for day in ("2026-03-01", "2026-03-19", "2026-03-20")
    }
    assert said == {"2026-03-01": [], "2026-03-19": ["Dana Whitfield"], "2026-03-20": ["Dana Ortiz"]}
    missing = await rooms.http("csr").get(f"/licenses/{uuid4()}/versions")
    assert missing.status_code == 404


async def test_a_change_heard_before_the_payment_is_on_the_license_and_after_its_end_it_is_ignored(
    rooms: Rooms, post: Post
) -> None:
    form = application()
    form["applicant"] |= {"person_id": str(DANA)}
    biscuit = (await post("/applications", form, role="csr")).json()["application_id"]
    standing = (await post(f"/applications/{biscuit}/approval")).json()
    await rooms.tell(renamed(1, new_id()), renamed(1, new_id(), "Nobody", person=None))
    await rooms.tell(posted(standing))
    assert [type(fact) for fact in (await rooms.news())[-2:]] == [LicenseIssued, LicenseAmended]
    license_id = (await read(rooms, f"/applications/{biscuit}"))["license"]["license_id"]
    assert (await read(rooms, f"/licenses/{license_id}"))["holder_name"] == "Dana Ortiz"

    rooms.clock.turn(days=400)
    await rooms.strike()
    await rooms.tell(renamed(1, new_id(), "Dana Chen"))
    assert [type(fact) for fact in await rooms.news()] == [LicenseExpired]
    page = await read(rooms, f"/applications/{biscuit}")
    assert page["history"][-1]["details"]["amendments"][0]["ignored_for"] == "license_ended"
    assert (await read(rooms, f"/licenses/{license_id}"))["holder_name"] == "Dana Ortiz"
    refused = await post(f"/licenses/{license_id}/amendments", {"holder_name": "Dana Chen", "evidence": SEEN})
    assert (refused.status_code, refused.json()["type"].endswith("license-is-over")) == (409, True), refused.json()
