"""The clocks of a ticket: business time only, paused only while waiting, warned once, breached once."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.tickets.domain.categories import ClockKind
from services.tickets.domain.clocks import Appointment, Clock, Running
from services.tickets.domain.strikes import Ladder, Strike, breach, close_answered, take_higher, warn
from services.tickets.domain.tickets import Act, Action, TicketNotInState
from services.tickets.domain.work import Board, fold
from shared.calendar import business_time_between
from shared.events.tickets import SlaBreached, SlaWarned
from tests.tickets.desk import ACKNOWLEDGE, ANSWERED, DESK, MONDAY_TEN, NEW_YORK, RESOLUTION, TICKET, act, board

NOBODY = Ladder([], DESK, "service:tickets")


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of March 2026, in the town's time."""
    return datetime(2026, 3, day, hour, minute, tzinfo=NEW_YORK)


def clock(on: Board, clock_id: UUID = RESOLUTION) -> Clock:
    """One clock of the only ticket."""
    return next(one for one in on.clocks[TICKET] if one.clock_id == clock_id)


def agenda(on: Board) -> dict[tuple[str, UUID], datetime]:
    """What is to be struck, by kind and what it is about."""
    return {(one.kind, one.about): one.due_at for one in on.agenda(DESK)}


def test_both_clocks_start_with_the_ticket_and_run_in_business_time() -> None:
    """Opened on Monday at ten: four hours are two in the afternoon; a business week is next Monday at ten."""
    fresh = board()
    assert agenda(fresh) == {
        ("sla_warning", ACKNOWLEDGE): at(2, 13),
        ("sla_breach", ACKNOWLEDGE): at(2, 14),
        ("sla_warning", RESOLUTION): at(5, 16),
        ("sla_breach", RESOLUTION): at(9, 10),
        ("routing", TICKET): at(2, 10),
    }


def test_beginning_the_work_answers_the_acknowledgement_only() -> None:
    begun = board()
    fold(begun, [act(Action.ASSIGN, 5, owner="maria"), act(Action.START, 60)], DESK)
    assert (clock(begun, ACKNOWLEDGE).state, clock(begun, ACKNOWLEDGE).ended_at) == (Running.MET, at(2, 11))
    assert set(agenda(begun)) == {("sla_warning", RESOLUTION), ("sla_breach", RESOLUTION)}


def test_while_it_waits_nothing_strikes_and_the_time_is_given_back() -> None:
    """From Monday eleven to Tuesday eleven Maria waits for the customer: the whole business day is given back."""
    waiting = board()
    fold(waiting, [act(Action.ASSIGN, owner="maria"), act(Action.START, 30)], DESK)
    fold(waiting, [act(Action.WAIT, 60, waiting_on="customer")], DESK)
    assert agenda(waiting) == {}
    fold(waiting, [act(Action.RESUME, 60 + 24 * 60)], DESK)
    assert clock(waiting).pauses == ((at(2, 11), at(3, 11)),)
    assert agenda(waiting)["sla_breach", RESOLUTION] == at(10, 10)


@pytest.mark.parametrize("end", [act(Action.CANCEL, 60), act(Action.DUPLICATE, 60, duplicate_of=UUID(int=2))])
def test_what_is_called_off_is_neither_met_nor_breached(end: Act) -> None:
    off = board()
    fold(off, [end], DESK)
    assert {one.state for one in off.clocks[TICKET]} == {Running.DROPPED}
    assert agenda(off) == {}


def test_an_answer_ends_both_clocks_and_closes_by_itself_after_a_week() -> None:
    answered = board()
    fold(answered, [act(Action.RESOLVE, 60, resolution=ANSWERED)], DESK)
    assert agenda(answered) == {("closure", TICKET): at(9, 11)}
    fold(answered, [act(Action.NOTE, 500, note="She called to say thanks.")], DESK)
    assert agenda(answered) == {("closure", TICKET): at(9, 11)}, "a note does not put it off"
    close_answered(answered, [Strike(TICKET, at(9, 11))], DESK, "service:tickets")
    assert answered.tickets[TICKET].state == "closed"


