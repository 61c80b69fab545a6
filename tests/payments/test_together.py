"""The end of the month at the counter: many pay at once, and are answered as if each had come alone."""

import asyncio
from collections import Counter
from uuid import uuid4

import httpx
import pytest

from shared.events.payments import PaymentPosted
from tests.payments.people import DOG_LICENSE, OMAR, ROSA, account_number
from tests.rooms import Rooms

ROSAS, OMARS = ROSA.account.account_number, OMAR.account.account_number
CASHIERS_COUNT = 200
_TRANSACTIONS = "SELECT count(DISTINCT xmin::text) FROM payments"
_WAITING = """
FROM pg_locks WHERE NOT granted AND pid IN (
  SELECT l.pid FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE d.datname = current_database()
)
"""


async def pay(rooms: Rooms, cashier: str, number: str, cents: int, key: str | None = None) -> httpx.Response:
    """What a cashier is answered who takes cash; her request is known by her name."""
    body = {"account_number": number, "amount_cents": cents, "tender": "cash", "drawer": f"D{cents % 4}"}
    headers = {"Idempotency-Key": key or str(uuid4()), "X-Correlation-Id": f"{cashier}.{cents}"}
    return await rooms.http("cashier", cashier).post("/payments", json=body, headers=headers)


async def test_two_hundred_cashiers_at_once_each_get_their_own_answer(rooms: Rooms) -> None:
    """Every tenth names nobody; every fiftieth clicks twice; all others pay for Rosa or Omar."""

    async def cashier(n: int) -> list[httpx.Response]:
        number = account_number(77) if n % 10 == 0 else (ROSAS, OMARS)[n % 2]
        key = str(uuid4())
        clicks = 2 if n % 50 == 1 else 1
        return await asyncio.gather(*(pay(rooms, f"cashier-{n}", number, n, key) for _ in range(clicks)))

    answered = await asyncio.gather(*(cashier(n) for n in range(1, CASHIERS_COUNT + 1)))
    for n, answers in enumerate(answered, 1):
        assert {answer.status_code for answer in answers} == {404 if n % 10 == 0 else 201}, n
        assert len({answer.content for answer in answers}) == 1, "both clicks are one payment"
    receipts = [each[0].json() for each in answered if each[0].status_code == 201]
    assert len({receipt["payment_id"] for receipt in receipts}) == 180

    posted = [fact for fact in await rooms.said() if isinstance(fact, PaymentPosted)]
    assert len(posted) == 180
    led_to_by = {fact.amount_cents: fact.envelope and fact.envelope.correlation_id for fact in posted}
    assert led_to_by == {n: f"cashier-{n}.{n}" for n in range(1, CASHIERS_COUNT + 1) if n % 10}
    async with rooms.tx() as tx:
        by = dict(await tx.fetch("SELECT amount_cents, posted_by FROM payments"))
        recorded = dict(await tx.fetch("SELECT correlation_id, subject FROM audit_log WHERE action = 'post_payment'"))
        transactions_count = await tx.fetchval(_TRANSACTIONS)
    assert by == {n: f"cashier-{n}" for n in range(1, CASHIERS_COUNT + 1) if n % 10}
    assert recorded == {f"{who}.{n}": who for n, who in by.items()}
    assert transactions_count < 60, "they were not answered together"
    for drawer, count in Counter(f"D{cents % 4}" for cents in by).items():
        numbers = sorted(r["receipt_number"] for r in receipts if r["receipt_number"].startswith(drawer))
        assert numbers == [f"{drawer}-{serial:08d}" for serial in range(1, count + 1)]


async def test_payments_on_one_account_are_told_in_the_order_in_which_they_came(rooms: Rooms) -> None:
    await asyncio.gather(*(pay(rooms, "carla", ROSAS, cents) for cents in range(1, 41)))
    told = [fact for fact in await rooms.said() if isinstance(fact, PaymentPosted)]
    assert [fact.amount_cents for fact in told] == list(range(1, 41))


async def test_one_invoice_in_one_set_is_paid_once(rooms: Rooms) -> None:
    body = {"invoice_number": DOG_LICENSE.invoice_number, "amount_cents": DOG_LICENSE.amount_cents, "tender": "cash"}

    async def take() -> httpx.Response:
        return await rooms.http("cashier").post("/payments", json=body, headers={"Idempotency-Key": str(uuid4())})

    answers = await asyncio.gather(*(take() for _ in range(10)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 9
    refused = {answer.json()["type"] for answer in answers if answer.status_code == 409}
    assert refused == {"urn:curbstop:problem:invoice-already-paid"}


async def test_a_key_used_for_something_else_is_refused_and_the_others_are_not(rooms: Rooms) -> None:
    answers = await asyncio.gather(
        pay(rooms, "carla", ROSAS, 1, "k"), pay(rooms, "carla", ROSAS, 2, "k"), pay(rooms, "carla", OMARS, 3, "other")
    )
    assert [answer.status_code for answer in answers] == [201, 422, 201]
    assert answers[1].json()["type"] == "urn:curbstop:problem:idempotency-key-used-otherwise"


async def test_while_rosas_account_is_held_omar_pays_all_the_same(rooms: Rooms) -> None:
    async with rooms.tx() as holding:
        await holding.fetchval("SELECT 1 FROM accounts WHERE account_number = $1 FOR UPDATE", ROSAS)
        for_rosa = asyncio.create_task(pay(rooms, "carla", ROSAS, 1))
        for_omar = await asyncio.gather(*(pay(rooms, "carla", OMARS, cents) for cents in range(2, 12)))
        assert {answer.status_code for answer in for_omar} == {201}
        assert not for_rosa.done()
    assert (await for_rosa).status_code == 201


@pytest.mark.parametrize("hangs_up", [False, True], ids=["she waits", "she hangs up"])
async def test_the_database_cuts_a_set_off_and_nothing_is_lost_or_doubled(rooms: Rooms, hangs_up: bool) -> None:
    """Each is tried again alone at once; whoever is cut off then, too, or hung up, sends the same key again."""
    keys = {cents: str(uuid4()) for cents in range(1, 31)}
    async with rooms.tx() as watching:
        async with rooms.tx() as holding:
            await holding.fetchval("SELECT 1 FROM accounts WHERE account_number = $1 FOR UPDATE", ROSAS)
            paying = [asyncio.create_task(pay(rooms, "carla", ROSAS, cents, keys[cents])) for cents in keys]
            while not await watching.fetchval(f"SELECT count(pg_terminate_backend(pid)) {_WAITING}"):
                pass
            if hangs_up:
                for each in paying:
                    each.cancel()
        first = await asyncio.gather(*paying, return_exceptions=True)
    seen = [answer.status_code for answer in first if isinstance(answer, httpx.Response)]
    assert len(seen) == (0 if hangs_up else 30)
    assert set(seen) <= {201, 503}
    again = await asyncio.gather(*(pay(rooms, "carla", ROSAS, cents, keys[cents]) for cents in keys))
    assert {answer.status_code for answer in again} == {201}
    posted = [fact.amount_cents for fact in await rooms.said() if isinstance(fact, PaymentPosted)]
    assert sorted(posted) == list(keys)
