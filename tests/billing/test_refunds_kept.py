"""Refunds in the town's books: Cora proposes, Sam approves, payments pays out or tells that a check came back."""

from datetime import date, timedelta
from typing import Any

import pytest

from shared.events.accounts import AccountClosed
from shared.events.billing import RefundApproved
from shared.events.payments import RefundPaid, RefundVoided
from tests.billing.conftest import Get, Post, RunCycle
from tests.billing.test_deposits_kept import books
from tests.billing.town import ADA, NOW
from tests.rooms import Rooms

LONG_AGO = NOW - timedelta(days=20)
WHY = {"why": "She moved out, form 26-44"}


async def proposed(post: Post, role: str = "csr", **body: Any) -> Any:
    answer = await post(f"/accounts/{ADA.account_id}/refunds", {**WHY, **body}, role=role)
    return answer.json() | {"status_code": answer.status_code}


async def approved(rooms: Rooms, post: Post, **body: Any) -> RefundApproved:
    """Cora proposed it, and Sam approved it."""
    refund = await proposed(post, **body)
    answer = await post(f"/refunds/{refund['refund_id']}/approval", WHY, role="supervisor")
    assert (answer.status_code, answer.json()["state"]) == (201, "approved"), answer.text
    [told] = [fact for fact in await rooms.news() if isinstance(fact, RefundApproved)]
    return told


def paid(of: RefundApproved) -> RefundPaid:
    return RefundPaid(
        account_id=of.account_id, refund_id=of.refund_id, amount_cents=of.amount_cents, check_number="50117",
        paid_on=of.approved_on,
    )  # fmt: skip


def voided(of: RefundApproved, paid_on: date | None) -> RefundVoided:
    return RefundVoided(
        account_id=of.account_id, refund_id=of.refund_id, amount_cents=of.amount_cents, reason_code="undelivered",
        paid_on=paid_on, voided_on=of.approved_on,
    )  # fmt: skip


async def shown(get: Get) -> Any:
    [one] = (await get("/refunds", account_id=ADA.account_id))["items"]
    assert await get(f"/refunds/{one['refund_id']}") == one
    return one


@pytest.mark.usefixtures("tariff")
async def test_who_moved_out_is_paid_what_was_too_much(rooms: Rooms, post: Post, get: Get, run_cycle: RunCycle) -> None:
    """Ada's last bill was 98.68 and she had paid 150.00 by check; her account is closed."""
    await rooms.tell(ADA.paid(15_000, at=LONG_AGO), ADA.read(110))
    await run_cycle()
    await rooms.tell(AccountClosed(account_id=ADA.account_id, closed_on=NOW.date(), version=2))
    of = await approved(rooms, post)
    assert (of.amount_cents, of.payee, of.mail_to) == (5132, "Ada Moreno", "1001 Elm Street")
    balance = await get(f"/accounts/{ADA.account_id}/balance")
    assert (balance["balance_cents"], balance["credit_cents"]) == (0, 0)
    assert await books(get) == {"cash": 15_000, "receivable": 0, "revenue": -9868, "refund_payable": -5132}
    assert (await proposed(post))["status_code"] == 409, "it is refunded once"

    await rooms.tell(paid(of))
    assert await books(get) == {"cash": 9868, "receivable": 0, "revenue": -9868, "refund_payable": 0}
    one = await shown(get)
    assert (one["state"], one["said"]) == ("paid", "$51.32 was paid out by check 50117 on 2026-03-02.")
    whys = [posting["why"] for posting in (await get(f"/accounts/{ADA.account_id}/postings"))["items"]]
    assert whys[:2] == [
        "A refund was paid out; it had left the balance when it was approved.",
        "Taken off to be refunded: $51.32: $51.32 taken from credit.",
    ]


async def test_a_refund_waits_for_another_person_and_for_the_check_to_clear(rooms: Rooms, post: Post, get: Get) -> None:
    await rooms.tell(ADA.paid(100_00))
    refused = await proposed(post)
    assert (refused["status_code"], refused["title"]) == (409, "Funds not cleared")
    assert refused["facts"] == {"cleared_cents": 0, "all_cleared_on": "2026-03-12"}
    rooms.clock.turn(days=10)
    assert (await proposed(post, amount_cents=100_01))["title"] == "Refund exceeds credit"
    refund = await proposed(post, role="supervisor")
    assert (refund["state"], refund["amount_cents"]) == ("proposed", 100_00)
    assert (await proposed(post))["title"] == "Refund already proposed"
    path = f"/refunds/{refund['refund_id']}"
    assert (await post(f"{path}/approval", WHY, role="supervisor")).status_code == 403
    assert (await post(f"{path}/refusal", WHY, role="supervisor")).status_code == 201
    assert (await post(f"{path}/refusal", WHY, role="supervisor")).status_code == 409
    assert (await shown(get))["state"] == "refused"
    assert await books(get) == {"cash": 100_00, "receivable": -100_00}
    assert [type(fact).__name__ for fact in await rooms.said()].count("RefundApproved") == 0


async def test_a_check_that_bounced_meanwhile_is_not_refunded(rooms: Rooms, post: Post, get: Get) -> None:
    await rooms.tell(check := ADA.paid(100_00, at=LONG_AGO))
    refund = await proposed(post)
    await rooms.tell(ADA.returned(check))
    answer = await post(f"/refunds/{refund['refund_id']}/approval", WHY, role="supervisor")
    assert (answer.status_code, answer.json()["title"]) == (409, "Refund exceeds credit")
    assert (await shown(get))["state"] == "proposed"


@pytest.mark.parametrize("order", ["paid paid voided voided", "voided paid voided paid"])
async def test_in_any_order_and_told_twice_it_ends_the_same(rooms: Rooms, post: Post, get: Get, order: str) -> None:
    await rooms.tell(ADA.paid(100_00, at=LONG_AGO))
    of = await approved(rooms, post, amount_cents=60_00)
    facts = {"paid": paid(of), "voided": voided(of, of.approved_on)}
    for name in order.split():
        await rooms.tell(facts[name])
    one = await shown(get)
    assert (one["state"], one["check_number"], one["void_reason_code"]) == ("voided", "50117", "undelivered")
    assert await books(get) == {"cash": 100_00, "receivable": -100_00, "refund_payable": 0}
    assert (await get(f"/accounts/{ADA.account_id}/balance"))["version"] == 4
    assert (await proposed(post))["amount_cents"] == 100_00, "it can be refunded anew"


@pytest.mark.usefixtures("tariff")
async def test_what_was_never_paid_out_pays_what_is_open(
    rooms: Rooms, post: Post, get: Get, run_cycle: RunCycle
) -> None:
    """Ada's check bounced after the approval: Sam gives the refund up before it is drawn."""
    await rooms.tell(check := ADA.paid(100_00, at=LONG_AGO))
    of = await approved(rooms, post)
    await rooms.tell(ADA.returned(check), ADA.read(110))
    balance = await get(f"/accounts/{ADA.account_id}/balance")
    assert (balance["balance_cents"], balance["credit_cents"]) == (100_00, -100_00)
    assert "taken back after it had been refunded" in balance["why"][0]
    await run_cycle()
    await rooms.tell(voided(of, None))
    balance = await get(f"/accounts/{ADA.account_id}/balance")
    assert (balance["balance_cents"], balance["credit_cents"]) == (9868, 0)
    assert (await books(get))["refund_payable"] == 0
