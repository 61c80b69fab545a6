"""Ada's budget plan in the town's books: enrolled, billed, behind, missed, left; and books that tie at every step."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from shared.events.accounts import AccountClosed
from shared.money import dollars
from tests.billing.conftest import Get, Post, RunCycle
from tests.billing.papers import Seen, text_of
from tests.billing.test_bill_papers import document
from tests.billing.test_deposits_kept import books
from tests.billing.town import ADA, NOW
from tests.rooms import Rooms

HOME = f"/agreements/{ADA.agreement_id}"
WHY = {"why": "Ada asked for it at the counter."}
LONG_AGO = timedelta(days=314)
"""From March 2, 2026, to January 10, 2027: 344 days after Ada moved in."""


@pytest.fixture
async def a_year(rooms: Rooms, tariff: None, run_cycle: RunCycle) -> None:
    """Ada used 120 hcf in 344 days and paid for them: 1,184.15, which is 1,256.44 for a year."""
    rooms.clock.turn(days=LONG_AGO.days)
    await rooms.tell(ADA.read(220, NOW + LONG_AGO))
    await run_cycle("2027-01-01", "2027-01-31")
    await rooms.tell(ADA.paid(118_415))


class Town:
    """Ada's meter is read every thirty days, and billed on the same day."""

    def __init__(self, rooms: Rooms, run_cycle: RunCycle, get: Get) -> None:
        self.rooms, self.run_cycle, self.get = rooms, run_cycle, get
        self.value, self.day = 220, datetime(2027, 1, 10, 15, tzinfo=UTC)

    async def month(self, used: int, days: int = 30) -> dict[str, Any]:
        """Thirty days on: she used so much. Answers her newest bill."""
        self.value, self.day = self.value + used, self.day + timedelta(days=days)
        self.rooms.clock.turn(days=days)
        await self.rooms.tell(ADA.read(self.value, self.day))
        async with self.rooms.tx() as tx:
            await tx.execute("UPDATE readings SET state = 'accepted' WHERE state = 'flagged'")
        await self.run_cycle(str(self.day.date()), str(self.day.date()))
        newest = (await self.get(f"/accounts/{ADA.account_id}/bills"))["items"][0]
        return dict(await self.get(f"/bills/{newest['bill_id']}"))

    async def balance(self) -> dict[str, Any]:
        return dict(await self.get(f"/accounts/{ADA.account_id}/balance"))

    async def plan(self) -> dict[str, Any]:
        [plan] = (await self.get("/budget-plans", account_id=str(ADA.account_id)))["items"]
        deferred = (await books(self.get)).get("budget", 0)
        assert deferred == plan["balance_cents"] == sum(plan["cents_by_service"].values()), "the book is the plan"
        return dict(plan)


@pytest.fixture
async def town(rooms: Rooms, a_year: None, run_cycle: RunCycle, get: Get, post: Post) -> Town:
    """Rosa, at the desk, quotes twelve months of 105.00; Ada agrees."""
    quoted = await get(f"{HOME}/budget-quote")
    assert (quoted["amount_cents"], quoted["year_cents"], quoted["days_count"]) == (10_500, 125_644, 344)
    body = {"months_count": 12, "amount_cents": 10_500}
    answer = await post(f"{HOME}/budget-plan", body, role="csr")
    assert answer.status_code == 201, answer.text
    assert (answer.json()["until_on"], answer.headers["etag"]) == ("2028-01-10", '"1"')
    return Town(rooms, run_cycle, get)


async def test_a_quote_says_how_it_was_reckoned_and_enrolling_twice_is_refused(
    rooms: Rooms, town: Town, get: Get, post: Post
) -> None:
    body = {"months_count": 12, "amount_cents": 10_500}
    again = await post(f"{HOME}/budget-plan", body)
    assert (again.status_code, again.json()["title"], again.json()["field"]) == (
        409, "Agreement on plan", "agreement_id"
    )  # fmt: skip
    assert "withdrawal" in again.json()["remedy"]
    nobody = await rooms.http("csr").get(f"/agreements/{UUID(int=5)}/budget-quote")
    assert (nobody.status_code, nobody.json()["title"]) == (404, "Agreement not known")
    assert (await post(f"/budget-plans/{UUID(int=5)}/withdrawal", WHY)).status_code == 404


