"""Billing wants a meter read again: a crew is sent once, and what it reads goes back to billing."""

from datetime import UTC, datetime
from uuid import UUID

from shared.events.accounts import FieldReadingTaken, FieldWorkProgressed
from shared.events.billing import RereadRequested
from shared.ids import AccountId, AgreementId, MeterId, ReadingId, new_id
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


async def test_a_service_that_nobody_knows_is_set_aside_with_its_reason(rooms: Rooms, post: Post) -> None:
    [maria] = await opened(post)
    [aside] = (await rooms.tell_anyhow(stands_out(maria, str(new_id())))).asides
    assert "agreement" in aside.reason
