"""A dispute holds the disputed part only: no notice and no shut-off for it, and both for the rest (stories 5, 10)."""

from typing import Any

from shared.events import Fact
from shared.events.accounts import OrderKind
from shared.events.billing import (
    BalanceChanged,
    DisputeDecided,
    DisputeOpened,
    NoticeSent,
    ShutoffAuthorized,
    ShutoffObjected,
    ShutoffWithdrawn,
)
from shared.ids import AuthorizationId, OrderId, new_id
from tests.billing.conftest import Get, Post
from tests.billing.town import ADA
from tests.rooms import Rooms

FOUND = {"why": "The meter was tested and is right."}


def questioned(**cents: int) -> dict[str, Any]:
    lines = [{"service": service, "amount_cents": amount} for service, amount in cents.items()]
    return {"reason_code": "high_use", "lines": lines, "why": "The house was empty."}


async def disputed(post: Post, bill_id: str, **cents: int) -> str:
    """Ada calls, and Rosa writes it down."""
    opened = await post(f"/bills/{bill_id}/dispute", questioned(**cents), role="csr")
    assert (opened.status_code, opened.json()["state"]) == (201, "open"), opened.text
    return str(opened.json()["dispute_id"])


async def decided(post: Post, dispute_id: str, outcome: str = "upheld", **more: Any) -> dict[str, Any]:
    answer = await post(f"/disputes/{dispute_id}/decision", {"outcome": outcome, **FOUND, **more}, role="senior")
    assert answer.status_code == 201, answer.text
    decision: dict[str, Any] = answer.json()
    return decision


async def passes(rooms: Rooms, *days: int) -> list[Fact]:
    for one in days:
        rooms.clock.turn(days=one)
        await rooms.strike()
    return await rooms.news()


async def balance(get: Get) -> Any:
    return await get(f"/accounts/{ADA.account_id}/balance")


async def etag(rooms: Rooms) -> str:
    return (await rooms.http("csr").get(f"/accounts/{ADA.account_id}/balance")).headers["etag"]


async def test_what_is_wholly_disputed_leads_to_nothing_until_it_is_decided(
    rooms: Rooms, billed: str, post: Post, get: Get
) -> None:
    """Story 5: the meter was within tolerance. The dispute ends with a new due date, and all begins from there."""
    was = await etag(rooms)
    dispute_id = await disputed(post, billed, water=3810, sewer=6058)
    [opened] = await rooms.news()
    assert isinstance(opened, DisputeOpened)
    assert opened.disputed_cents == 9868
    assert await passes(rooms, 60, 30) == []
    page = await balance(get)
    assert (page["balance_cents"], page["past_due_cents"], page["disputed_cents"]) == (9868, 0, 9868)
    assert await etag(rooms) != was, "who read the balance before would not know"
    assert page["why"][-1] == "$98.68 of it is disputed and not asked for until the dispute is decided."
    standing = await get(f"/accounts/{ADA.account_id}/delinquency")
    assert (standing["stage"], standing["past_due_cents"], standing["disputed_cents"]) == ("current", 0, 9868)

    decision = await decided(post, dispute_id)
    assert (decision["state"], decision["due_on"]) == ("upheld", "2026-06-15")
    told = await rooms.news()
    assert [type(fact) for fact in told] == [DisputeDecided, BalanceChanged]
    page = await balance(get)
    assert (page["balance_cents"], page["past_due_cents"], page["disputed_cents"]) == (9868, 0, 0)
    assert {one["due_on"] for one in page["charges"]} == {"2026-06-15"}
    assert await passes(rooms, 44) == []
    assert [type(fact) for fact in await passes(rooms, 1)] == [NoticeSent]
    assert (await get("/trial-balance", role="billing"))["difference_cents"] == 0


async def test_the_part_that_is_not_disputed_is_asked_for_as_ever(
    rooms: Rooms, billed: str, post: Post, get: Get
) -> None:
    await disputed(post, billed, sewer=6058)
    await rooms.news()
    notice, authorized = await passes(rooms, 60, 10)
    assert isinstance(notice, NoticeSent)
    assert isinstance(authorized, ShutoffAuthorized)
    assert (notice.past_due_cents, authorized.past_due_cents) == (3810, 3810)
    await rooms.tell(ADA.paid(3810))
    page = await balance(get)
    assert (page["balance_cents"], page["past_due_cents"]) == (6058, 0)
    assert [(one["service"], one["open_cents"]) for one in page["charges"]] == [("sewer", 6058)]
    assert "ShutoffWithdrawn" in [type(fact).__name__ for fact in await rooms.news()]


async def test_the_crew_at_the_valve_is_told_that_it_is_disputed(rooms: Rooms, billed: str, post: Post) -> None:
    [_, authorized] = await passes(rooms, 60, 10)
    assert isinstance(authorized, ShutoffAuthorized)
    order_id, authorization_id = OrderId(new_id()), AuthorizationId(authorized.authorization_id)
    await rooms.tell(ADA.ordered(order_id, OrderKind.NONPAYMENT_SHUTOFF, authorization_id))
    await disputed(post, billed, water=3810, sewer=6058)
    _, withdrawn = await rooms.news()
    assert isinstance(withdrawn, ShutoffWithdrawn)
    assert withdrawn.reason_code == "supervisor"
    await rooms.tell(ADA.asked(order_id, authorization_id, rooms.clock.now()))
    [objected] = await rooms.news()
    assert isinstance(objected, ShutoffObjected)
    assert objected.reason_code == "disputed"


