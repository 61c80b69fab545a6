"""Payments are credited and taken back: the ledger balances, says why, and nothing is ever changed in it."""

from datetime import date, timedelta
from uuid import UUID

import asyncpg
import pytest

from shared.events.billing import AccountCredited, AccountDebited, BalanceChanged
from shared.ids import AccountId, PaymentId, new_id
from tests.billing.conftest import Get, RunCycle
from tests.billing.town import ADA, BEN, CLEO, NOW, TODAY
from tests.rooms import Rooms


async def bill_ada(rooms: Rooms, run_cycle: RunCycle) -> None:
    """Ada owes 98.68: 38.10 for water, 60.58 for sewer."""
    await rooms.tell(ADA.read(110))
    await run_cycle()
    await rooms.news()


async def test_two_payments_on_one_account_in_one_batch_both_count(
    rooms: Rooms, tariff: None, get: Get, run_cycle: RunCycle
) -> None:
    await bill_ada(rooms, run_cycle)
    first, second = ADA.paid(5000), ADA.paid(4868)
    await rooms.tell(first, BEN.paid(100), second)
    told = await rooms.news()
    assert [fact.account_id for fact in told if isinstance(fact, AccountCredited)] == [
        ADA.account_id, BEN.account_id, ADA.account_id,
    ]  # fmt: skip
    balances = {fact.account_id: fact for fact in told if isinstance(fact, BalanceChanged)}
    assert (balances[ADA.account_id].balance_cents, balances[ADA.account_id].version) == (0, 3)
    assert balances[BEN.account_id].balance_cents == -100
    balance = await get(f"/accounts/{ADA.account_id}/balance")
    assert (balance["balance_cents"], balance["charges"]) == (0, [])
    assert balance["why"] == ["Everything that was billed is paid."]
    latest, earlier, bill = (await get(f"/accounts/{ADA.account_id}/postings"))["items"]
    assert {latest["posting_id"], earlier["posting_id"]} == {str(first.payment_id), str(second.payment_id)}
    assert bill["why"].startswith("Bill of $98.68: ")
    assert "$38.10 paid for water due April 1, 2026" in earlier["why"]


async def test_a_part_payment_says_what_is_open_and_why(
    rooms: Rooms, tariff: None, get: Get, run_cycle: RunCycle
) -> None:
    await bill_ada(rooms, run_cycle)
    await rooms.tell(ADA.paid(5000))
    response = await rooms.http("csr").get(f"/accounts/{ADA.account_id}/balance")
    balance = response.json()
    assert response.headers["etag"] == '"2"'
    assert (balance["balance_cents"], balance["past_due_cents"], balance["credit_cents"]) == (4868, 0, 0)
    assert balance["why"] == ["$48.68 of $60.58 for sewer is open, due April 1, 2026."]
    [bill] = (await get(f"/accounts/{ADA.account_id}/bills"))["items"]
    assert bill["open_cents"] == 4868


async def test_money_for_an_account_nobody_told_of_is_credited_all_the_same(rooms: Rooms, get: Get) -> None:
    """Payments told it before accounts told of Cleo."""
    await rooms.tell(CLEO.paid(700))
    assert [fact.event_type() for fact in await rooms.news()] == ["billing.AccountCredited", "billing.BalanceChanged"]
    await rooms.tell(CLEO.opened())
    balance = await get(f"/accounts/{CLEO.account_id}/balance")
    assert (balance["balance_cents"], balance["credit_cents"]) == (-700, 700)
    assert balance["why"] == ["$7.00 was paid beyond all bills and pays the next one."]


async def test_money_for_an_invoice_is_licensings(rooms: Rooms) -> None:
    await rooms.tell(ADA.paid(1620).model_copy(update={"account_id": None, "invoice_id": UUID(int=5)}))
    assert await rooms.news() == []


async def test_the_balance_as_of_any_past_day_can_be_asked_and_says_why(
    rooms: Rooms, tariff: None, get: Get, run_cycle: RunCycle
) -> None:
    await bill_ada(rooms, run_cycle)
    rooms.clock.turn(days=40)
    payment = ADA.paid(6000, at=NOW + timedelta(days=35))
    await rooms.tell(payment)
    await rooms.tell(ADA.returned(payment, NOW + timedelta(days=39)))
    path = f"/accounts/{ADA.account_id}/balance"
    by_day = {}
    for days in (-1, 0, 34, 35, 39):
        as_of = await get(path, as_of=str(TODAY + timedelta(days=days)))
        by_day[days] = (as_of["balance_cents"], as_of["past_due_cents"])
    assert by_day == {-1: (0, 0), 0: (9868, 0), 34: (9868, 9868), 35: (3868, 3868), 39: (9868, 9868)}
    said = (await get(path, as_of=str(TODAY + timedelta(days=36))))["why"]
    assert said == [
        "Bills issued through April 7, 2026: $98.68.",
        "Payments received through April 7, 2026: -$60.00.",
        "$38.68 of $60.58 for sewer is open, past due since April 1, 2026.",
    ]
    ahead = await rooms.http("csr").get(path, params={"as_of": str(TODAY + timedelta(days=41))})
    assert (ahead.status_code, ahead.json()["errors"][0]["field"]) == (422, "as_of")


