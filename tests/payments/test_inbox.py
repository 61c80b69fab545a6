"""Payments hears: money from elsewhere, accounts and invoices in any order, and crews that ask at the valve."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from services.payments import commands
from services.payments.app import tower
from services.payments.commands import NewPayment
from shared.events import Fact
from shared.events.accounts import AccountClosed, ShutoffConfirmationAsked
from shared.events.billing import AccountCredited
from shared.events.inbound import Remittance
from shared.events.payments import (
    PaymentPosted,
    RemittancePlaced,
    RemittanceSuspended,
    ShutoffConfirmed,
    ShutoffObjected,
)
from shared.ids import AccountId, AskId, AuthorizationId, OrderId
from shared.postgres import Request
from tests.payments.conftest import Post, opened, raised
from tests.payments.people import DOG_LICENSE, OMAR, ROSA, TODAY, Person, stub
from tests.rooms import MONDAY_TEN_O_CLOCK, Rooms, ServiceFactory


def remittance(reference: str, who: Person | None = ROSA, cents: int = 50_00, **changes: Any) -> Remittance:
    number = who.account.account_number if who else None
    return Remittance(
        reference=reference, account_number=number, amount_cents=cents, received_on=TODAY, **changes
    )  # fmt: skip


def asked(account_id: AccountId = ROSA.account.account_id, at: datetime = MONDAY_TEN_O_CLOCK) -> Any:
    return ShutoffConfirmationAsked(
        account_id=account_id, ask_id=AskId(uuid4()), order_id=OrderId(uuid4()),
        authorization_id=AuthorizationId(uuid4()), stage="execution", asked_at=at,
        answer_by=at + timedelta(seconds=60),
    )  # fmt: skip


def credited(payment: PaymentPosted) -> AccountCredited:
    assert payment.account_id is not None
    return AccountCredited(
        account_id=payment.account_id, payment_id=payment.payment_id, amount_cents=payment.amount_cents
    )


def names(facts: list[Fact]) -> list[str]:
    return [type(fact).__name__ for fact in facts]


async def total(rooms: Rooms, sql: str) -> int:
    async with rooms.tx() as tx:
        return int(await tx.fetchval(sql) or 0)


async def test_a_lockbox_file_is_posted_in_one_set_and_numbered_without_gaps(rooms: Rooms) -> None:
    await rooms.tell(*(remittance(f"LB-{n}", (ROSA, OMAR)[n % 2], n + 1) for n in range(500)))
    posted = [fact for fact in await rooms.said() if isinstance(fact, PaymentPosted)]
    assert [each.receipt_number for each in posted] == [f"LOCKBOX-{n:08d}" for n in range(1, 501)]
    assert sum(each.amount_cents for each in posted) == 500 * 501 // 2
    assert (
        await total(rooms, "SELECT sum(amount_cents) FROM entries WHERE credit_book = 'clearing.accounts'") == 125_250
    )


async def test_what_names_nobody_is_kept_and_the_rest_of_the_file_is_posted(rooms: Rooms) -> None:
    await rooms.tell(
        remittance("1"), remittance("2", None),
        Remittance(reference="3", account_number="not a number", amount_cents=5, received_on=TODAY),
        Remittance(reference="4", invoice_number=DOG_LICENSE.invoice_number, amount_cents=16_20, received_on=TODAY),
        Remittance(reference="5", invoice_number=DOG_LICENSE.invoice_number, amount_cents=16_20, received_on=TODAY),
    )  # fmt: skip
    said = await rooms.said()
    reasons = [fact.reason_code for fact in said if isinstance(fact, RemittanceSuspended)]
    assert reasons == ["payment_names_one_debt", "number_mistyped", "invoice_already_paid"]
    assert names(said).count("PaymentPosted") == 2
    assert await total(rooms, "SELECT sum(amount_cents) FROM remittances") == 50_00 + 50_00 + 5 + 2 * 16_20


async def test_the_same_money_told_twice_is_taken_once(rooms: Rooms) -> None:
    await rooms.tell(remittance("LB-1"))
    await rooms.tell(remittance("LB-1"), remittance("LB-1"))
    assert names(await rooms.said()) == ["PaymentPosted"]


async def test_a_reference_used_for_other_money_is_answered(rooms: Rooms) -> None:
    await rooms.tell(remittance("LB-1"), remittance("LB-2"))
    taken = await rooms.tell_anyhow(remittance("LB-3"), remittance("LB-1", cents=1), remittance("LB-4"))
    [answer] = taken.answers
    assert answer.field == "reference"
    assert answer.rule.startswith("A sender uses a reference for one sum of money only.")
    assert names(await rooms.said()).count("PaymentPosted") == 4


async def test_money_that_came_before_its_account_or_invoice_is_posted_when_they_are_known(
    service: ServiceFactory,
) -> None:
    rooms = await service(tower)
    invoice = Remittance(
        reference="I", invoice_number=DOG_LICENSE.invoice_number, amount_cents=16_20, received_on=TODAY
    )
    by_stub = remittance("B", None, scan_line=stub(ROSA.account.account_number))
    await rooms.tell(remittance("A"), by_stub, invoice)
    assert names(await rooms.news()) == ["RemittanceSuspended"] * 3
    await rooms.tell(opened(ROSA), raised(), opened(OMAR))
    news = await rooms.news()
    assert names(news) == ["PaymentPosted", "PaymentPosted", "RemittancePlaced", "RemittancePlaced",
                           "PaymentPosted", "RemittancePlaced"]  # fmt: skip
    await rooms.tell(opened(ROSA), raised(), by_stub)
    assert await rooms.news() == []
    assert await total(rooms, "SELECT count(*) FROM remittances WHERE state = 'placed'") == 3
    placed = {fact.payment_id for fact in news if isinstance(fact, RemittancePlaced)}
    assert placed == {fact.payment_id for fact in news if isinstance(fact, PaymentPosted)}


async def test_a_closed_account_still_takes_its_debt(rooms: Rooms) -> None:
    await rooms.tell(AccountClosed(account_id=ROSA.account.account_id, closed_on=TODAY, version=2))
    await rooms.tell(opened(ROSA))
    assert await total(rooms, "SELECT count(*) FROM accounts WHERE closed_on IS NOT NULL") == 1
    await rooms.tell(remittance("LB-1"))
    assert names(await rooms.said()) == ["PaymentPosted"]


async def test_nothing_stands_against_it_and_payments_confirms_for_ten_minutes(rooms: Rooms) -> None:
    ask = asked()
    await rooms.tell(ask)
    [answer] = await rooms.said()
    assert answer == ShutoffConfirmed(
        account_id=ask.account_id, ask_id=ask.ask_id, order_id=ask.order_id, answered_at=rooms.clock.now(),
        valid_until=rooms.clock.now() + timedelta(minutes=10),
    )  # fmt: skip


async def test_money_on_its_way_to_billing_keeps_the_water_on_and_then_billing_decides(rooms: Rooms) -> None:
    await rooms.tell(remittance("LB-1", cents=1_00))
    [payment] = await rooms.news()
    assert isinstance(payment, PaymentPosted)
    await rooms.tell(asked())
    [objection] = await rooms.news()
    assert isinstance(objection, ShutoffObjected)
    assert objection.reason_code == "payment_in_flight"

    rooms.clock.turn(minutes=1)
    asked_before_the_credit_was_heard = asked(at=rooms.clock.now() - timedelta(seconds=30))
    await rooms.tell(credited(payment), credited(payment))
    await rooms.tell(asked_before_the_credit_was_heard, asked(at=rooms.clock.now()), asked(OMAR.account.account_id))
    rooms.clock.turn(minutes=1)
    await rooms.tell(asked(at=rooms.clock.now()))
    assert names(await rooms.news()) == ["ShutoffObjected", "ShutoffConfirmed", "ShutoffConfirmed", "ShutoffConfirmed"]


async def test_a_payment_taken_back_stands_against_nothing(rooms: Rooms, post: Post) -> None:
    cash = {"account_number": ROSA.account.account_number, "amount_cents": 5, "tender": "cash"}
    paid = (await post("/payments", cash)).json()
    await post(f"/payments/{paid['payment_id']}/reversal", {"reason_code": "entered_in_error"}, "supervisor")
    await rooms.tell(asked())
    assert names(await rooms.said())[-1] == "ShutoffConfirmed"


async def test_an_ask_that_comes_too_late_or_for_a_stranger_leaves_the_water_on(rooms: Rooms) -> None:
    late = asked()
    rooms.clock.turn(minutes=5)
    await rooms.tell(late, asked(AccountId(uuid4()), rooms.clock.now()))
    reasons = [fact.reason_code for fact in await rooms.said() if isinstance(fact, ShutoffObjected)]
    assert reasons == ["answered_too_late", "account_unknown"]


async def test_rosa_pays_while_the_crew_stands_at_her_valve(rooms: Rooms, post: Post) -> None:
    ask, other = asked(), asked(OMAR.account.account_id)
    await rooms.tell(ask, other)
    await rooms.news()
    rooms.clock.turn(minutes=9)
    cash = {"account_number": ROSA.account.account_number, "amount_cents": 1, "tender": "cash"}
    assert (await post("/payments", cash)).status_code == 201
    payment, recalled = await rooms.news()
    assert isinstance(payment, PaymentPosted)
    assert isinstance(recalled, ShutoffObjected)
    assert (recalled.ask_id, recalled.reason_code, recalled.version) == (ask.ask_id, "payment_accepted", 2)
    await post("/payments", cash)
    assert names(await rooms.news()) == ["PaymentPosted"]
    rooms.clock.turn(minutes=2)
    await post("/payments", cash | {"account_number": OMAR.account.account_number})
    assert names(await rooms.news()) == ["PaymentPosted"]

    answers = (await rooms.http("csr").get(f"/accounts/{ask.account_id}/shutoff-answers")).json()["items"]
    assert [(each["state"], each["reason_code"]) for each in answers] == [("recalled", "payment_accepted")]


@pytest.mark.parametrize("round_number", range(5))
async def test_the_ask_and_the_payment_race_and_one_of_them_always_knows(rooms: Rooms, round_number: int) -> None:
    ask = asked()
    new = NewPayment(account_number=ROSA.account.account_number, amount_cents=1, tender="cash")

    async def pay() -> None:
        async with rooms.tx() as tx:
            await commands.post_payments(tx, [Request(new, tx.actor, tx.cause)])

    async def answer() -> None:
        async with rooms.tx() as tx:
            await commands.answer_asks(tx, [ask])

    await asyncio.gather(*((pay(), answer()) if round_number % 2 else (answer(), pay())))
    said = [name for name in names(await rooms.said()) if name != "PaymentPosted"]
    assert said in (["ShutoffObjected"], ["ShutoffConfirmed", "ShutoffObjected"])


@pytest.mark.parametrize("table", ["payments", "reversals", "credits", "entries"])
async def test_what_was_written_stays_as_written(rooms: Rooms, post: Post, table: str) -> None:
    cash = {"account_number": ROSA.account.account_number, "amount_cents": 1, "tender": "cash"}
    paid = (await post("/payments", cash)).json()
    await rooms.tell(*[credited(fact) for fact in await rooms.said() if isinstance(fact, PaymentPosted)])
    await post(f"/payments/{paid['payment_id']}/reversal", {"reason_code": "entered_in_error"}, "supervisor")
    for sql in (f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE", f"UPDATE {table} SET payment_id = NULL"):
        with pytest.raises(asyncpg.RestrictViolationError):
            async with rooms.tx() as tx:
                await tx.execute(sql)


async def test_partitions_are_made_long_before_they_are_needed(rooms: Rooms) -> None:
    parts = "SELECT count(*) FROM pg_inherits WHERE inhparent IN ('payments'::regclass, 'entries'::regclass)"
    assert await total(rooms, "SELECT count(*) FROM payments_other") == 0
    before = await total(rooms, parts)
    rooms.clock.turn(days=720)
    assert await rooms.strike() == 1
    made = await total(rooms, parts) - before
    assert made > 0
    assert await rooms.strike() == 0
    rooms.clock.turn(days=90)
    assert await rooms.strike() == 1
    await rooms.tell(remittance("LB-1"))
    assert await total(rooms, "SELECT count(*) FROM payments_other") == 0
    assert await total(rooms, "SELECT count(*) FROM entries_other") == 0


async def test_all_rooms_agree_after_everything_was_told_twice(rooms: Rooms) -> None:
    facts = [remittance(str(n), (ROSA, OMAR)[n % 2], 1 + n % 7) for n in range(60)]
    await rooms.tell(*facts[:40])
    await rooms.tell(*facts)
    posted = [fact for fact in await rooms.said() if isinstance(fact, PaymentPosted)]
    await rooms.tell(*map(credited, posted))
    await rooms.tell(*map(credited, reversed(posted)))
    cents = sum(fact.amount_cents for fact in facts)
    assert sum(each.amount_cents for each in posted) == cents
    assert await total(rooms, "SELECT sum(amount_cents) FROM payments JOIN credits USING (payment_id)") == cents
    assert await total(rooms, "SELECT sum(amount_cents) FROM entries") == cents
