"""People ask payments: Carla at the counter, her supervisor, and the clerk who finds whose money it was."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from shared.events.inbound import Remittance
from shared.events.licensing import InvoiceCancelled
from shared.events.payments import PaymentPosted, PaymentReversed, RemittancePlaced, RemittanceSuspended
from tests.payments.conftest import Post
from tests.payments.people import DOG_LICENSE, OMAR, ROSA, TODAY, account_number, stub
from tests.rooms import Rooms

ROSA_PAYS = {"account_number": ROSA.account.account_number, "amount_cents": 80_00, "tender": "cash"}
LICENSE_FEE = {"invoice_number": DOG_LICENSE.invoice_number, "amount_cents": 16_20, "tender": "card"}
CHECK = {
    "account_number": ROSA.account.account_number, "amount_cents": 50_00, "tender": "check",
    "instrument_number": "1041", "instrument_on": "2026-02-27", "payee": "Town of Curbstop",
    "amount_in_words": "Fifty and no/100", "street_address": "12 Main St",
}  # fmt: skip


async def test_rosa_pays_in_cash_and_can_look_her_receipt_up(rooms: Rooms, post: Post) -> None:
    answer = await post("/payments", ROSA_PAYS)
    assert answer.status_code == 201, answer.text
    receipt = answer.json()
    assert receipt["receipt_number"] == "FRONT-00000001"
    assert receipt["account_id"] == str(ROSA.account.account_id)

    [told] = [fact for fact in await rooms.said() if isinstance(fact, PaymentPosted)]
    assert (told.amount_cents, told.receipt_number, told.received_on) == (80_00, "FRONT-00000001", TODAY)

    desk = rooms.http("csr")
    found = (await desk.get(f"/payments/{receipt['payment_id']}")).json()
    assert found["account_number"] == ROSA.account.account_number
    assert found["reversed_at"] is None
    for query in (
        {"receipt_number": "FRONT-00000001"},
        {"account_number": f"{ROSA.account.account_number[:5]} {ROSA.account.account_number[5:]}"},
        {"account_id": str(ROSA.account.account_id)},
        {"account_id": str(ROSA.account.account_id), "receipt_number": "FRONT-00000001"},
        {},
    ):
        assert (await desk.get("/payments", params=query)).json()["items"] == [found], query
    assert (await desk.get("/payments", params={"account_number": OMAR.account.account_number})).json()["items"] == []
    assert (await desk.get("/payments", params={"account_number": "123"})).status_code == 422


async def test_carla_clicks_twice(rooms: Rooms, post: Post) -> None:
    both = await asyncio.gather(*(post("/payments", ROSA_PAYS, key="one click") for _ in range(2)))
    assert 201 in [answer.status_code for answer in both]
    again = await post("/payments", ROSA_PAYS, key="one click")
    assert again.status_code == 201
    assert all(answer.json() == again.json() for answer in both if answer.status_code == 201)
    assert len([fact for fact in await rooms.said() if isinstance(fact, PaymentPosted)]) == 1
    other = await post("/payments", ROSA_PAYS | {"amount_cents": 1}, key="one click")
    assert other.status_code == 422


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({}, 201, None),
        ({"street_address": "48 Elm Ave"}, 409, "street_address"),
        ({"amount_in_words": "Fifteen and no/100"}, 409, "amount_in_words"),
        ({"instrument_on": "2025-08-01"}, 409, "instrument_on"),
        ({"instrument_on": "2026-03-03"}, 409, "instrument_on"),
        ({"instrument_number": None}, 422, "instrument_number"),
        ({"payee": None}, 422, "payee"),
        ({"tender": "cash"}, 422, "instrument_number"),
        ({"tender": "lockbox"}, 422, "tender"),
        ({"account_number": "1234567890"}, 422, "account_number"),
        ({"account_number": None, "scan_line": stub(ROSA.account.account_number)}, 201, None),
        ({"scan_line": stub(OMAR.account.account_number)}, 409, "scan_line"),
        ({"scan_line": "1000010018 9868"}, 422, "scan_line"),
        ({"account_number": account_number(77)}, 404, "account_number"),
        ({"invoice_number": DOG_LICENSE.invoice_number}, 422, "invoice_number"),
        ({"amount_cents": 0}, 422, "amount_cents"),
        ({"drawer": "front desk"}, 422, "drawer"),
        ({"payee": "A\x00B"}, 400, None),
    ],
)
async def test_a_check_is_screened_before_it_is_accepted(
    rooms: Rooms, post: Post, change: dict[str, str | None], status: int, field: str | None
) -> None:
    answer = await post("/payments", CHECK | change)
    assert (answer.status_code, answer.json().get("field")) == (status, field), answer.text
    assert len(await rooms.said()) == (status == 201)
    if status == 201:
        found = (await rooms.http("csr").get("/payments", params={"instrument_number": "1041"})).json()["items"]
        assert [each["receipt_number"] for each in found] == ["FRONT-00000001"]


async def test_no_money_is_taken_for_an_invoice_that_was_called_back(rooms: Rooms, post: Post) -> None:
    """Dana withdrew her application; Carl is told to give the money back."""
    (known,) = await found_invoices(rooms)
    cancelled = InvoiceCancelled(
        application_id=known["application_id"], license_type="dog", invoice_id=DOG_LICENSE.invoice_id,
        cancelled_on=TODAY, version=2,
    )  # fmt: skip
    await rooms.tell(cancelled)
    refused = await post("/payments", LICENSE_FEE)
    assert refused.status_code == 409
    assert refused.json()["rule"] == "No money is taken for an invoice whose application was withdrawn."


async def found_invoices(rooms: Rooms) -> list[Any]:
    async with rooms.tx() as tx:
        return await tx.fetch("SELECT application_id FROM invoices")


async def test_an_invoice_is_paid_once_and_exactly(rooms: Rooms, post: Post) -> None:
    for cents in (16_19, 16_21):
        refused = await post("/payments", LICENSE_FEE | {"amount_cents": cents})
        assert (refused.status_code, refused.json()["facts"]["invoice_cents"]) == (409, 16_20)
    both = await asyncio.gather(*(post("/payments", LICENSE_FEE) for _ in range(2)))
    assert sorted(answer.status_code for answer in both) == [201, 409]
    [paid] = [answer.json() for answer in both if answer.status_code == 201]
    [told] = await rooms.said()
    assert isinstance(told, PaymentPosted)
    assert (told.invoice_id, told.key()) == (DOG_LICENSE.invoice_id, str(DOG_LICENSE.invoice_id))

    reversal = {"reason_code": "chargeback"}
    assert (await post(f"/payments/{paid['payment_id']}/reversal", reversal, "supervisor")).status_code == 201
    assert (await post("/payments", LICENSE_FEE)).status_code == 201
    found = await rooms.http("licensing").get("/payments", params={"invoice_number": DOG_LICENSE.invoice_number})
    assert [each["reversal_reason_code"] for each in found.json()["items"]] == [None, "chargeback"]


async def test_a_check_comes_back_and_is_taken_back_once(rooms: Rooms, post: Post) -> None:
    paid = (await post("/payments", CHECK)).json()
    path = f"/payments/{paid['payment_id']}/reversal"
    back = {"reason_code": "R01", "note": "second presentment"}
    assert (await post(path, back)).status_code == 403
    both = await asyncio.gather(*(post(path, back, "supervisor") for _ in range(2)))
    assert sorted(answer.status_code for answer in both) == [201, 409]
    [told] = [fact for fact in await rooms.said() if isinstance(fact, PaymentReversed)]
    assert (told.reason_code, told.amount_cents, told.account_id) == ("R01", 50_00, ROSA.account.account_id)
    assert told.version == 2

    found = (await rooms.http("csr").get(f"/payments/{paid['payment_id']}")).json()
    assert (found["reversal_reason_code"], found["reversal_note"]) == ("R01", "second presentment")
    assert found["amount_cents"] == 50_00
    assert (await post(f"/payments/{uuid4()}/reversal", back, "supervisor")).status_code == 404
    cash = (await post("/payments", ROSA_PAYS)).json()
    assert (await post(f"/payments/{cash['payment_id']}/reversal", back, "supervisor")).status_code == 422


async def test_the_books_of_a_day_sum_to_zero(rooms: Rooms, post: Post) -> None:
    await post("/payments", ROSA_PAYS)
    check = (await post("/payments", CHECK)).json()
    await post(f"/payments/{check['payment_id']}/reversal", {"reason_code": "R01"}, "supervisor")
    await rooms.tell(
        Remittance(reference="1", amount_cents=7, received_on=TODAY),
        Remittance(reference="2", amount_cents=9, received_on=TODAY, account_number=OMAR.account.account_number),
    )
    journal = (await rooms.http("billing").get(f"/journal/{TODAY}")).json()
    assert {line["book"]: (line["debit_cents"], line["credit_cents"]) for line in journal["lines"]} == {
        "clearing.accounts": (50_00, 130_09),
        "on_hand.cash": (80_00, 0),
        "on_hand.check": (50_00, 50_00),
        "on_hand.lockbox": (16, 0),
        "suspense": (0, 7),
    }
    assert journal["difference_cents"] == 0
    empty = (await rooms.http("billing").get("/journal/2026-03-01")).json()
    assert (empty["lines"], empty["debit_cents"]) == ([], 0)


async def test_a_clerk_finds_whose_money_it_was(rooms: Rooms, post: Post) -> None:
    long_ago = TODAY - timedelta(days=40)
    of_omar = stub(OMAR.account.account_number)
    await rooms.tell(
        Remittance(
            reference="LB-7", account_number=ROSA.account.account_number, scan_line=of_omar, amount_cents=41_00,
            received_on=long_ago,
        )
    )  # fmt: skip
    clerk = rooms.http("billing")
    [lost] = (await clerk.get("/suspense")).json()["items"]
    assert (lost["reason_code"], lost["state"]) == ("scan_line_names_another_account", "suspended")
    assert (lost["account_number"], lost["scan_line"]) == (ROSA.account.account_number, of_omar.replace(" ", ""))
    path = f"/suspense/{lost['remittance_id']}/placement"
    to_rosa = {"account_number": ROSA.account.account_number}
    assert (await post(path, to_rosa, "csr")).status_code == 403
    assert (await post(path, {"account_number": account_number(77)}, "billing")).status_code == 404
    both = await asyncio.gather(*(post(path, to_rosa, "billing") for _ in range(2)))
    assert sorted(answer.status_code for answer in both) == [201, 409]
    [placed] = [answer.json() for answer in both if answer.status_code == 201]
    assert (placed["received_on"], placed["receipt_number"]) == (str(long_ago), "LOCKBOX-00000001")

    suspended, posted, found = await rooms.said()
    assert isinstance(suspended, RemittanceSuspended)
    assert isinstance(posted, PaymentPosted)
    assert isinstance(found, RemittancePlaced)
    assert (posted.received_on, posted.account_id) == (long_ago, ROSA.account.account_id)
    assert str(found.payment_id) == placed["payment_id"]

    assert (await clerk.get("/suspense")).json()["items"] == []
    [gone] = (await clerk.get("/suspense", params={"state": "placed"})).json()["items"]
    assert gone["payment_id"] == placed["payment_id"]
    assert (await clerk.get(f"/suspense/{lost['remittance_id']}")).json() == gone
    assert (await clerk.get(f"/suspense/{uuid4()}")).status_code == 404
    journal = (await clerk.get(f"/journal/{TODAY}")).json()
    assert {line["book"]: line["debit_cents"] - line["credit_cents"] for line in journal["lines"]} == {
        "clearing.accounts": -41_00, "on_hand.lockbox": 41_00, "suspense": 0,
    }  # fmt: skip


async def test_lists_come_in_pages_and_miss_nothing(rooms: Rooms, post: Post) -> None:
    for cents in range(1, 8):
        await post("/payments", ROSA_PAYS | {"amount_cents": cents})
    desk, seen, cursor = rooms.http("csr"), [], None
    while True:
        page = (await desk.get("/payments", params={"limit": 3} | ({"cursor": cursor} if cursor else {}))).json()
        seen += [each["amount_cents"] for each in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == [7, 6, 5, 4, 3, 2, 1]


async def test_fifty_people_pay_at_once_and_no_receipt_is_missing(rooms: Rooms, post: Post) -> None:
    async def pay(n: int) -> int:
        # Every fifth is refused: what it took of the series must be given back.
        who = account_number(77) if n % 5 == 0 else (ROSA, OMAR)[n % 2].account.account_number
        body = ROSA_PAYS | {"account_number": who, "drawer": ("FRONT", "BACK")[n % 3 == 0]}
        return (await post("/payments", body)).status_code

    statuses = await asyncio.gather(*(pay(n) for n in range(50)))
    assert sorted(statuses) == [201] * 40 + [404] * 10
    numbers = [fact.receipt_number for fact in await rooms.said() if isinstance(fact, PaymentPosted)]
    back_count = sum(n % 3 == 0 and n % 5 != 0 for n in range(50))
    expected = [f"BACK-{n:08d}" for n in range(1, back_count + 1)]
    expected += [f"FRONT-{n:08d}" for n in range(1, 40 - back_count + 1)]
    assert sorted(numbers) == expected
