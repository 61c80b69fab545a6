"""Refunds paid out: Carl draws the checks of the week, each pays one refund once, and one comes back undelivered."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.payments.domain.refunds import (
    Check,
    CheckDayNotSound,
    CheckNumberUsed,
    FundsTakenBack,
    Refund,
    RefundAlreadyVoided,
    RefundNamedTwice,
    RefundNotPayable,
    RefundUnknown,
    pay,
    void,
)
from shared.errors import Refusal
from shared.events.billing import RefundApproved
from shared.events.payments import RefundPaid, RefundVoided
from shared.ids import RefundId
from tests.payments.conftest import Post
from tests.payments.people import OCCASION, OMAR, ROSA, TODAY, Person
from tests.rooms import Rooms

YESTERDAY = TODAY - timedelta(1)
ROSAS = Refund(RefundId(UUID(int=1)), ROSA.account.account_id, 51_32, YESTERDAY)
OMARS = Refund(RefundId(UUID(int=2)), OMAR.account.account_id, 8_00, TODAY)
KNOWN = {each.refund_id: each for each in (ROSAS, OMARS)}


def check(of: Refund = ROSAS, number: str = "50117", on: Any = TODAY) -> Check:
    return Check(of.refund_id, number, on)


def test_each_check_pays_one_refund() -> None:
    paid = pay([check(), check(OMARS, "50118")], KNOWN, {"50116"}, {}, TODAY)
    assert [(each.state, each.check_number, each.paid_on) for each in paid] == [
        ("paid", "50117", TODAY), ("paid", "50118", TODAY)
    ]  # fmt: skip
    assert void(paid[0], "undelivered", OCCASION).told_voided.paid_on == TODAY
    assert void(ROSAS, "funds_taken_back", OCCASION).told_voided.paid_on is None


@pytest.mark.parametrize(
    ("checks", "refusal", "field"),
    [
        ([check(replace(ROSAS, refund_id=RefundId(UUID(int=9))))], RefundUnknown, "checks.0.refund_id"),
        ([check(), check(number="50118")], RefundNamedTwice, "checks.1.refund_id"),
        ([check(), check(OMARS)], CheckNumberUsed, "checks.1.check_number"),
        ([check(number="50116")], CheckNumberUsed, "checks.0.check_number"),
        ([check(on=TODAY + timedelta(1))], CheckDayNotSound, "checks.0.paid_on"),
        ([check(on=YESTERDAY - timedelta(1))], CheckDayNotSound, "checks.0.paid_on"),
    ],
)
def test_a_run_of_checks_with_a_mistake_is_refused_whole(
    checks: list[Check], refusal: type[Refusal], field: str
) -> None:
    with pytest.raises(refusal) as told:
        pay(checks, KNOWN, {"50116"}, {}, TODAY)
    assert told.value.field == field
    assert told.value.remedy


def test_money_that_was_taken_back_since_the_approval_is_not_paid_out() -> None:
    account_id = ROSA.account.account_id
    with pytest.raises(FundsTakenBack):
        pay([check()], KNOWN, (), {account_id: YESTERDAY}, TODAY)
    assert pay([check()], KNOWN, (), {account_id: YESTERDAY - timedelta(1)}, TODAY)


def test_a_refund_is_paid_once_and_voided_once() -> None:
    [paid] = pay([check()], KNOWN, (), {}, TODAY)
    voided = void(paid, "stopped", OCCASION)
    for settled in (paid, voided):
        with pytest.raises(RefundNotPayable):
            pay([check(number="50118")], {settled.refund_id: settled}, (), {}, TODAY)
    with pytest.raises(RefundAlreadyVoided):
        void(voided, "lost", OCCASION)


def approved(who: Person, cents: int) -> RefundApproved:
    return RefundApproved(
        account_id=who.account.account_id, refund_id=RefundId(uuid4()), amount_cents=cents, payee=who.name,
        mail_to=who.account.service_address, approved_on=TODAY,
    )  # fmt: skip


async def test_the_checks_of_the_week_and_one_that_comes_back(rooms: Rooms, post: Post) -> None:
    rosas, omars = approved(ROSA, 51_32), approved(OMAR, 8_00)
    await rooms.tell(rosas, omars)
    await rooms.tell(rosas)
    desk = rooms.http("cashier")
    waiting = (await desk.get("/refunds", params={"state": "payable"})).json()["items"]
    assert sorted((each["payee"], each["amount_cents"]) for each in waiting) == [
        ("Omar Haddad", 8_00), ("Rosa Delgado", 51_32)
    ]  # fmt: skip

    checks = [
        {"refund_id": str(of.refund_id), "check_number": number, "paid_on": str(TODAY)}
        for of, number in ((rosas, "50117"), (omars, "50118"))
    ]
    assert (await post("/refund-payments", {"checks": checks}, "csr")).status_code == 403
    both = await asyncio.gather(*(post("/refund-payments", {"checks": checks}) for _ in range(2)))
    assert sorted(answer.status_code for answer in both) == [201, 409]
    [run] = [answer.json() for answer in both if answer.status_code == 201]
    assert run["total_cents"] == 59_32

    path = f"/refunds/{rosas.refund_id}"
    back = {"reason_code": "undelivered", "note": "Returned by the post office"}
    assert (await post(f"{path}/voiding", back)).status_code == 403
    assert (await post(f"{path}/voiding", back, "supervisor")).json()["state"] == "voided"
    assert (await post(f"{path}/voiding", back, "supervisor")).status_code == 409
    assert (await post(f"/refunds/{uuid4()}/voiding", back, "supervisor")).status_code == 404
    [one] = (await desk.get("/refunds", params={"check_number": "50117"})).json()["items"]
    assert (one["state"], one["void_reason_code"], one["account_number"]) == (
        "voided", "undelivered", ROSA.account.account_number
    )  # fmt: skip
    assert (await desk.get(path)).json() == one

    said = await rooms.said()
    assert [type(fact) for fact in said] == [RefundPaid, RefundPaid, RefundVoided]
    journal = (await rooms.http("billing").get(f"/journal/{TODAY}")).json()
    assert {line["book"]: line["debit_cents"] - line["credit_cents"] for line in journal["lines"]} == {
        "checks_drawn": -8_00, "clearing.accounts": 8_00,
    }  # fmt: skip


async def test_two_clerks_type_the_same_check_number_at_once(rooms: Rooms, post: Post) -> None:
    both = [approved(ROSA, 51_32), approved(OMAR, 8_00)]
    await rooms.tell(*both)
    drawn = [{"refund_id": str(of.refund_id), "check_number": "50117", "paid_on": str(TODAY)} for of in both]
    answers = await asyncio.gather(*(post("/refund-payments", {"checks": [each]}) for each in drawn))
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    [refused] = [answer.json() for answer in answers if not answer.is_success]
    assert (refused["title"], refused["field"]) == ("Check number used", "checks.0.check_number")


async def test_a_check_of_rosas_bounced_after_her_refund_was_approved(rooms: Rooms, post: Post) -> None:
    """Her refund is not paid; it is given up, and billing takes the debt from what becomes credit again."""
    paid = {
        "account_number": ROSA.account.account_number, "amount_cents": 80_00, "tender": "check",
        "instrument_number": "1041", "instrument_on": str(TODAY), "payee": "Town",
    }  # fmt: skip
    check_id = (await post("/payments", paid)).json()["payment_id"]
    await rooms.tell(of := approved(ROSA, 80_00))
    await post(f"/payments/{check_id}/reversal", {"reason_code": "R01"}, "supervisor")
    drawn = {"refund_id": str(of.refund_id), "check_number": "50117", "paid_on": str(TODAY)}
    refused = await post("/refund-payments", {"checks": [drawn]})
    assert (refused.status_code, refused.json()["title"]) == (409, "Funds taken back")
    given_up = await post(f"/refunds/{of.refund_id}/voiding", {"reason_code": "funds_taken_back"}, "supervisor")
    assert (given_up.status_code, given_up.json()["state"]) == (201, "voided")
    [voided] = [fact for fact in await rooms.said() if isinstance(fact, RefundVoided)]
    assert voided.paid_on is None
