"""How far an unpaid debt goes, step by step: notice, shut-off, payment, return; and what must never happen."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from services.billing.domain import delinquency
from services.billing.domain.delinquency import Authorization, Delinquency, Stage, Step
from services.billing.domain.policies import Policy
from shared.ids import AccountId, AuthorizationId, NoticeId
from tests.billing.bills import Open
from tests.billing.policies import BPU, MUNICIPAL

ZONE = ZoneInfo("America/New_York")
ACCOUNT = AccountId(UUID(int=1))
NOTICE, FIRST, SECOND = NoticeId(UUID(int=2)), AuthorizationId(UUID(int=3)), AuthorizationId(UUID(int=4))
DUE = date(2026, 3, 2)
DEBT = Open(DUE, 9868)


def noon(days: int) -> datetime:
    """Noon, so many days after the due date."""
    return datetime(2026, 3, 2, 17, 0, tzinfo=UTC) + timedelta(days=days)


def owing(*debts: Open) -> Delinquency:
    return Delinquency(ACCOUNT, debts)


def told(step: Step) -> list[str]:
    return [type(fact).__name__ for fact in step.told]


def noticed(days: int = 30, policy: Policy = MUNICIPAL, debts: Sequence[Open] = (DEBT,)) -> Delinquency:
    step = delinquency.notice(owing(*debts), NOTICE, noon(days), ZONE, policy)
    assert told(step) == ["NoticeSent"]
    return step.after


def authorized() -> Delinquency:
    step = delinquency.authorize(noticed(), FIRST, noon(40), ZONE, MUNICIPAL)
    assert told(step) == ["ShutoffAuthorized"]
    return step.after


def settle(before: Delinquency, *debts: Open, days: int = 41) -> Step:
    return delinquency.settle(before, debts, noon(days), MUNICIPAL)


def test_the_clock_looks_thirty_days_after_the_due_date_and_not_before() -> None:
    looking = delinquency.ahead(owing(DEBT), MUNICIPAL)
    assert looking == ("notice", date(2026, 4, 1))
    assert delinquency.moment_of(looking, ZONE) == datetime(2026, 4, 1, 4, 0, tzinfo=UTC)  # midnight in New Jersey
    early = delinquency.notice(owing(DEBT), NOTICE, noon(29), ZONE, MUNICIPAL)
    assert (told(early), early.after) == ([], owing(DEBT))


def test_the_notice_leaves_ten_days_from_the_day_it_was_sent() -> None:
    """It was sent two days late: law counts from the notice, so the shut-off is two days later too."""
    step = delinquency.notice(owing(DEBT), NOTICE, noon(32), ZONE, MUNICIPAL)
    (sent,) = step.told
    assert sent.model_dump(include={"past_due_cents", "sent_on", "shutoff_not_before_on"}) == {
        "past_due_cents": 9868, "sent_on": DUE + timedelta(days=32), "shutoff_not_before_on": DUE + timedelta(days=42),
    }  # fmt: skip
    assert delinquency.ahead(step.after, MUNICIPAL) == ("shutoff", noon(42))
    assert told(delinquency.authorize(step.after, FIRST, noon(41), ZONE, MUNICIPAL)) == []
    assert told(delinquency.authorize(step.after, FIRST, noon(42), ZONE, MUNICIPAL)) == ["ShutoffAuthorized"]


def test_a_newer_debt_needs_a_notice_of_its_own() -> None:
    newer = Open(DUE + timedelta(days=25), 5000)
    before = noticed(debts=(DEBT, newer))
    assert before.asked_cents == 9868
    step = settle(before, newer)
    assert step.after.stage is Stage.CURRENT
    assert delinquency.ahead(step.after, MUNICIPAL) == ("notice", newer.due_on + timedelta(days=30))


def test_a_part_payment_withdraws_nothing() -> None:
    step = settle(authorized(), Open(DUE, 1))
    assert told(step) == []
    assert step.after.stage is Stage.AUTHORIZED


def test_paying_what_the_notice_asked_withdraws_the_authorization_once() -> None:
    step = settle(authorized())
    assert told(step) == ["ShutoffWithdrawn"]
    assert (step.after.stage, step.changed) == (Stage.CURRENT, (Authorization(FIRST, "withdrawn"),))
    assert told(settle(step.after)) == []


def test_paying_after_the_shut_off_brings_the_water_back_once() -> None:
    shut = delinquency.shut_off(authorized(), Authorization(FIRST, "authorized"), noon(42)).after
    assert shut.stage is Stage.SHUT_OFF
    step = settle(shut)
    assert told(step) == ["ReconnectionAuthorized"]
    assert step.after.stage is Stage.RECONNECTING
    assert told(settle(settle(step.after, DEBT).after)) == []
    back = delinquency.reconnect(step.after, Authorization(FIRST, "reconnecting"), noon(43), MUNICIPAL)
    assert (back.after.stage, told(back)) == (Stage.CURRENT, [])


def test_a_shut_off_that_crossed_the_payment_is_brought_back_at_once() -> None:
    withdrawn = settle(authorized()).after
    step = delinquency.shut_off(withdrawn, Authorization(FIRST, "withdrawn"), noon(41))
    assert told(step) == ["ReconnectionAuthorized"]
    again = delinquency.shut_off(step.after, Authorization(FIRST, "reconnecting"), noon(41))
    assert (told(again), again.changed) == ([], ())


def test_an_old_authorization_that_was_still_in_the_field_is_brought_back_beside_the_new_one() -> None:
    newer = Delinquency(ACCOUNT, (DEBT,), authorized().notice, Authorization(SECOND, "authorized"))
    step = delinquency.shut_off(newer, Authorization(FIRST, "withdrawn"), noon(60))
    assert told(step) == ["ReconnectionAuthorized"]
    assert step.after.authorization == Authorization(SECOND, "authorized")
    assert step.changed == (Authorization(FIRST, "reconnecting"),)


def test_a_returned_payment_restores_stage_and_dates_but_never_an_instant_shut_off() -> None:
    withdrawn = settle(authorized()).after
    step = settle(withdrawn, DEBT, days=50)
    assert step.after.stage is Stage.NOTICED
    assert told(step) == []
    assert delinquency.ahead(step.after, MUNICIPAL) == ("shutoff", noon(60))
    assert told(delinquency.authorize(step.after, SECOND, noon(59), ZONE, MUNICIPAL)) == []
    assert told(delinquency.authorize(step.after, SECOND, noon(60), ZONE, MUNICIPAL)) == ["ShutoffAuthorized"]


def test_a_returned_payment_keeps_a_later_date_of_the_notice() -> None:
    step = settle(settle(noticed(30), days=29).after, DEBT, days=29)
    assert delinquency.ahead(step.after, MUNICIPAL) == ("shutoff", noon(40))


def test_a_payment_returned_while_the_water_comes_back_starts_with_time_to_pay() -> None:
    shut = delinquency.shut_off(authorized(), Authorization(FIRST, "authorized"), noon(42)).after
    returned = settle(settle(shut).after, DEBT, days=44).after
    assert returned.stage is Stage.RECONNECTING
    assert delinquency.ahead(returned, MUNICIPAL) is None
    back = delinquency.reconnect(returned, Authorization(FIRST, "reconnecting"), noon(60), MUNICIPAL)
    assert back.after.stage is Stage.NOTICED
    assert delinquency.ahead(back.after, MUNICIPAL) == ("shutoff", noon(70))


def test_under_the_bpu_two_hundred_dollars_are_not_enough_for_three_months() -> None:
    small, more = Open(DUE, 200_00), Open(DUE + timedelta(days=30), 1)
    assert delinquency.ahead(owing(small), BPU) == ("notice", DUE + timedelta(days=90))
    assert delinquency.ahead(owing(small, more), BPU) == ("notice", DUE + timedelta(days=30))


def test_under_the_bpu_a_part_payment_puts_the_shut_off_off() -> None:
    before = noticed(1, BPU, debts=(Open(DUE, 300_00),))
    part = delinquency.settle(before, (Open(DUE, 150_00),), noon(5), BPU).after
    step = delinquency.authorize(part, FIRST, noon(11), ZONE, BPU)
    assert told(step) == []
    looking = delinquency.ahead(step.after, BPU)
    assert looking is not None
    later = delinquency.moment_of(looking, ZONE)
    assert later.astimezone(ZONE).date() == DUE + timedelta(days=90)
    assert told(delinquency.authorize(step.after, FIRST, later, ZONE, BPU)) == ["ShutoffAuthorized"]


def test_nothing_is_asked_of_an_account_that_owes_nothing() -> None:
    assert delinquency.ahead(owing(), MUNICIPAL) is None
    assert delinquency.ahead(owing(Open(DUE, 0)), MUNICIPAL) is None
    assert told(delinquency.notice(owing(), NOTICE, noon(90), ZONE, MUNICIPAL)) == []
