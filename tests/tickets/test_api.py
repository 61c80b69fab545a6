"""People ask the desk: Rosa at the counter, Maria beside her, Marcus their senior, and Denise the supervisor."""

from typing import Any
from uuid import uuid4

import pytest

from shared.events.tickets import TicketClosed, TicketReopened
from tests.rooms import Rooms
from tests.tickets.conftest import Open, Step, set_person

ANSWER = {"resolution_code": "explained", "text": "Sewer is 159 percent of water, by the tariff."}


async def whole(rooms: Rooms, ticket: dict[str, Any]) -> dict[str, Any]:
    """The ticket with its history, as Rosa reads it."""
    found: dict[str, Any] = (await rooms.http("csr").get(f"/tickets/{ticket['ticket_id']}")).json()
    return found


async def test_rosas_question_goes_from_the_counter_to_the_end_and_its_history_says_how(
    rooms: Rooms, open_ticket: Open, step: Step
) -> None:
    ticket = await open_ticket(account_id=str(uuid4()))
    assert (ticket["state"], ticket["owner"], ticket["version"]) == ("assigned", "maria", 2)
    for name, said in (
        ("start", {}),
        ("waiting", {"waiting_on": "customer", "note": "He will bring the old bill."}),
        ("resumption", {}),
        ("resolution", ANSWER),
        ("closure", {}),
    ):
        answer = await step(ticket, name, subject="maria", **said)
        assert answer.status_code == 200, answer.text
    assert answer.json()["state"] == "closed"
    assert answer.headers["etag"] == '"7"'

    found = await whole(rooms, ticket)
    assert [(line["action"], line["to_state"], line["changed_by"]) for line in found["changes"]] == [
        ("open", "new", "rosa"), ("assign", "assigned", "rosa"), ("start", "in_progress", "maria"),
        ("wait", "waiting", "maria"), ("resume", "in_progress", "maria"), ("resolve", "resolved", "maria"),
        ("close", "closed", "maria"),
    ]  # fmt: skip
    assert found["changes"][3]["note"] == "He will bring the old bill."
    assert found["resolution_text"] == ANSWER["text"]
    assert [clock["state"] for clock in found["clocks"]] == ["met", "met"]
    said_kinds = [type(fact).__name__ for fact in await rooms.said()]
    assert said_kinds == ["TicketOpened", "TicketAssigned", "TicketResolved", "TicketClosed"]
    assert await rooms.strike() == 0, "nothing waits for the clock any more"


async def test_each_decision_of_the_router_is_kept_with_how_everybody_stood(rooms: Rooms, open_ticket: Open) -> None:
    first, second = await open_ticket(), await open_ticket()
    assert first["owner"] != second["owner"]
    [decision] = (await whole(rooms, second))["assignments"]
    assert (decision["representative"], decision["chosen_by"], decision["decided_by"]) == (
        second["owner"],
        "router",
        "rosa",
    )
    barriers = {standing["representative"]: standing["barrier"] for standing in decision["standings"]}
    assert barriers == {"maria": None, "marcus": None, "rosa": None, "denise": "lacks_skill"}


async def test_a_second_matter_of_the_same_customer_goes_to_whoever_has_the_first(open_ticket: Open) -> None:
    neighbor, customer = str(uuid4()), str(uuid4())
    first = await open_ticket(account_id=customer)
    await open_ticket(account_id=neighbor)
    assert (await open_ticket("billing.incorrect_charge", account_id=customer))["owner"] == first["owner"]


async def test_an_inquiry_answered_at_once_is_one_request(rooms: Rooms, open_ticket: Open) -> None:
    ticket = await open_ticket("inquiry.general", answer=ANSWER)
    assert (ticket["state"], ticket["owner"]) == ("resolved", None)
    rooms.clock.turn(days=10)
    await rooms.strike()
    assert (await whole(rooms, ticket))["state"] == "closed"


async def test_a_double_click_opens_one_ticket(rooms: Rooms) -> None:
    body, headers = {"category": "service.failure", "summary": "No water"}, {"Idempotency-Key": "a double click"}
    first, second = [await rooms.http("csr").post("/tickets", json=body, headers=headers) for _ in range(2)]
    assert first.json() == second.json()
    assert len((await rooms.http("csr").get("/tickets")).json()["items"]) == 1


async def test_what_nobody_can_take_waits_and_is_routed_as_soon_as_there_is_somebody(
    empty_desk: Rooms,
) -> None:
    body = {"category": "meter.test", "summary": "The meter runs fast"}
    rosa = empty_desk.http("csr")
    ticket = (await rosa.post("/tickets", json=body, headers={"Idempotency-Key": "meter"})).json()
    assert (ticket["state"], ticket["owner"]) == ("new", None)
    await set_person(empty_desk, "gus", name="Gus Pine", capacity=5, skills={"meters": 3})
    await empty_desk.strike()
    found = await whole(empty_desk, ticket)
    assert (found["state"], found["owner"]) == ("assigned", "gus")
    assert [decision["representative"] for decision in found["assignments"]] == [None, "gus"]


