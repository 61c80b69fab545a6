"""Field work goes from requested to its end, step by step; each change is kept and told."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from services.accounts.domain.kinds import WorkKind
from services.accounts.domain.orders import (
    Order,
    OrderAlreadyEnded,
    OrderNotInState,
    OrderState,
    ScheduledInThePast,
    ShutoffEndsAtBilling,
    cancel,
    cancelled,
    dispatched,
    schedule,
)
from services.accounts.domain.results import (
    HappenedAtAnotherTime,
    ReasonMissing,
    Result,
    complete,
    fail,
    told_before,
)
from shared.events.accounts import ServiceOrderNotCompleted, ServiceOrderRequested
from tests.accounts.maple_street import (
    CREW,
    MUNICIPAL,
    NOW,
    TODAY,
    a_result,
    a_scheduled_order,
    an_order,
    said,
)

TURN_ON = WorkKind.TURN_ON
STATES: dict[str, Callable[[], Order]] = {
    "requested": lambda: an_order(TURN_ON),
    "scheduled": lambda: a_scheduled_order(TURN_ON),
    "dispatched": lambda: dispatched(a_scheduled_order(TURN_ON), NOW),
    "not_completed": lambda: fail(dispatched(a_scheduled_order(TURN_ON), NOW), a_result(reason_code="no_access"), NOW),
    "completed": lambda: complete(dispatched(a_scheduled_order(TURN_ON), NOW), a_result(reading=5), NOW, MUNICIPAL),
    "cancelled": lambda: cancel(an_order(TURN_ON), "moved_away", NOW),
}
STEPS: dict[str, Callable[[Order], Order]] = {
    "schedule": lambda order: schedule(order, TODAY, CREW, NOW, MUNICIPAL),
    "dispatch": lambda order: dispatched(order, NOW),
    "complete": lambda order: complete(order, a_result(reading=5), NOW, MUNICIPAL),
    "fail": lambda order: fail(order, a_result(reason_code="valve_stuck"), NOW),
    "cancel": lambda order: cancel(order, "customer_asked", NOW),
}
ALLOWED = {
    ("requested", "schedule"): "scheduled",
    ("scheduled", "schedule"): "scheduled",
    ("not_completed", "schedule"): "scheduled",
    ("scheduled", "dispatch"): "dispatched",
    ("dispatched", "complete"): "completed",
    ("dispatched", "fail"): "not_completed",
    ("requested", "cancel"): "cancelled",
    ("scheduled", "cancel"): "cancelled",
    ("dispatched", "cancel"): "cancelled",
    ("not_completed", "cancel"): "cancelled",
}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("state", STATES)
def test_each_step_is_taken_from_the_states_that_wait_for_it_and_refused_from_all_others(state: str, step: str) -> None:
    order = STATES[state]()
    assert order.state == state
    if (state, step) in ALLOWED:
        after = STEPS[step](order)
        assert after.state == ALLOWED[state, step]
        assert after.version == order.version + 1
        assert after.changes[-1].version == after.version
        assert len(after.said) == len(order.said) + 1
    else:
        with pytest.raises(OrderAlreadyEnded if state in ("completed", "cancelled") else OrderNotInState):
            STEPS[step](order)


def test_a_turn_on_from_the_request_to_its_end_says_each_step_and_keeps_each_line() -> None:
    order = STATES["completed"]()
    assert said(order) == [
        "ServiceOrderRequested", "ServiceOrderScheduled", "ServiceOrderDispatched", "ServiceOrderCompleted",
    ]  # fmt: skip
    assert [(line.version, line.change, line.state.value) for line in order.changes] == [
        (1, "requested", "requested"), (2, "scheduled", "scheduled"),
        (3, "dispatched", "dispatched"), (4, "completed", "completed"),
    ]  # fmt: skip
    assert (order.reading, order.crew, order.ended_at) == (5, CREW, NOW)


def test_the_request_of_a_shutoff_names_its_authorization() -> None:
    order = an_order(WorkKind.NONPAYMENT_SHUTOFF)
    assert isinstance(order.said[0], ServiceOrderRequested)
    assert order.said[0].authorization_id == order.authorization_id


def test_nobody_at_home_then_scheduled_again_and_done_is_one_order() -> None:
    order = STATES["not_completed"]()
    told = order.said[-1]
    assert isinstance(told, ServiceOrderNotCompleted)
    assert told.reason_code == "no_access"
    tomorrow = NOW + timedelta(days=1)
    order = schedule(order, TODAY + timedelta(days=1), "Crew 2", NOW, MUNICIPAL)
    order = complete(dispatched(order, tomorrow), a_result(tomorrow, reading=7), tomorrow, MUNICIPAL)
    assert order.state is OrderState.COMPLETED
    assert order.reason_code is None
    assert [line.change for line in order.changes].count("scheduled") == 2


def test_yesterday_cannot_be_scheduled() -> None:
    with pytest.raises(ScheduledInThePast):
        schedule(an_order(TURN_ON), date(2026, 3, 2), CREW, NOW, MUNICIPAL)


@pytest.mark.parametrize(("minutes", "taken"), [(-6, False), (-5, True), (0, True), (5, True), (6, False)])
def test_work_ends_after_its_dispatch_and_not_in_the_future_with_five_minutes_for_a_handhelds_clock(
    minutes: int, taken: bool
) -> None:
    order = STATES["dispatched"]()
    result = a_result(NOW + timedelta(minutes=minutes), reading=5)
    if taken:
        assert complete(order, result, NOW, MUNICIPAL).state is OrderState.COMPLETED
    else:
        with pytest.raises(HappenedAtAnotherTime):
            complete(order, result, NOW, MUNICIPAL)


def test_work_that_could_not_be_done_has_a_reason() -> None:
    with pytest.raises(ReasonMissing):
        fail(STATES["dispatched"](), a_result(), NOW)


def test_a_shutoff_is_called_off_in_billing_and_not_by_hand() -> None:
    with pytest.raises(ShutoffEndsAtBilling):
        cancel(an_order(), "customer_asked", NOW)


def test_calling_off_what_has_ended_changes_nothing() -> None:
    done = STATES["completed"]()
    assert cancelled(done, "paid", NOW) is done


@pytest.mark.parametrize(
    ("state", "result", "again"),
    [
        ("completed", a_result(reading=5), True),
        ("completed", a_result(reading=6), False),
        ("completed", a_result(NOW + timedelta(seconds=1), reading=5), False),
        ("completed", a_result(reason_code="no_access"), False),
        ("not_completed", a_result(reason_code="no_access"), True),
        ("not_completed", a_result(reason_code="valve_stuck"), False),
        ("dispatched", a_result(reading=5), False),
        ("cancelled", a_result(reason_code="moved_away"), False),
    ],
)
def test_a_result_that_was_sent_twice_is_known_by_all_that_it_says(state: str, result: Result, again: bool) -> None:
    assert told_before(STATES[state](), result) is again
