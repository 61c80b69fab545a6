"""Billing wants a meter read again: a crew is sent once, and what it reads goes back to billing."""

from datetime import UTC, datetime
from uuid import UUID

from shared.events.accounts import FieldReadingTaken, FieldWorkProgressed
from shared.events.billing import FieldWorkRequested, RereadRequested
from shared.ids import AccountId, AgreementId, BillId, MeterId, OrderId, ReadingId, new_id
from tests.accounts.conftest import Json, Post, opened
from tests.accounts.test_field_work_api import done, sent_out
from tests.rooms import Rooms


def stands_out(account: Json, agreement_id: str | None = None) -> RereadRequested:
    """What billing said when a biller did not believe a reading."""
    return RereadRequested(
        account_id=AccountId(UUID(account["account_id"])), reading_id=ReadingId(new_id()), meter_id=MeterId(new_id()),
        agreement_id=AgreementId(UUID(agreement_id or account["services"][0]["agreement_id"])), flags=["very_high"],
        requested_at=datetime(2026, 3, 2, 15, tzinfo=UTC),
    )  # fmt: skip


async def test_a_crew_is_sent_once_and_its_reading_goes_back(rooms: Rooms, post: Post) -> None:
    """Two readings of Maria's meter stand out: one crew goes."""
    [maria] = await opened(post)
    await rooms.tell(stands_out(maria), stands_out(maria))
    await rooms.tell(stands_out(maria))
    [asked] = [fact for fact in await rooms.said() if isinstance(fact, FieldWorkProgressed)]
    assert (asked.kind, asked.state) == ("reread", "requested")
    order = (await rooms.http("csr").get(f"/orders/{asked.order_id}")).json()
    assert order["purpose_code"] == "reading_stands_out"
    await done(post, await sent_out(post, order), reading=5100)
    [fact] = [fact for fact in await rooms.said() if isinstance(fact, FieldReadingTaken)]
    assert (fact.purpose, fact.value) == ("reread", 5100)


async def test_what_somebody_wants_looked_at_behind_a_high_bill_is_billings_order_or_called_off_at_once(
    rooms: Rooms, post: Post
) -> None:
    """The second leak check of one home is called off under its own id: who asked for it waits for nothing."""
    [maria] = await opened(post)
    wanted = [
        FieldWorkRequested(
            account_id=AccountId(UUID(maria["account_id"])), order_id=OrderId(new_id()), bill_id=BillId(new_id()),
            agreement_id=AgreementId(UUID(maria["services"][0]["agreement_id"])), kind="leak_check",
            requested_at=datetime(2026, 3, 2, 15, tzinfo=UTC),
        )
        for _ in range(2)
    ]  # fmt: skip
    await rooms.tell(*wanted)
    told = [fact for fact in await rooms.said() if isinstance(fact, FieldWorkProgressed)]
    first, second = (fact.order_id for fact in wanted)
    assert [(fact.order_id, fact.state, fact.reason_code) for fact in told] == [
        (first, "requested", None), (second, "requested", None), (second, "cancelled", "order_already_open")
    ]  # fmt: skip
    order = (await rooms.http("csr").get(f"/orders/{first}")).json()
    assert (order["kind"], order["purpose_code"], order["state"]) == ("leak_check", "high_bill", "requested")


async def test_a_service_that_nobody_knows_is_set_aside_with_its_reason(rooms: Rooms, post: Post) -> None:
    [maria] = await opened(post)
    [aside] = (await rooms.tell_anyhow(stands_out(maria, str(new_id())))).asides
    assert "agreement" in aside.reason
