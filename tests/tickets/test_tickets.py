"""A ticket goes from state to state by the rulebook's steps, and by no other."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.tickets.domain.tickets import (
    HELD,
    OPEN,
    Act,
    Action,
    Resolution,
    ResolutionTellsNothing,
    State,
    Ticket,
    TicketChangedMeanwhile,
    TicketDuplicatesItself,
    TicketIsSomebodyElses,
    TicketNotInState,
    owner_may_change,
    step,
)
from tests.tickets.desk import ANSWERED, MONDAY_TEN, OTHER, TICKET, act, ticket

STEPS = {
    (Action.ASSIGN, State.NEW): State.ASSIGNED,
    (Action.ASSIGN, State.ASSIGNED): State.ASSIGNED,
    (Action.ASSIGN, State.IN_PROGRESS): State.ASSIGNED,
    (Action.ASSIGN, State.WAITING): State.WAITING,
    (Action.ASSIGN, State.REOPENED): State.ASSIGNED,
    (Action.START, State.ASSIGNED): State.IN_PROGRESS,
    (Action.WAIT, State.IN_PROGRESS): State.WAITING,
    (Action.RESUME, State.WAITING): State.IN_PROGRESS,
    **{(Action.RESOLVE, state): State.RESOLVED for state in OPEN},
    (Action.CLOSE, State.RESOLVED): State.CLOSED,
    **{(Action.REOPEN, state): State.REOPENED for state in (State.RESOLVED, State.CLOSED, State.DUPLICATE)},
    **{(Action.CANCEL, state): State.CANCELLED for state in OPEN},
    **{(Action.DUPLICATE, state): State.DUPLICATE for state in OPEN},
    **{(Action.NOTE, state): state for state in State},
    **{(action, state): state for action in (Action.WARN, Action.BREACH, Action.ESCALATE) for state in OPEN},
}
SAID = {
    Action.ASSIGN: act(Action.ASSIGN, owner="maria"),
    Action.WAIT: act(Action.WAIT, waiting_on="customer"),
    Action.RESOLVE: act(Action.RESOLVE, resolution=ANSWERED),
    Action.DUPLICATE: act(Action.DUPLICATE, duplicate_of=OTHER),
    Action.ESCALATE: act(Action.ESCALATE, level="senior", escalated_to="marcus"),
}


def in_state(state: State) -> Ticket:
    """The ticket as it is in a state."""
    owner = "rosa" if state in HELD else None
    return replace(ticket(), state=state, owner=owner, waiting_on="customer" if state is State.WAITING else None)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("action", [action for action in Action if action is not Action.OPEN])
def test_every_step_from_every_state_is_in_the_table_or_refused(action: Action, state: State) -> None:
    said = SAID.get(action, act(action))
    if (action, state) in STEPS:
        moved = step(in_state(state), said)
        assert (moved.state, moved.version) == (STEPS[action, state], 2)
    else:
        with pytest.raises(TicketNotInState) as refused:
            step(in_state(state), said)
        assert refused.value.facts == {"ticket_id": TICKET, "state": state, "step": action}


@given(st.lists(st.sampled_from([SAID.get(action, act(action)) for action in Action if action is not Action.OPEN])))
def test_whatever_is_done_a_ticket_stays_whole(acts: list[Act]) -> None:
    """Held tickets have an owner, queued ones none, waiting ones say for whom, answered ones how: as the table says."""
    now = ticket()
    done = 0
    for one in acts:
        try:
            now = step(now, one)
            done += 1
        except TicketNotInState:
            continue
        assert (now.owner is not None) or now.state not in HELD
        assert (now.owner is None) or now.state not in (State.NEW, State.REOPENED)
        assert (now.waiting_on is not None) == (now.state is State.WAITING)
        assert (now.resolution is not None) or now.state not in (State.RESOLVED, State.CLOSED)
        assert (now.duplicate_of is not None) == (now.state is State.DUPLICATE)
    assert now.version == 1 + done


def test_maria_waits_for_the_customer_and_a_note_in_between_changes_nothing() -> None:
    waiting = step(in_state(State.IN_PROGRESS), SAID[Action.WAIT])
    noted = step(waiting, act(Action.NOTE, note="She will send a picture of the meter."))
    assert (noted.state, noted.waiting_on) == (State.WAITING, "customer")
    assert step(noted, act(Action.RESUME)).waiting_on is None


def test_a_reopened_ticket_begins_again_without_owner_answer_or_level() -> None:
    answered = replace(step(in_state(State.IN_PROGRESS), SAID[Action.RESOLVE]), level="supervisor")
    again = step(answered, act(Action.REOPEN, minutes=90))
    assert (again.owner, again.resolution, again.resolved_at, again.level, again.cycle) == (
        None, None, None, "representative", 2,
    )  # fmt: skip
    assert again.queued_at > MONDAY_TEN


@pytest.mark.parametrize("said", [None, Resolution("", "It was read wrongly."), Resolution("explained", "  ")])
def test_a_resolution_has_a_code_and_a_text(said: Resolution | None) -> None:
    with pytest.raises(ResolutionTellsNothing):
        step(in_state(State.IN_PROGRESS), act(Action.RESOLVE, resolution=said))


def test_a_ticket_is_not_its_own_duplicate() -> None:
    with pytest.raises(TicketDuplicatesItself):
        step(ticket(), act(Action.DUPLICATE, duplicate_of=TICKET))


def test_who_read_an_older_version_is_told_so() -> None:
    with pytest.raises(TicketChangedMeanwhile) as refused:
        step(replace(ticket(), version=4), act(Action.CANCEL, expected_version=3))
    assert refused.value.facts == {"ticket_id": TICKET, "expected_version": 3, "version": 4}


@pytest.mark.parametrize(
    ("owner", "instead_of", "allowed"),
    [(None, None, True), ("rosa", None, False), ("rosa", "maria", False), ("rosa", "rosa", True)],
)
def test_an_owned_ticket_is_taken_only_from_its_owner_by_name(
    owner: str | None, instead_of: str | None, allowed: bool
) -> None:
    held = replace(ticket(), owner=owner)
    if allowed:
        owner_may_change(held, instead_of)
    else:
        with pytest.raises(TicketIsSomebodyElses):
            owner_may_change(held, instead_of)
