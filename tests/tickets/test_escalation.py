"""Escalation: level by level, each told once a cycle; nobody to escalate to is itself an alarm."""

from datetime import datetime, timedelta

import pytest

from services.tickets.domain.access import OnlyLeadsGiveWorkToOthers, check_giver, may_see
from services.tickets.domain.escalation import Superior, climb
from services.tickets.domain.strikes import Ladder, Strike, breach, take_higher
from services.tickets.domain.tickets import Action
from services.tickets.domain.work import Board, fold
from shared.auth import Actor, Role
from shared.events.tickets import TicketEscalated
from tests.tickets.desk import ACKNOWLEDGE, DESK, MONDAY_TEN, RESOLUTION, TICKET, act, board

TWO_O_CLOCK = MONDAY_TEN + timedelta(hours=4)
NEXT_MONDAY = MONDAY_TEN + timedelta(days=7, hours=-1)
MARCUS = Superior("marcus", "senior", present=True, skills=frozenset({"billing"}), escalations_count=0)
DENISE = Superior("denise", "supervisor", present=True, skills=frozenset(), escalations_count=0)


def ladder(*superiors: Superior) -> Ladder:
    """The desk with these above the representatives."""
    return Ladder(superiors, DESK, "service:tickets")


def told(on: Board) -> list[tuple[str, str | None, str]]:
    """Which level was told, who there, and why."""
    ups = [fact for fact in on.facts if isinstance(fact, TicketEscalated)]
    return [(up.level, up.escalated_to, up.reason_code) for up in ups]


def climbs_at(on: Board) -> datetime | None:
    """When it goes higher by time."""
    return next((one.due_at for one in on.agenda(DESK) if one.kind == "escalation"), None)


def test_a_complaint_that_nobody_answers_climbs_to_the_supervisor_and_she_is_told_once() -> None:
    late, up = board(), ladder(MARCUS, DENISE)
    breach(late, [Strike(ACKNOWLEDGE, TWO_O_CLOCK)], up)
    assert told(late) == [("senior", "marcus", "acknowledge_breached")]
    four_business_hours_later = TWO_O_CLOCK + timedelta(hours=20)
    assert climbs_at(late) == four_business_hours_later
    take_higher(late, [Strike(TICKET, four_business_hours_later)] * 2, up)
    breach(late, [Strike(RESOLUTION, NEXT_MONDAY)], up)
    take_higher(late, [Strike(TICKET, NEXT_MONDAY)], up)
    assert told(late)[1:] == [("supervisor", "denise", "still_unanswered")]
    assert climbs_at(late) is None, "there is nobody above her at this desk"


def test_whoever_begins_the_work_in_time_stops_the_climb() -> None:
    late, up = board(), ladder(MARCUS, DENISE)
    breach(late, [Strike(ACKNOWLEDGE, TWO_O_CLOCK)], up)
    fold(late, [act(Action.ASSIGN, 250, owner="maria"), act(Action.START, 260)], DESK)
    assert climbs_at(late) is None
    take_higher(late, [Strike(TICKET, TWO_O_CLOCK + timedelta(hours=20))], up)
    assert len(told(late)) == 1
    breach(late, [Strike(RESOLUTION, NEXT_MONDAY)], up)
    assert told(late)[1:] == [("supervisor", "denise", "resolution_breached")]


def test_a_level_at_which_nobody_is_is_passed_with_an_alarm() -> None:
    late = board()
    breach(late, [Strike(ACKNOWLEDGE, TWO_O_CLOCK)], ladder(DENISE))
    assert told(late) == [("supervisor", "denise", "acknowledge_breached")]
    assert [(alarm.kind, alarm.subject) for alarm in late.alarms] == [("nobody_to_escalate_to", "senior")]


def test_nobody_above_at_all_is_an_alarm_at_each_level_and_the_ticket_is_not_forgotten() -> None:
    late = board()
    breach(late, [Strike(ACKNOWLEDGE, TWO_O_CLOCK)], ladder())
    assert told(late) == [("senior", None, "acknowledge_breached")]
    assert climbs_at(late) is not None
    take_higher(late, [Strike(TICKET, TWO_O_CLOCK)], ladder())
    assert [alarm.subject for alarm in late.alarms] == ["senior", "supervisor"]


@pytest.mark.parametrize(
    ("present", "skilled", "count", "chosen"),
    [(False, True, 0, "anna"), (True, False, 0, "anna"), (True, True, 3, "anna"), (True, True, 0, "zora")],
)
def test_told_is_who_is_there_and_knows_it_and_has_least_on_her_hands(
    present: bool, skilled: bool, count: int, chosen: str
) -> None:
    anna = Superior("anna", "senior", True, frozenset({"billing"}), escalations_count=1)
    zora = Superior("zora", "senior", present, frozenset({"billing"} if skilled else {}), escalations_count=count)
    goal = climb(board().tickets[TICKET], [anna, zora], DESK)
    assert goal is not None
    assert goal.escalated_to == chosen


def test_nobody_is_told_of_her_own_ticket_but_at_the_last_level() -> None:
    held = board()
    fold(held, [act(Action.ASSIGN, owner="marcus")], DESK)
    goal = climb(held.tickets[TICKET], [MARCUS, DENISE], DESK)
    assert goal is not None
    assert (goal.level, goal.escalated_to, goal.empty_levels) == ("supervisor", "denise", ("senior",))
    fold(held, [act(Action.ASSIGN, owner="denise")], DESK)
    goal = climb(held.tickets[TICKET], [DENISE], DESK)
    assert goal is not None
    assert goal.escalated_to == "denise", "better she than nobody"


@pytest.mark.parametrize(
    ("role", "owner", "sees"),
    [(Role.CSR, None, False), (Role.SENIOR, None, False), (Role.CSR, "rosa", True), (Role.SUPERVISOR, None, True)],
)
def test_a_restricted_ticket_is_seen_by_its_owner_and_the_supervisor(role: Role, owner: str | None, sees: bool) -> None:
    rosa = Actor("rosa", "Rosa", frozenset({role}))
    assert may_see(rosa, "restricted", owner) is sees
    assert may_see(rosa, "ordinary", owner)


def test_a_representative_takes_for_herself_and_gives_nothing_to_others() -> None:
    rosa = Actor("rosa", "Rosa", frozenset({Role.CSR}))
    marcus = Actor("marcus", "Marcus", frozenset({Role.SENIOR}))
    for representative, instead_of in ((None, None), ("rosa", None), (None, "rosa")):
        check_giver(rosa, representative, instead_of)
    for representative, instead_of in (("maria", None), ("rosa", "maria"), (None, "maria")):
        with pytest.raises(OnlyLeadsGiveWorkToOthers):
            check_giver(rosa, representative, instead_of)
        check_giver(marcus, representative, instead_of)