async def test_a_dispute_of_a_part_stops_no_crew_that_came_for_the_rest(rooms: Rooms, billed: str, post: Post) -> None:
    await passes(rooms, 60, 10)
    await disputed(post, billed, water=3810)
    assert [type(fact) for fact in await rooms.news()] == [DisputeOpened]


async def test_a_dispute_that_is_given_up_leaves_the_old_due_date_and_time_to_pay(
    rooms: Rooms, billed: str, post: Post, get: Get
) -> None:
    await passes(rooms, 60, 10)
    dispute_id = await disputed(post, billed, water=3810, sewer=6058)
    await rooms.news()
    held = await etag(rooms)
    assert (await decided(post, dispute_id, "withdrawn"))["due_on"] is None
    assert await etag(rooms) != held
    assert [type(fact) for fact in await rooms.news()] == [DisputeDecided]
    page = await balance(get)
    assert (page["past_due_cents"], {one["due_on"] for one in page["charges"]}) == (9868, {"2026-04-01"})
    assert await passes(rooms, 9) == []
    assert [type(fact) for fact in await passes(rooms, 1)] == [ShutoffAuthorized]


async def test_a_dispute_that_is_right_ends_with_an_adjustment_and_the_rest_gets_a_new_day(
    rooms: Rooms, billed: str, post: Post, get: Get
) -> None:
    """Story 10: of $60.58 that she questioned, $40.00 is taken off."""
    dispute_id = await disputed(post, billed, sewer=6058)
    early = await post(f"/disputes/{dispute_id}/decision", {"outcome": "adjusted", **FOUND}, role="senior")
    assert (early.status_code, early.json()["title"]) == (422, "Adjustment not of dispute")
    wanted = {
        "account_id": str(ADA.account_id), "bill_id": billed, "form": "high_bill", "cause": "not_explained",
        "lines": [{"service": "sewer", "amount_cents": -4000}], "why": "Not explained by anything found.",
    }  # fmt: skip
    adjusted = (await post("/adjustments", wanted)).json()
    assert adjusted["state"] == "approved"
    page = await balance(get)
    assert (page["balance_cents"], page["disputed_cents"]) == (5868, 2058)
    decision = await decided(post, dispute_id, "adjusted", adjustment_id=adjusted["adjustment_id"])
    assert (decision["state"], decision["due_on"]) == ("adjusted", "2026-03-17")
    page = await balance(get)
    assert sorted((one["due_on"], one["open_cents"]) for one in page["charges"]) == [
        ("2026-03-17", 2058), ("2026-04-01", 3810)
    ]  # fmt: skip
    record = (await get("/disputes", bill_id=billed))["items"][0]
    assert (record["adjustment_id"], record["decided_why"]) == (adjusted["adjustment_id"], FOUND["why"])
    again = await post(f"/disputes/{dispute_id}/decision", {"outcome": "upheld", **FOUND}, role="senior")
    assert (again.status_code, again.json()["title"]) == (409, "Dispute already decided")


async def test_a_payment_pays_what_is_not_disputed_first_and_then_the_rest(
    rooms: Rooms, billed: str, post: Post, get: Get
) -> None:
    dispute_id = await disputed(post, billed, water=3810)
    payment = ADA.paid(7000)
    await rooms.tell(payment)
    assert [(one["service"], one["open_cents"]) for one in (await balance(get))["charges"]] == [("water", 2868)]
    await rooms.tell(ADA.paid(2868))
    assert (await balance(get))["charges"] == []
    assert (await decided(post, dispute_id))["due_on"] is None
    await rooms.tell(ADA.returned(payment))
    assert (await balance(get))["balance_cents"] == 7000
    assert (await get("/trial-balance", role="billing"))["difference_cents"] == 0


async def test_what_cannot_be_disputed_is_refused_with_the_rule(rooms: Rooms, billed: str, post: Post) -> None:
    more = await post(f"/bills/{billed}/dispute", questioned(water=3811))
    assert (more.status_code, more.json()["title"]) == (409, "Dispute exceeds open")
    await disputed(post, billed, water=100)
    twice = await post(f"/bills/{billed}/dispute", questioned(sewer=100))
    assert (twice.status_code, twice.json()["title"]) == (409, "Dispute already open")
    nothing = await post(f"/bills/{new_id()}/dispute", questioned(sewer=100))
    assert (nothing.status_code, nothing.json()["title"]) == (404, "Bill unknown")
    assert (await post(f"/disputes/{new_id()}/decision", {"outcome": "upheld", **FOUND})).status_code == 404


async def test_a_dispute_ends_with_the_bill_it_is_about(rooms: Rooms, billed: str, post: Post, get: Get) -> None:
    dispute_id = await disputed(post, billed, water=3810)
    proposed = await post(f"/bills/{billed}/cancellation", {"reason_code": "other", "why": "Another house."})
    path = f"/cancellations/{proposed.json()['cancellation_id']}/approval"
    assert (await post(path, FOUND, role="supervisor")).status_code == 201
    [told] = [fact for fact in await rooms.news() if isinstance(fact, DisputeDecided)]
    assert (str(told.dispute_id), told.outcome, told.due_on) == (dispute_id, "bill_cancelled", None)
    ended = await get(f"/disputes/{dispute_id}")
    assert (ended["state"], ended["decided_why"]) == ("bill_cancelled", "The bill was cancelled.")
    assert (await balance(get))["balance_cents"] == 0
