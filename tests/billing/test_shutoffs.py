"""An unpaid bill, by the calendar: notice, shut-off, and what a payment at any moment makes of it (stories 1, 2, 3)."""

from datetime import timedelta
from typing import Any

import pytest

from shared.events import Fact
from shared.events.accounts import OrderKind
from shared.events.billing import (
    BillIssued,
    NoticeSent,
    ReconnectionAuthorized,
    ShutoffAuthorized,
    ShutoffConfirmed,
    ShutoffObjected,
    ShutoffWithdrawn,
)
from shared.ids import AuthorizationId, OrderId, new_id
from tests.billing.conftest import Get, Post, RunCycle
from tests.billing.policies import body
from tests.billing.town import ADA, NOW, TODAY
from tests.rooms import Rooms

STAGES = (NoticeSent, ShutoffAuthorized, ShutoffWithdrawn, ReconnectionAuthorized)


def stages(told: list[Fact]) -> list[str]:
    return [type(fact).__name__ for fact in told if isinstance(fact, STAGES)]


async def news(rooms: Rooms) -> list[str]:
    return stages(await rooms.news())


@pytest.fixture
async def owing(rooms: Rooms, tariff: None, run_cycle: RunCycle) -> BillIssued:
    """Ada owes 98.68 since March 2, due on April 1."""
    await rooms.tell(ADA.read(110))
    await run_cycle()
    [issued] = [fact for fact in await rooms.news() if isinstance(fact, BillIssued)]
    return issued


@pytest.fixture
async def authorized(rooms: Rooms, owing: BillIssued) -> AuthorizationId:
    """It is May 11: the shut-off is authorized."""
    for days in (60, 10):
        rooms.clock.turn(days=days)
        await rooms.strike()
    [_, authorization] = [fact for fact in await rooms.news() if isinstance(fact, STAGES)]
    assert isinstance(authorization, ShutoffAuthorized)
    return authorization.authorization_id


async def crew_goes(rooms: Rooms, authorization_id: AuthorizationId) -> OrderId:
    """Accounts sends a crew."""
    order_id = OrderId(new_id())
    await rooms.tell(ADA.ordered(order_id, OrderKind.NONPAYMENT_SHUTOFF, authorization_id))
    return order_id


async def delinquency(get: Get) -> dict[str, Any]:
    standing: dict[str, Any] = await get(f"/accounts/{ADA.account_id}/delinquency")
    return standing


async def test_the_calendar_of_an_unpaid_bill(rooms: Rooms, owing: BillIssued, get: Get) -> None:
    rooms.clock.turn(days=30)
    assert await rooms.strike() == 0
    rooms.clock.turn(days=29)
    assert await rooms.strike() == 0
    assert (await delinquency(get))["stage"] == "current"
    rooms.clock.turn(days=1)
    await rooms.strike()
    [notice] = [fact for fact in await rooms.news() if isinstance(fact, NoticeSent)]
    assert (notice.past_due_cents, notice.sent_on) == (9868, TODAY + timedelta(days=60))
    assert notice.shutoff_not_before_on == TODAY + timedelta(days=70)
    assert (await delinquency(get))["stage"] == "noticed"
    rooms.clock.turn(days=9, hours=23)
    assert await rooms.strike() == 0
    rooms.clock.turn(hours=1)
    await rooms.strike()
    assert await news(rooms) == ["ShutoffAuthorized"]
    standing = await delinquency(get)
    assert (standing["stage"], standing["asked_cents"], standing["next_steps"]) == ("authorized", 9868, [])
    assert await rooms.strike() == 0


async def test_a_clock_that_is_turned_too_far_still_leaves_the_ten_days(rooms: Rooms, owing: BillIssued) -> None:
    rooms.clock.turn(days=120)
    await rooms.strike()
    assert await news(rooms) == ["NoticeSent"]
    rooms.clock.turn(days=10)
    await rooms.strike()
    assert await news(rooms) == ["ShutoffAuthorized"]


async def test_a_bill_that_is_paid_is_never_noticed(rooms: Rooms, owing: BillIssued, get: Get) -> None:
    await rooms.tell(ADA.paid(9868))
    assert (await delinquency(get))["next_steps"] == []
    rooms.clock.turn(days=200)
    assert await rooms.strike() == 0


async def test_payment_stops_a_shut_off_and_a_part_payment_does_not(
    rooms: Rooms, authorized: AuthorizationId, get: Get
) -> None:
    """Story 1, billing's part: Ada pays part, then the rest, while the crew is on its way."""
    order_id = await crew_goes(rooms, authorized)
    now = rooms.clock.now()
    await rooms.tell(ADA.asked(order_id, authorized, now))
    [confirmed] = await rooms.news()
    assert isinstance(confirmed, ShutoffConfirmed)
    assert confirmed.valid_until == now + timedelta(minutes=10)
    await rooms.tell(ADA.paid(5000))
    assert await news(rooms) == []
    await rooms.tell(ADA.paid(4868))
    [withdrawn] = [fact for fact in await rooms.news() if isinstance(fact, STAGES)]
    assert isinstance(withdrawn, ShutoffWithdrawn)
    assert (withdrawn.authorization_id, withdrawn.reason_code) == (authorized, "paid")
    await rooms.tell(ADA.asked(order_id, authorized, now))
    [objected] = await rooms.news()
    assert isinstance(objected, ShutoffObjected)
    assert objected.reason_code == "paid"
    standing = await delinquency(get)
    assert (standing["stage"], standing["authorization"]["state"]) == ("current", "withdrawn")