def test_a_reopened_ticket_has_new_clocks_beside_the_old_ones() -> None:
    again = board()
    new = (UUID(int=21), UUID(int=22))
    fold(again, [act(Action.RESOLVE, 30, resolution=ANSWERED), act(Action.REOPEN, 60, new_ids=new)], DESK)
    assert [(one.clock_id, one.cycle, one.state) for one in again.clocks[TICKET]] == [
        (ACKNOWLEDGE, 1, "met"), (RESOLUTION, 1, "met"), (new[0], 2, "running"), (new[1], 2, "running"),
    ]  # fmt: skip
    assert agenda(again)["sla_breach", new[0]] == at(2, 15)


def test_each_clock_warns_once_and_is_breached_once_however_often_it_is_struck() -> None:
    late = board()
    warning, due = Strike(RESOLUTION, at(5, 16)), Strike(RESOLUTION, at(9, 10))
    warn(late, [warning, warning], DESK, "service:tickets")
    breach(late, [due, due], NOBODY)
    warn(late, [warning], DESK, "service:tickets")
    breach(late, [due], NOBODY)
    assert [type(fact) for fact in late.facts if isinstance(fact, SlaWarned | SlaBreached)] == [SlaWarned, SlaBreached]
    assert [(mark.mark, mark.struck_at) for mark in late.marks] == [("warning", at(5, 16)), ("breach", at(9, 10))]


def test_a_strike_for_a_clock_that_was_answered_in_the_same_moment_is_nothing() -> None:
    answered = board()
    fold(answered, [act(Action.RESOLVE, 240, resolution=ANSWERED)], DESK)
    told_before = len(answered.facts)
    warn(answered, [Strike(ACKNOWLEDGE, at(2, 13))], DESK, "service:tickets")
    breach(answered, [Strike(ACKNOWLEDGE, at(2, 14)), Strike(UUID(int=99), at(2, 14))], NOBODY)
    take_higher(answered, [Strike(TICKET, at(2, 18))], NOBODY)
    assert len(answered.facts) == told_before


@pytest.mark.parametrize(("kept", "lacking"), [("resolution", "acknowledge"), ("acknowledge", "resolution")])
def test_a_category_without_a_target_is_an_alarm_and_not_a_clock(kept: ClockKind, lacking: str) -> None:
    high_bill = replace(DESK.categories["billing.high_bill"], targets_minutes={kept: 240})
    bare = board(replace(DESK, categories={"billing.high_bill": high_bill}))
    assert [one.clock for one in bare.clocks[TICKET]] == [kept]
    assert [(alarm.kind, alarm.subject) for alarm in bare.alarms] == [("clock_without_target", lacking)]


@given(st.lists(st.tuples(st.integers(1, 3_000), st.integers(1, 3_000)), max_size=6))
def test_whatever_it_waits_for_the_time_allowed_is_the_same(waits: list[tuple[int, int]]) -> None:
    """Work and waiting alternate; the breach lies exactly the target of unpaused business time after the start."""
    ticket = board()
    fold(ticket, [act(Action.ASSIGN, owner="maria"), act(Action.START)], DESK)
    minute = 0
    for working, waiting in waits:
        try:
            fold(ticket, [act(Action.WAIT, minute + working, waiting_on="external")], DESK)
        except TicketNotInState:
            break
        minute += working + waiting
        fold(ticket, [act(Action.RESUME, minute)], DESK)
    now = clock(ticket)
    worked = business_time_between(MONDAY_TEN, now.due_at, DESK.calendar, now.pauses)
    assert worked == timedelta(minutes=2400)
    assert Appointment("sla_breach", RESOLUTION, now.due_at) in ticket.agenda(DESK)