async def test_a_returned_payment_is_a_counter_entry_and_happens_once(
    rooms: Rooms, tariff: None, get: Get, run_cycle: RunCycle
) -> None:
    await bill_ada(rooms, run_cycle)
    payment = ADA.paid(9868)
    await rooms.tell(payment)
    await rooms.news()
    await rooms.tell(ADA.returned(payment))
    debited, balance = await rooms.news()
    assert isinstance(debited, AccountDebited)
    assert debited.payment_id == payment.payment_id
    assert isinstance(balance, BalanceChanged)
    assert balance.balance_cents == 9868
    reversal = (await get(f"/accounts/{ADA.account_id}/postings"))["items"][0]
    assert (reversal["kind"], reversal["reverses"]) == ("payment_reversal", str(payment.payment_id))
    twice = await rooms.tell_anyhow(ADA.returned(payment))
    assert [aside.reason.split(" (")[0] for aside in twice.asides] == ["A payment is reversed at most once."]
    unknown = await rooms.tell_anyhow(BEN.returned(BEN.paid(100)))
    assert [aside.reason.split(" (")[0] for aside in unknown.asides] == [
        "Only a payment that was credited can be taken back."
    ]


async def test_the_trial_balance_ties(rooms: Rooms, tariff: None, get: Get, run_cycle: RunCycle) -> None:
    await bill_ada(rooms, run_cycle)
    payment = ADA.paid(12_000)
    await rooms.tell(payment, BEN.paid(250))
    await rooms.tell(ADA.returned(payment))
    trial = await get("/trial-balance", role="billing")
    assert trial["difference_cents"] == 0
    assert trial["debit_cents"] == trial["credit_cents"]
    assert trial["accounts_cents"] == trial["control_cents"] == 9868 - 250
    revenue = {line["service"]: line["credit_cents"] for line in trial["lines"] if line["book"] == "revenue"}
    assert revenue == {"water": 3810, "sewer": 6058}


async def test_nothing_in_the_ledger_is_ever_changed(rooms: Rooms) -> None:
    await rooms.tell(ADA.paid(100))
    for statement in (
        "UPDATE entries SET amount_cents = 1", "DELETE FROM entries", "UPDATE postings SET kind = 'bill'",
        "DELETE FROM postings", "TRUNCATE postings", "TRUNCATE entries", "DELETE FROM readings",
    ):  # fmt: skip
        with pytest.raises(asyncpg.RestrictViolationError):
            async with rooms.tx() as tx:
                await tx.execute(statement)


async def test_entries_that_do_not_sum_to_zero_are_refused_by_the_database(rooms: Rooms) -> None:
    with pytest.raises(asyncpg.CheckViolationError, match="do not sum to zero"):
        async with rooms.tx() as tx:
            await tx.execute(
                "INSERT INTO entries (posting_id, n, book, amount_cents, effective_on)"
                " VALUES ($1, 1, 'cash', 5, $2), ($1, 2, 'revenue', -4, $2)",
                new_id(), date(2026, 3, 2),
            )  # fmt: skip


async def test_postings_lie_in_the_partition_of_their_time_and_other_ids_beside_them(rooms: Rooms) -> None:
    await rooms.tell(ADA.paid(100), ADA.paid(200, PaymentId(UUID(int=77))))
    async with rooms.tx() as tx:
        places = await tx.fetch("SELECT tableoid::regclass::text AS place FROM postings ORDER BY posting_id")
        assert places[0]["place"] == "postings_other"
        assert places[1]["place"].startswith("postings_20")


async def test_an_account_that_nobody_knows_is_not_found(rooms: Rooms) -> None:
    for noun in ("balance", "delinquency"):
        response = await rooms.http("csr").get(f"/accounts/{AccountId(new_id())}/{noun}")
        assert (response.status_code, response.json()["title"]) == (404, "Account not in ledger")