async def test_payment_brings_the_water_back_once(rooms: Rooms, authorized: AuthorizationId, get: Get) -> None:
    """Story 2, billing's part."""
    order_id = await crew_goes(rooms, authorized)
    await rooms.tell(ADA.done(order_id, OrderKind.NONPAYMENT_SHUTOFF))
    assert (await delinquency(get))["stage"] == "shut_off"
    await rooms.tell(ADA.paid(9868), ADA.paid(100))
    assert await news(rooms) == ["ReconnectionAuthorized"]
    back = OrderId(new_id())
    await rooms.tell(ADA.ordered(back, OrderKind.RECONNECTION, authorized), ADA.done(back, OrderKind.RECONNECTION))
    standing = await delinquency(get)
    assert (standing["stage"], standing["authorization"]["state"]) == ("current", "reconnected")
    assert await news(rooms) == []


async def test_a_shut_off_that_crossed_the_payment_is_brought_back_at_once(
    rooms: Rooms, authorized: AuthorizationId
) -> None:
    """Payments and accounts speak on topics of their own: the payment is heard first, then that the water is off."""
    order_id = await crew_goes(rooms, authorized)
    await rooms.tell(ADA.paid(9868))
    assert await news(rooms) == ["ShutoffWithdrawn"]
    done = ADA.done(order_id, OrderKind.NONPAYMENT_SHUTOFF)
    await rooms.tell(done, done)
    assert await news(rooms) == ["ReconnectionAuthorized"]


async def test_shut_off_and_back_on_heard_in_one_set_both_count(
    rooms: Rooms, authorized: AuthorizationId, get: Get
) -> None:
    off, back = await crew_goes(rooms, authorized), OrderId(new_id())
    await rooms.tell(ADA.ordered(back, OrderKind.RECONNECTION, authorized))
    await rooms.tell(ADA.done(off, OrderKind.NONPAYMENT_SHUTOFF), ADA.done(back, OrderKind.RECONNECTION))
    standing = await delinquency(get)
    assert (standing["stage"], standing["authorization"]["state"]) == ("noticed", "reconnected")
    assert standing["authorization"]["executed_at"] is not None


async def test_a_returned_check_restores_stage_and_dates_but_never_an_instant_shut_off(
    rooms: Rooms, authorized: AuthorizationId, get: Get
) -> None:
    """Story 3, billing's part."""
    payment = ADA.paid(9868)
    await rooms.tell(payment)
    rooms.clock.turn(days=5)
    await rooms.tell(ADA.returned(payment, rooms.clock.now()))
    assert await news(rooms) == ["ShutoffWithdrawn"]
    standing = await delinquency(get)
    assert (standing["stage"], standing["asked_cents"]) == ("noticed", 9868)
    assert standing["notice"]["sent_on"] == str(TODAY + timedelta(days=60))
    assert await rooms.strike() == 0
    rooms.clock.turn(days=9)
    assert await rooms.strike() == 0
    rooms.clock.turn(days=1)
    await rooms.strike()
    assert await news(rooms) == ["ShutoffAuthorized"]


async def test_a_returned_check_before_any_notice_restores_the_date_of_the_notice(
    rooms: Rooms, owing: BillIssued, get: Get
) -> None:
    before = (await delinquency(get))["next_steps"]
    payment = ADA.paid(9868)
    await rooms.tell(payment)
    await rooms.tell(ADA.returned(payment))
    assert (await delinquency(get))["next_steps"] == before
    assert [step["kind"] for step in before] == ["notice"]


async def test_nothing_is_shut_off_where_nothing_runs(rooms: Rooms, owing: BillIssued) -> None:
    """Ada moved out; what she owes stays hers, but there is no water to shut off."""
    await rooms.tell(ADA.stopped(TODAY + timedelta(days=10), 112))
    rooms.clock.turn(days=200)
    await rooms.strike()
    assert await news(rooms) == []


async def test_a_crew_without_leave_is_sent_home(rooms: Rooms) -> None:
    await rooms.tell(ADA.asked(OrderId(new_id()), AuthorizationId(new_id()), NOW))
    [objected] = await rooms.news()
    assert isinstance(objected, ShutoffObjected)
    assert objected.reason_code == "not_authorized"


async def test_a_policy_that_breaks_the_law_is_refused_with_the_law(rooms: Rooms, post: Post, get: Get) -> None:
    unlawful = {"name": "nj-municipal", "effective_on": "2026-04-01", "body": body(shutoff_after_notice_days=5)}
    refused = await post("/policies", unlawful, role="supervisor")
    assert (refused.status_code, refused.json()["title"]) == (422, "Policy breaks law")
    assert "40A:31-12" in refused.text
    kinder = {"name": "nj-municipal", "effective_on": "2026-03-01", "body": body(notice_after_due_days=45)}
    assert (await post("/policies", kinder, role="supervisor")).status_code == 201
    assert (await post("/policies", kinder, role="supervisor")).status_code == 409
    packs = [(one["name"], one["effective_on"]) for one in (await get("/policies"))["items"]]
    assert packs == [("nj-bpu", "1970-01-01"), ("nj-municipal", "1970-01-01"), ("nj-municipal", "2026-03-01")]


async def test_a_kinder_policy_moves_the_notice_away(rooms: Rooms, owing: BillIssued, post: Post, get: Get) -> None:
    kinder = {"name": "nj-municipal", "effective_on": "2026-03-01", "body": body(notice_after_due_days=45)}
    response = await post("/policies", kinder, role="supervisor")
    assert response.status_code == 201, response.text
    rooms.clock.turn(days=60)
    await rooms.strike()
    assert await news(rooms) == []
    [step] = (await delinquency(get))["next_steps"]
    assert step["due_at"].startswith(str(TODAY + timedelta(days=75)))