async def test_at_night_it_waits_for_the_morning_shift(rooms: Rooms, open_ticket: Open) -> None:
    rooms.clock.turn(hours=9)
    ticket = await open_ticket()
    assert ticket["state"] == "new"
    rooms.clock.turn(hours=14)
    await rooms.strike()
    assert (await whole(rooms, ticket))["state"] == "assigned"


async def test_a_lead_gives_work_to_others_and_a_representative_does_not(open_ticket: Open, step: Step) -> None:
    ticket = await open_ticket()
    owner = ticket["owner"]
    [other] = {"maria", "rosa"} - {owner}
    refused = await step(ticket, "assignment", representative=other, instead_of=owner, subject="zoe")
    assert refused.status_code == 403
    assert refused.json()["type"].endswith("only-leads-give-work-to-others")
    refused = await step(ticket, "assignment", "senior", representative=other)
    assert (refused.status_code, refused.json()["facts"]["owner"]) == (409, owner)
    moved = await step(ticket, "assignment", "senior", representative=other, instead_of=owner)
    assert moved.json()["owner"] == other
    refused = await step(ticket, "assignment", "senior", representative="denise", instead_of=other)
    assert (refused.status_code, refused.json()["facts"]["reason"]) == (409, "lacks_skill")
    unknown = await step(ticket, "assignment", "senior", representative="nobody", instead_of=other)
    assert unknown.status_code == 404
    again = await step(ticket, "assignment", "senior", representative=other)
    assert again.json()["version"] == moved.json()["version"], "what is so already changes nothing"


async def test_who_gives_a_ticket_back_gets_somebody_else(open_ticket: Open, step: Step) -> None:
    ticket = await open_ticket()
    moved = await step(ticket, "assignment", subject=ticket["owner"], instead_of=ticket["owner"])
    assert moved.json()["owner"] not in (ticket["owner"], None)


async def test_a_step_that_its_state_does_not_allow_is_refused_with_what_it_is(open_ticket: Open, step: Step) -> None:
    ticket = await open_ticket()
    refused = await step(ticket, "closure")
    assert refused.status_code == 409
    assert (refused.json()["facts"]["state"], refused.json()["facts"]["step"]) == ("assigned", "close")
    for text in ("", "   ", "x" * 4001):
        assert (await step(ticket, "resolution", resolution_code="explained", text=text)).status_code == 422


async def test_who_read_an_older_version_is_told(open_ticket: Open, step: Step) -> None:
    ticket = await open_ticket()
    assert (await step(ticket, "start", etag=f'"{ticket["version"]}"')).status_code == 200
    late = await step(ticket, "resolution", etag=f'"{ticket["version"]}"', **ANSWER)
    assert late.status_code == 412
    assert late.json()["facts"]["version"] == 3


async def test_a_reopened_ticket_is_routed_again_with_new_clocks(rooms: Rooms, open_ticket: Open, step: Step) -> None:
    ticket = await open_ticket()
    await step(ticket, "resolution", **ANSWER)
    rooms.clock.turn(hours=2)
    again = (await step(ticket, "reopening", note="He still does not understand.")).json()
    assert (again["state"], again["owner"], again["cycle"]) == ("assigned", ticket["owner"], 2)
    clocks = (await whole(rooms, ticket))["clocks"]
    assert [(clock["clock"], clock["cycle"], clock["state"]) for clock in clocks] == [
        ("acknowledge", 1, "met"), ("resolution", 1, "met"),
        ("acknowledge", 2, "running"), ("resolution", 2, "running"),
    ]  # fmt: skip
    assert any(isinstance(fact, TicketReopened) for fact in await rooms.said())


async def test_a_duplicate_names_the_one_that_goes_on_and_can_be_taken_back(open_ticket: Open, step: Step) -> None:
    original, copy = await open_ticket(), await open_ticket()
    marked = await step(copy, "duplication", duplicate_of=original["ticket_id"])
    assert marked.json()["state"] == "duplicate"
    for wrong in (original["ticket_id"], copy["ticket_id"]):
        assert (await step(original, "duplication", duplicate_of=wrong)).status_code == 422
    assert (await step(copy, "reopening")).json()["state"] == "assigned"


