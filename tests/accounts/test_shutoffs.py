"""The crew asks twice before the water goes off, and the water stays on unless both books confirm in time."""

from datetime import timedelta

import pytest

from services.accounts.domain.asks import Book
from services.accounts.domain.kinds import WorkKind
from services.accounts.domain.orders import Order, OrderState, cancelled, schedule
from services.accounts.domain.results import ShutoffNotCleared, complete, fail
from services.accounts.domain.shutoffs import AnswerAwaited, OnlyShutoffsCallIn, answer, ask, to_order, unanswered
from shared.events.accounts import ServiceOrderNotCompleted, ShutoffConfirmationAsked
from shared.ids import AuthorizationId
from tests.accounts.maple_street import (
    CREW,
    MUNICIPAL,
    NOW,
    TODAY,
    a_result,
    a_scheduled_order,
    an_asked_order,
    an_id,
    ask_id,
    confirmed,
    no,
    said,
    yes,
)

BOOKS: tuple[Book, ...] = ("billing", "payments")
SECOND = timedelta(seconds=1)


def cleared() -> Order:
    """A crew at the valve, cleared for ten minutes."""
    return confirmed(an_asked_order("execution"), 2)


def test_dispatch_asks_first_and_dispatches_when_both_have_confirmed() -> None:
    order = an_asked_order()
    asked = order.said[-1]
    assert isinstance(asked, ShutoffConfirmationAsked)
    assert (asked.stage, asked.answer_by) == ("dispatch", NOW + timedelta(seconds=60))
    assert order.state is OrderState.SCHEDULED
    order = answer(order, yes(1, "payments"), NOW)
    assert order.state is OrderState.SCHEDULED
    order = answer(order, yes(1, "billing"), NOW)
    assert order.state is OrderState.DISPATCHED
    assert said(order)[-1] == "ServiceOrderDispatched"


def test_the_call_in_asks_again_and_the_earlier_end_of_the_two_confirmations_counts() -> None:
    order = an_asked_order("execution")
    assert order.cleared_until is None
    order = answer(order, yes(2, "billing", minutes=8), NOW)
    assert order.cleared_until is None
    order = answer(order, yes(2, "payments", minutes=10), NOW)
    assert order.cleared_until == NOW + timedelta(minutes=8)
    done = complete(order, a_result(NOW), NOW + timedelta(minutes=8) - SECOND, MUNICIPAL)
    assert done.state is OrderState.COMPLETED
    with pytest.raises(ShutoffNotCleared) as refused:
        complete(order, a_result(NOW), NOW + timedelta(minutes=8), MUNICIPAL)
    assert refused.value.remedy == "Leave the water on; call in again."


def test_a_crew_that_never_called_in_may_not_shut_off() -> None:
    dispatched = confirmed(an_asked_order(), 1)
    with pytest.raises(ShutoffNotCleared):
        complete(dispatched, a_result(), NOW, MUNICIPAL)


@pytest.mark.parametrize("book", BOOKS)
@pytest.mark.parametrize("stage", ["dispatch", "execution"])
def test_an_objection_leaves_the_water_on_and_the_order_goes_back_with_the_reason(stage: str, book: Book) -> None:
    number = 1 if stage == "dispatch" else 2
    order = answer(an_asked_order(stage), no(number, book), NOW)
    assert (order.state, order.reason_code) == (OrderState.REQUESTED, "payment_accepted")
    assert (order.scheduled_on, order.crew, order.changes[-1].details["crew"]) == (None, None, CREW)
    told = order.said[-1]
    assert isinstance(told, ServiceOrderNotCompleted)
    assert told.reason_code == "payment_accepted"
    assert order.open_asks == ()


@pytest.mark.parametrize("book", BOOKS)
def test_a_payment_after_the_confirmation_recalls_the_crew(book: Book) -> None:
    order = answer(cleared(), no(2, book), NOW + SECOND)
    assert order.state is OrderState.REQUESTED
    assert order.cleared_until is None
    assert said(order)[-1] == "ServiceOrderNotCompleted"


def test_a_recall_of_the_dispatch_counts_though_the_crew_has_called_in_meanwhile() -> None:
    order = answer(cleared(), no(1, "payments"), NOW + SECOND)
    assert order.state is OrderState.REQUESTED