async def test_what_was_told_must_still_be_true(rooms: Rooms, a_year: None, post: Post, tariff: None) -> None:
    outdated = await post(f"{HOME}/budget-plan", {"months_count": 10, "amount_cents": 10_500})
    assert (outdated.status_code, outdated.json()["field"]) == (409, "amount_cents")
    short = await rooms.http("csr").get("/agreements/00000000-0000-0000-0000-000000002afa/budget-quote")
    assert (short.status_code, short.json()["title"]) == (409, "History too short")
    few = await rooms.http("csr").get(f"{HOME}/budget-quote", params={"months_count": 9})
    assert (few.status_code, few.json()["facts"]) == (422, {"given": 9, "at_least": 10, "at_most": 12})


async def test_each_bill_asks_the_amount_and_still_says_what_was_used(town: Town) -> None:
    """15 hcf are 148.02, of which 105.00 are due; 5 hcf are 49.34, and Ada pays ahead."""
    winter = await town.month(15)
    assert (winter["total_cents"], winter["open_cents"]) == (14_802, 10_500)
    assert sum(line["amount_cents"] for line in winter["lines"]) == 14_802
    share = winter["budget"]
    assert (share["asked_cents"], share["deferred_cents"], share["balance_cents"]) == (10_500, 4_302, 4_302)
    assert (share["true_up_on"], share["true_up_cents"]) == ("2028-01-10", None)
    balance = await town.balance()
    assert (balance["balance_cents"], balance["deferred_cents"]) == (10_500, 4_302)
    assert any("not due before" in said for said in balance["why"])

    await town.rooms.tell(ADA.paid(10_500, at=town.day))
    spring = await town.month(5)
    assert (spring["total_cents"], spring["open_cents"]) == (4_934, 10_500)
    plan = await town.plan()
    assert (plan["balance_cents"], plan["months_asked"]) == (4_302 - 5_566, 2)
    past = await town.get(f"/accounts/{ADA.account_id}/balance", as_of="2027-02-10")
    assert (past["balance_cents"], past["deferred_cents"]) == (0, 4_302)


async def test_the_year_ends_with_what_was_really_used(town: Town, get: Get) -> None:
    """Four quarters: three amounts each, and with the last of them the rest."""
    used: list[int] = []
    for units in (60, 10, 20, 40):
        if used:
            await town.rooms.tell(ADA.paid(31_500, at=town.day))
        bill = await town.month(units, days=91)
        used.append(bill["total_cents"])
    left = sum(used) - 4 * 31_500
    assert bill["budget"]["true_up_cents"] == left
    plan = await town.plan()
    assert (plan["state"], plan["balance_cents"], plan["months_asked"]) == ("completed", 0, 12)
    assert [one["kind"] for one in plan["postings"]] == ["bill"] * 4 + ["true_up"]
    assert (await town.balance())["balance_cents"] == 31_500 + left
    page = Seen((await document(town.rooms, bill["bill_id"])).text)
    assert page.row("Budget plan settled")[1] == dollars(left)
    assert page.row("Amount due")[1] == dollars(31_500 + left)
    assert "is part of the account above" in page.text
    assert (await get(f"{HOME}/budget-quote"))["since_on"] == "2028-01-09"


async def test_who_leaves_owes_what_was_put_off_by_an_ordinary_due_date(town: Town, post: Post) -> None:
    await town.month(15)
    plan = await town.plan()
    path = f"/budget-plans/{plan['plan_id']}/withdrawal"
    headers = {"Idempotency-Key": "leave", "If-Match": '"7"'}
    stale = await town.rooms.http("csr").post(path, json=WHY, headers=headers)
    assert (stale.status_code, stale.json()["title"]) == (412, "Plan changed since")
    left = await post(path, WHY, role="csr")
    assert (left.status_code, left.json()["state"], left.json()["ended_why"]) == (201, "left", WHY["why"])
    balance = await town.balance()
    assert (balance["balance_cents"], balance["deferred_cents"], balance["past_due_cents"]) == (14_802, 0, 0)
    again = await post(path, WHY)
    assert (again.status_code, again.json()["title"]) == (409, "Plan ended")
    assert (await town.month(5))["budget"] is None


async def test_two_missed_amounts_end_the_plan(town: Town) -> None:
    """The first is due March 11; paid late or never, it counts while it is open."""
    await town.month(15)
    await town.month(15)
    town.rooms.clock.turn(days=2)
    await town.rooms.strike()
    assert (await town.plan())["state"] == "active", "one amount is past due"
    town.rooms.clock.turn(days=32)
    await town.rooms.strike()
    plan = await town.plan()
    assert (plan["state"], plan["balance_cents"]) == ("missed", 0)
    balance = await town.balance()
    assert (balance["balance_cents"], balance["past_due_cents"]) == (2 * 14_802, 2 * 10_500)