async def test_a_cancelled_ticket_is_over_and_makes_room(rooms: Rooms, open_ticket: Open, step: Step) -> None:
    ticket = await open_ticket()
    off = await step(ticket, "cancellation", reason_code="asked_by_mistake")
    assert off.json()["state"] == "cancelled"
    assert (await step(ticket, "reopening")).status_code == 409
    [told] = [fact for fact in await rooms.said() if isinstance(fact, TicketClosed)]
    assert told.outcome == "cancelled"


async def test_the_list_is_read_in_pages_by_state_owner_and_category(rooms: Rooms, open_ticket: Open) -> None:
    for n in range(5):
        await open_ticket()
        rooms.clock.turn(minutes=n)
    await open_ticket("inquiry.general")
    desk = rooms.http("csr")
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = (await desk.get("/tickets", params={"category": "billing.explanation", "limit": "2", **cursor})).json()
        seen += [line["ticket_number"] for line in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert len(seen) == len(set(seen)) == 5
    assert seen == sorted(seen, reverse=True), "newest first"
    mine = (await desk.get("/tickets", params={"owner": "maria", "state": "assigned"})).json()["items"]
    assert {line["owner"] for line in mine} == {"maria"}
    [one] = (await desk.get("/tickets", params={"ticket_number": seen[0]})).json()["items"]
    assert one["ticket_number"] == seen[0]
    assert (await desk.get("/alarms")).status_code == 403
    assert (await desk.get("/tickets", params={"cursor": "bm90IGEgY3Vyc29y"})).status_code == 422


async def test_a_complaint_about_staff_is_seen_by_the_supervisor_only_and_every_reading_is_recorded(
    rooms: Rooms, open_ticket: Open, step: Step
) -> None:
    ticket = await open_ticket("complaint.staff", summary="Rosa laughed at me")
    assert ticket["owner"] == "denise"
    path = f"/tickets/{ticket['ticket_id']}"
    for role, status in (("csr", 404), ("senior", 404), ("supervisor", 403)):
        assert (await rooms.http(role).get(path)).status_code == status
    assert (await step(ticket, "start")).status_code == 404
    assert (await rooms.http("csr").get("/tickets")).json()["items"] == []
    [line] = (await rooms.http("supervisor").get("/tickets")).json()["items"]
    assert line["summary"] is None
    read = await rooms.http("supervisor").get(f"/restricted{path.replace('/tickets', '-tickets')}")
    assert (read.status_code, read.json()["summary"]) == (200, "Rosa laughed at me")
    assert (await rooms.http("csr").get(f"/restricted-tickets/{ticket['ticket_id']}")).status_code == 404
    async with rooms.tx() as tx:
        readers = await tx.fetch("SELECT subject FROM audit_log WHERE action LIKE '%restricted%'")
    assert {row["subject"] for row in readers} >= {"denise"}


async def test_maria_asks_the_supervisor_and_the_escalation_is_on_her_list(
    rooms: Rooms, open_ticket: Open, step: Step
) -> None:
    ticket = await open_ticket()
    assert (await step(ticket, "escalation", reason_code="amount")).json()["level"] == "senior"
    assert (await step(ticket, "escalation")).json()["level"] == "supervisor"
    assert (await step(ticket, "escalation")).status_code == 409
    [mine] = (await rooms.http("supervisor").get("/escalations", params={"escalated_to": "denise"})).json()["items"]
    assert (mine["ticket_id"], mine["reason_code"]) == (ticket["ticket_id"], "asked")


async def test_the_workload_shows_who_holds_how_much_and_what_waits(rooms: Rooms, open_ticket: Open) -> None:
    for _ in range(4):
        await open_ticket("billing.high_bill")
    await open_ticket("meter.test")
    board = (await rooms.http("csr").get("/workload")).json()
    loads = {one["representative"]: (one["presence"], one["load"], one["capacity"]) for one in board["people"]}
    assert loads["denise"] == ("on_shift", 0, 6)
    assert sum(load for _, load, _ in loads.values()) == 12
    assert all(load <= capacity for _, load, capacity in loads.values())
    [waits] = board["queue"]
    assert (waits["category"], waits["tickets_count"]) == ("meter.test", 1)


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ({"category": "billing.nonsense", "summary": "?"}, "category-unknown"),
        ({"category": "billing.high_bill", "summary": " "}, None),
        ({"category": "billing.high_bill", "summary": "x", "priority": 1}, None),
    ],
)
async def test_what_cannot_be_a_ticket_is_refused_with_the_rule(
    rooms: Rooms, body: dict[str, Any], rule: str | None
) -> None:
    refused = await rooms.http("csr").post("/tickets", json=body, headers={"Idempotency-Key": str(uuid4())})
    assert refused.status_code == 422
    assert rule is None or refused.json()["type"].endswith(rule)