@pytest.mark.parametrize("stage", ["dispatch", "execution"])
@pytest.mark.parametrize("answered", [(), ("billing",), ("payments",)])
def test_without_both_answers_the_water_stays_on(stage: str, answered: tuple[Book, ...]) -> None:
    number = 1 if stage == "dispatch" else 2
    order = an_asked_order(stage)
    for book in answered:
        order = answer(order, yes(number, book), NOW)
    order = unanswered(order, ask_id(number), NOW + timedelta(seconds=60))
    assert (order.state, order.reason_code) == (OrderState.REQUESTED, "no_answer")


def test_the_deadline_of_an_ask_that_was_answered_changes_nothing() -> None:
    dispatched, at_valve = confirmed(an_asked_order(), 1), cleared()
    assert unanswered(dispatched, ask_id(1), NOW + timedelta(seconds=60)) is dispatched
    assert unanswered(at_valve, ask_id(2), NOW + timedelta(seconds=60)) is at_valve
    assert unanswered(at_valve, ask_id(1), NOW + timedelta(seconds=60)) is at_valve


def test_answers_that_are_late_repeated_outdated_or_unknown_change_nothing() -> None:
    order = an_asked_order()
    once = answer(order, yes(1, "billing"), NOW)
    assert answer(once, yes(1, "billing", minutes=60), NOW) is once
    assert answer(order, yes(1, "billing"), NOW + timedelta(seconds=61)) is order
    assert answer(order, yes(1, "billing", minutes=0), NOW) is order
    assert answer(order, yes(9, "billing"), NOW) is order
    assert answer(order, no(9, "billing"), NOW) is order
    again = an_asked_order("execution")
    assert answer(again, yes(1, "billing"), NOW) is again


def test_answers_of_an_attempt_that_is_over_do_not_disturb_the_next_one() -> None:
    order = answer(an_asked_order(), no(1, "billing"), NOW)
    order = schedule(order, TODAY, CREW, NOW, MUNICIPAL)
    order = ask(order, "dispatch", ask_id(3), NOW, MUNICIPAL)
    assert answer(order, no(1, "payments"), NOW) is order
    assert answer(order, yes(1, "payments"), NOW) is order
    assert confirmed(order, 3).state is OrderState.DISPATCHED


def test_a_confirmation_that_ran_out_before_the_other_came_clears_nothing() -> None:
    order = answer(an_asked_order("execution"), yes(2, "billing", minutes=0.25), NOW)
    later = NOW + timedelta(seconds=30)
    order = answer(order, yes(2, "payments", now=later), later)
    with pytest.raises(ShutoffNotCleared):
        complete(order, a_result(), later, MUNICIPAL)
    assert unanswered(order, ask_id(2), NOW + timedelta(seconds=60)).reason_code == "no_answer"


def test_one_question_at_a_time_and_a_new_one_replaces_a_clearance() -> None:
    with pytest.raises(AnswerAwaited):
        ask(an_asked_order("execution"), "execution", ask_id(3), NOW, MUNICIPAL)
    order = ask(cleared(), "execution", ask_id(3), NOW, MUNICIPAL)
    with pytest.raises(ShutoffNotCleared):
        complete(order, a_result(), NOW, MUNICIPAL)
    assert confirmed(order, 3).cleared_until is not None


def test_only_shutoffs_ask() -> None:
    with pytest.raises(OnlyShutoffsCallIn):
        ask(a_scheduled_order(WorkKind.TURN_OFF), "dispatch", ask_id(1), NOW, MUNICIPAL)


def test_a_withdrawal_calls_off_the_order_at_every_stage_and_its_answers_come_too_late() -> None:
    for order in (a_scheduled_order(), an_asked_order(), an_asked_order("execution"), cleared()):
        off = cancelled(order, "paid", NOW)
        assert (off.state, off.reason_code) == (OrderState.CANCELLED, "paid")
        assert said(off)[-1] == "ServiceOrderCancelled"
        assert answer(off, yes(2, "billing"), NOW) is off
        assert answer(off, no(2, "billing"), NOW) is off
        assert unanswered(off, ask_id(2), NOW) is off


def test_a_crew_that_finds_the_valve_stuck_ends_its_attempt_and_its_clearance() -> None:
    order = fail(cleared(), a_result(reason_code="valve_stuck"), NOW)
    assert order.state is OrderState.NOT_COMPLETED
    assert order.open_asks == ()


def test_an_authorization_is_ordered_once_and_never_after_its_withdrawal() -> None:
    first, second, third = (AuthorizationId(an_id(number)) for number in (1, 2, 3))
    assert to_order([first, second, first, third], ordered={second}, withdrawn={third}) == [first]
