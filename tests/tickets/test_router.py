"""The router: the filter never bends, the order is the rulebook's, and equal people get equal work."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.tickets.domain.people import RepresentativeUnknown
from services.tickets.domain.queue import asked_again_at, need_of
from services.tickets.domain.router import (
    Candidate,
    Need,
    RepresentativeCannotTakeIt,
    decide_all,
    route,
    scarce_skills,
)
from shared.ids import TicketId
from tests.tickets.desk import DESK, MONDAY_TEN, NEW_YORK, TICKET, ticket

BILLING = {"billing": 2}
NEED = Need(TICKET, weight=2, required_skill="billing")


def who(subject: str, load: int = 0, capacity: int = 10, **more: Any) -> Candidate:
    """A representative who knows billing, unless more is said."""
    return replace(Candidate(subject, BILLING, capacity, load), **more)


def chosen(*candidates: Candidate, need: Need = NEED, scarce_holders_max: int = 1) -> str | None:
    """Whom the router chooses."""
    return route(need, candidates, scarce_holders_max).chosen


@pytest.mark.parametrize(
    ("candidate", "barrier"),
    [
        (who("maria", present="away"), "away"),
        (who("maria", present="off_shift"), "off_shift"),
        (who("maria", skills={"meters": 5}), "lacks_skill"),
        (who("maria", skills={"billing": 1}), "lacks_skill"),
        (who("maria", load=9), "at_capacity"),
        (who("maria", capacity=0), "at_capacity"),
        (who("gus"), "excluded"),
    ],
)
def test_who_cannot_take_it_is_told_apart_and_why(candidate: Candidate, barrier: str) -> None:
    need = replace(NEED, required_level=2, excluded=frozenset({"gus"}))
    decision = route(need, [candidate], 1)
    assert decision.chosen is None
    assert [standing.barrier for standing in decision.standings] == [barrier]


def test_the_one_who_holds_another_matter_of_the_customer_comes_first() -> None:
    need = replace(NEED, familiar=frozenset({"rosa"}))
    assert chosen(who("maria"), who("rosa", load=6), need=need) == "rosa"


def test_then_the_one_with_the_most_room_for_her_size() -> None:
    assert chosen(who("maria", load=4, capacity=20), who("rosa", load=3, capacity=10)) == "maria"


def test_then_the_one_with_more_of_what_would_help() -> None:
    need = replace(NEED, optional_skills=frozenset({"spanish", "meters"}))
    assert chosen(who("ana"), who("rosa", skills={**BILLING, "spanish": 1}), need=need, scarce_holders_max=0) == "rosa"


def test_then_the_one_whose_rare_skills_are_not_kept_from_others() -> None:
    assert chosen(who("ana", skills={**BILLING, "investigation": 1}), who("rosa")) == "rosa"


def test_then_the_one_who_waited_longest_and_last_by_name() -> None:
    earlier = who("rosa", last_assigned_at=MONDAY_TEN - timedelta(hours=2))
    later = who("ana", last_assigned_at=MONDAY_TEN)
    assert chosen(later, earlier) == "rosa"
    assert chosen(later, earlier, who("zoe")) == "zoe"
    assert chosen(who("rosa"), who("ana")) == "ana"


def test_a_skill_is_scarce_when_too_few_of_those_present_have_it() -> None:
    staff = [
        who("ana", skills={"billing": 1, "meters": 1}),
        who("bo", skills={"billing": 1, "meters": 1}, present="away"),
    ]
    assert scarce_skills(staff, 1) == {"billing", "meters"}
    assert scarce_skills([*staff, who("cy")], 1) == {"meters"}


def test_a_decision_keeps_how_everybody_stood() -> None:
    decision = route(NEED, [who("rosa", load=3), who("maria", load=1), who("gus", present="away")], 1)
    assert [(s.subject, s.barrier) for s in decision.standings] == [("maria", None), ("rosa", None), ("gus", "away")]
    assert decision.standings[0].explain() == {
        "representative": "maria", "barrier": None, "familiar": 0, "filled": "3/10", "optional_skills_count": 0,
        "scarce_skills_count": 0, "last_assigned_at": None,
    }  # fmt: skip


def test_the_lead_may_name_somebody_outside_her_shift_but_never_without_skill_or_room() -> None:
    named = replace(NEED, named="maria")
    [decision] = decide_all([named], [who("maria", present="off_shift")], 1, MONDAY_TEN)
    assert decision.chosen == "maria"
    for unfit in (who("maria", skills={}), who("maria", load=9), who("maria", present="away")):
        with pytest.raises(RepresentativeCannotTakeIt):
            decide_all([named], [unfit], 1, MONDAY_TEN)
    with pytest.raises(RepresentativeUnknown):
        decide_all([named], [who("rosa")], 1, MONDAY_TEN)


def test_a_ticket_that_waits_asks_for_less_of_the_skill_but_never_for_none() -> None:
    """A high bill asks for level 3; after a business day 2 will do, after two days 1, and for ever 1."""
    levels = [
        need_of(ticket(), DESK, MONDAY_TEN + timedelta(days=days)).required_level for days in (0, 0.99, 1, 2, 3, 60)
    ]
    assert levels == [3, 3, 2, 1, 1, 1]


def test_the_router_is_asked_again_in_business_time() -> None:
    """On Friday evening that is a quarter to nine on Monday, though the clocks go forward on the Sunday between."""
    friday_evening = datetime(2026, 3, 6, 18, 0, tzinfo=NEW_YORK)
    assert asked_again_at(DESK, friday_evening) == datetime(2026, 3, 9, 8, 45, tzinfo=NEW_YORK)


SKILLS = st.dictionaries(st.sampled_from(["billing", "meters", "service", "spanish"]), st.integers(1, 5))
CANDIDATES = st.lists(
    st.builds(
        Candidate,
        subject=st.sampled_from([f"rep{n}" for n in range(8)]),
        skills=SKILLS,
        capacity=st.integers(0, 12),
        load=st.integers(0, 12),
        present=st.sampled_from(["present", "away", "off_shift"]),
    ),
    max_size=8,
    unique_by=lambda candidate: candidate.subject,
)
NEEDS = st.lists(
    st.builds(
        Need,
        ticket_id=st.uuids().map(TicketId),
        weight=st.integers(1, 4),
        required_skill=st.sampled_from(["billing", "meters", "service"]),
        required_level=st.integers(1, 4),
        optional_skills=st.frozensets(st.just("spanish")),
        familiar=st.frozensets(st.sampled_from([f"rep{n}" for n in range(8)])),
    ),
    max_size=20,
)


@given(NEEDS, CANDIDATES)
def test_nobody_is_ever_above_capacity_or_without_a_mandatory_skill(
    needs: Sequence[Need], candidates: Sequence[Candidate]
) -> None:
    staff = {candidate.subject: candidate for candidate in candidates}
    loads = {candidate.subject: candidate.load for candidate in candidates}
    for need, decision in zip(needs, decide_all(needs, candidates, 1, MONDAY_TEN), strict=True):
        fit = [
            c.subject for c in candidates
            if c.present == "present" and c.skills.get(need.required_skill, 0) >= need.required_level
            and loads[c.subject] + need.weight <= c.capacity
        ]  # fmt: skip
        assert (decision.chosen is None) == (not fit), "nobody is left out who could take it"
        if decision.chosen is not None:
            loads[decision.chosen] += need.weight
            assert loads[decision.chosen] <= staff[decision.chosen].capacity
            assert staff[decision.chosen].skills[need.required_skill] >= need.required_level


@given(st.integers(2, 6), st.lists(st.integers(1, 5), max_size=40))
def test_equal_people_differ_by_at_most_one_weight(people_count: int, weights: Sequence[int]) -> None:
    candidates = [who(f"rep{n}", capacity=1_000) for n in range(people_count)]
    needs = [replace(NEED, ticket_id=TicketId(UUID(int=n)), weight=weight) for n, weight in enumerate(weights)]
    loads = dict.fromkeys((candidate.subject for candidate in candidates), 0)
    for need, decision in zip(needs, decide_all(needs, candidates, 1, MONDAY_TEN), strict=True):
        assert decision.chosen is not None
        loads[decision.chosen] += need.weight
    assert max(loads.values()) - min(loads.values()) <= max(weights, default=0)


@given(NEEDS, CANDIDATES.flatmap(lambda staff: st.tuples(st.just(staff), st.permutations(staff))))
def test_the_order_in_which_people_are_listed_does_not_matter(
    needs: Sequence[Need], listed: tuple[list[Candidate], list[Candidate]]
) -> None:
    one_way, another_way = (decide_all(needs, candidates, 1, MONDAY_TEN) for candidates in listed)
    assert one_way == another_way