@pytest.mark.parametrize("ending", ["service_stopped", "account_closed"])
async def test_a_plan_is_settled_when_the_service_or_the_account_ends(town: Town, ending: str) -> None:
    """Paid ahead: what is too much pays what is open."""
    await town.month(5)
    on = town.day.date()
    fact = (
        ADA.stopped(on, town.value) if ending == "service_stopped"
        else AccountClosed(account_id=ADA.account_id, closed_on=on)
    )  # fmt: skip
    await town.rooms.tell(fact)
    plan = await town.plan()
    assert (plan["state"], plan["balance_cents"]) == (ending, 0)
    assert (await town.balance())["balance_cents"] == 4_934


async def test_a_bill_cancelled_and_billed_anew_moves_the_plan_and_not_the_amount(
    town: Town, post: Post, get: Get
) -> None:
    await town.month(10)
    bill = await town.month(15)
    assert (await town.plan())["months_asked"] == 2
    await undo(post, bill["bill_id"])
    plan = await town.plan()
    assert (plan["months_asked"], plan["balance_cents"]) == (1, 9_868 - 10_500)
    assert (await town.balance())["balance_cents"] == 10_500
    rebilled = await post(f"/bills/{bill['bill_id']}/rebill")
    assert rebilled.status_code == 201, rebilled.text
    anew = await town.plan()
    assert (anew["months_asked"], anew["balance_cents"]) == (2, 9_868 + 14_802 - 21_000)
    assert (await town.balance())["balance_cents"] == 21_000


async def test_a_bill_cancelled_after_its_plan_ended_is_settled_again(town: Town, post: Post) -> None:
    """Nobody paid anything: what is left is the first bill, to the cent."""
    await town.month(18)
    bill = await town.month(5)
    plan = await town.plan()
    assert (await post(f"/budget-plans/{plan['plan_id']}/withdrawal", WHY)).status_code == 201
    await undo(post, bill["bill_id"])
    assert (await town.plan())["balance_cents"] == 0
    assert (await town.balance())["balance_cents"] == 17_762
    assert (await post(f"/bills/{bill['bill_id']}/rebill")).status_code == 201
    assert (await town.balance())["balance_cents"] == 17_762 + 4_934


async def undo(post: Post, bill_id: str) -> None:
    """Bea proposes, Sam approves."""
    proposed = await post(f"/bills/{bill_id}/cancellation", {"reason_code": "other", "why": "Billed by mistake."})
    path = f"/cancellations/{proposed.json()['cancellation_id']}/approval"
    assert (await post(path, {"why": "Seen."}, role="supervisor")).status_code == 201


async def test_an_amount_far_off_is_set_anew(town: Town, post: Post, get: Get) -> None:
    """After one month of 60 hcf (592.07) Ada is behind by 487.07, which is more than a fifth of 1,256.44."""
    plan = await town.plan()
    early = await post(f"/budget-plans/{plan['plan_id']}/review", WHY)
    assert (early.status_code, early.json()["title"]) == (409, "Amount still fits")
    await town.month(60)
    [off] = (await get("/budget-plans", review="due"))["items"]
    assert off["balance_cents"] == 48_707
    reviewed = await post(f"/budget-plans/{plan['plan_id']}/review", WHY)
    assert (reviewed.status_code, reviewed.json()["amount_cents"]) == (201, off["suggested_amount_cents"])
    assert (await town.month(10))["budget"]["asked_cents"] == off["suggested_amount_cents"] == 15_000


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Budget amount of this bill", "Net charges of this bill", "Used more than asked, not due yet",
                "about Jan 2028", "You are on a budget plan")),
        ("es", ("Cuota fija de esta factura", "Cargos netos de esta factura", "Consumido de más, aún no exigible",
                "hacia ene 2028", "Usted tiene un plan de cuotas fijas")),
    ],
)  # fmt: skip
async def test_the_bill_on_paper_shows_the_plan_beside_what_was_used(
    town: Town, language: str, words: Sequence[str]
) -> None:
    bill = await town.month(15)
    page = Seen((await document(town.rooms, bill["bill_id"], language=language)).text)
    assert all(one in page.text for one in words), page.text
    amount, used, behind, *_ = words
    assert (page.row(amount)[1], page.row(behind)[1]) == ("$105.00", "$43.02")
    assert [row[1] for row in page.rows if row[0] == used] == ["$148.02", "$148.02"]
    shown = text_of((await document(town.rooms, bill["bill_id"], "pdf", language)).content)
    assert {"$105.00", "$148.02", "$43.02", behind} <= set(shown)
