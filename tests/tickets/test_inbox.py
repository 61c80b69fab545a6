"""The desk hears the others: work is opened, advanced and closed, once, whatever comes first or twice."""

from typing import Any
from uuid import uuid4

import pytest

from shared.events import Fact
from shared.events.accounts import OrderKind
from shared.events.tickets import TicketClosed, TicketOpened
from shared.ids import BillId
from tests.rooms import Rooms
from tests.tickets import heard

PAID = "Your payment was received and the shut-off was called off."


async def tickets(rooms: Rooms, **query: str) -> list[dict[str, Any]]:
    """The tickets of the list, whole."""
    desk = rooms.http("csr")
    lines = (await desk.get("/tickets", params=query)).json()["items"]
    return [(await desk.get(f"/tickets/{line['ticket_id']}")).json() for line in lines]


async def test_ms_rivera_pays_and_the_ticket_of_her_shutoff_closes_with_the_text(rooms: Rooms) -> None:
    await rooms.tell(heard.requested(), heard.scheduled(), heard.dispatched())
    await rooms.strike()
    [ticket] = await tickets(rooms)
    assert (ticket["category"], ticket["state"], ticket["summary"]) == (
        "service.shutoff", "assigned", "Shut-off for non-payment",
    )  # fmt: skip
    await rooms.tell(heard.withdrawn(), heard.cancelled("paid"))
    [ticket] = await tickets(rooms)
    assert (ticket["state"], ticket["resolution_code"], ticket["resolution_text"]) == ("closed", "paid", PAID)
    assert [line["note"] for line in ticket["changes"] if line["action"] == "note"] == [
        "The crew's visit is set for March 4, 2026.", "The crew is on its way.", PAID,
    ]  # fmt: skip
    assert ticket["changes"][-1]["detail"]["heard"] == "accounts.ServiceOrderCancelled"


@pytest.mark.parametrize("place", range(4))
async def test_a_withdrawal_that_comes_too_early_is_remembered(rooms: Rooms, place: int) -> None:
    facts: list[Fact] = [heard.requested(), heard.scheduled(), heard.not_completed()]
    facts.insert(place, heard.withdrawn())
    for fact in facts:
        await rooms.tell(fact)
    [ticket] = await tickets(rooms)
    assert (ticket["state"], ticket["resolution_text"]) == ("closed", PAID)


async def test_many_orders_in_one_batch_are_many_tickets(rooms: Rooms) -> None:
    names = [f"order {n}" for n in range(300)]
    await rooms.tell(*(heard.requested(OrderKind.TURN_ON, name) for name in names))
    await rooms.tell(*(heard.completed(OrderKind.TURN_ON, name) for name in names[:299]))
    said = await rooms.said()
    assert sum(isinstance(fact, TicketOpened) for fact in said) == 300
    assert sum(isinstance(fact, TicketClosed) for fact in said) == 299
    [left] = [ticket for ticket in await tickets(rooms, state="new") if ticket["category"] == "service.turn_on"]
    await rooms.tell(heard.completed(OrderKind.TURN_ON, names[299]))
    assert await tickets(rooms, state="new") == []
    assert left["state"] == "new"


async def test_what_ended_before_it_was_opened_never_stays_open(rooms: Rooms) -> None:
    await rooms.tell(heard.completed(OrderKind.RECONNECTION))
    assert await tickets(rooms) == []
    await rooms.tell(heard.requested(OrderKind.RECONNECTION))
    [ticket] = await tickets(rooms)
    assert (ticket["state"], ticket["owner"]) == ("closed", None)
    rooms.clock.turn(days=60)
    assert await rooms.strike() == 0


async def test_a_held_bill_is_reviewed_and_ten_thousand_others_leave_nothing(rooms: Rooms) -> None:
    await rooms.tell(*(heard.bill_issued(BillId(uuid4())) for _ in range(200)))
    async with rooms.tx() as tx:
        assert await tx.fetchval("SELECT count(*) FROM matters") == 0
    await rooms.tell(heard.bill_held())
    await rooms.tell(heard.bill_issued())
    [ticket] = await tickets(rooms)
    assert (ticket["category"], ticket["state"]) == ("billing.review", "closed")


async def test_a_missed_final_reading_is_somebodys_until_it_is_taken(rooms: Rooms) -> None:
    await rooms.tell(heard.progressed("completed", reason_code=None), heard.progressed("completed", "meter_test"))
    async with rooms.tx() as tx:
        assert await tx.fetchval("SELECT count(*) FROM matters") == 0, "it was taken in time"
    await rooms.tell(heard.final_reading_missed())
    await rooms.strike()
    [ticket] = await tickets(rooms)
    assert (ticket["category"], ticket["account_id"]) == ("meter.final_reading", str(heard.ACCOUNT))
    assert ticket["summary"] == "The final reading was due on March 2, 2026 and was not taken."
    assert [clock["clock"] for clock in ticket["clocks"]] == ["acknowledge", "resolution"]
    await rooms.tell(heard.progressed("completed"))
    [ticket] = await tickets(rooms)
    assert (ticket["state"], ticket["resolution_code"]) == ("closed", "read")


async def test_ms_rivera_disputes_a_bill_twice_and_each_dispute_has_its_answer(rooms: Rooms) -> None:
    await rooms.tell(heard.dispute_opened())
    [ticket] = await tickets(rooms)
    assert (ticket["category"], ticket["summary"]) == (
        "billing.incorrect_charge", "A part of a bill is disputed: high use.",
    )  # fmt: skip
    await rooms.tell(heard.dispute_decided("withdrawn"), heard.dispute_opened("again"))
    await rooms.tell(heard.dispute_decided("adjusted", dispute="again"))
    found = await tickets(rooms)
    assert sorted((one["state"], one["resolution_code"]) for one in found) == [
        ("closed", "adjusted"), ("closed", "withdrawn"),
    ]  # fmt: skip


async def test_a_returned_check_and_unknown_money_are_work_for_somebody(rooms: Rooms) -> None:
    await rooms.tell(heard.payment_reversed(), heard.remittance_suspended())
    await rooms.strike()
    found = {ticket["category"]: ticket for ticket in await tickets(rooms)}
    assert set(found) == {"payment.returned_check", "payment.suspense"}
    assert all(ticket["owner"] for ticket in found.values())
    assert found["payment.returned_check"]["account_id"] == str(heard.ACCOUNT)
    assert found["payment.returned_check"]["summary"] == "The payment was taken back: R01."


async def test_a_rejected_application_comes_back_and_its_ticket_closes_when_it_is_decided(rooms: Rooms) -> None:
    await rooms.tell(heard.corrections_requested())
    await rooms.tell(heard.resubmitted(), heard.corrections_requested(), heard.resubmitted())
    await rooms.tell(heard.approved(), heard.license_issued())
    [ticket] = await tickets(rooms)
    assert (ticket["category"], ticket["state"]) == ("license.rejected_review", "closed")
    assert ticket["summary"] == "The application needs corrections by March 16, 2026."
    assert ticket["changes"][-1]["note"] == "Your license DOG-2026-000001 was issued."


async def test_history_cannot_be_rewritten(rooms: Rooms) -> None:
    await rooms.tell(heard.payment_reversed())
    for sql in ("UPDATE ticket_changes SET note = 'nothing'", "DELETE FROM ticket_changes", "TRUNCATE assignments"):
        with pytest.raises(Exception, match="stays on the record"):
            async with rooms.tx() as tx:
                await tx.execute(sql)
