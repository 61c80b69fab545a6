"""From payment to license and back: issued once, suspended when the money goes, restored when it comes again."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from services.licensing.domain import applications as desk
from services.licensing.domain import issuing
from services.licensing.domain.applications import Application, State, StepOutOfTurn
from services.licensing.domain.licenses import FEE_TAKEN_BACK, LicenseState
from tests.licensing.dog import CLERK, NOW, TODAY, application

FIRST, SECOND = UUID(int=1), UUID(int=2)
LAST_DAY = date(2027, 1, 31)


def awaiting() -> Application:
    return desk.approve(
        application(), by=CLERK, now=NOW, today=TODAY, invoice_id=UUID(int=7), invoice_number="9000000016"
    )  # fmt: skip


def licensed() -> Application:
    paid, _ = issuing.credit(awaiting(), FIRST, 1200, TODAY)
    return issuing.issue(paid, UUID(int=9), "0000000017", TODAY)


def license_state(one: Application) -> LicenseState | None:
    return one.license.state if one.license else None


@pytest.mark.parametrize(
    ("payments", "state", "notes"),
    [
        ([1200], State.PAID, [None]),
        ([1199], State.AWAITING_PAYMENT, [("paid_in_part", 1)]),
        ([1], State.AWAITING_PAYMENT, [("paid_in_part", 1199)]),
        ([1000, 200], State.PAID, [("paid_in_part", 200), None]),
        ([1300], State.PAID, [("paid_over", 100)]),
        ([1000, 300], State.PAID, [("paid_in_part", 200), ("paid_over", 100)]),
        ([1200, 1200], State.PAID, [None, ("paid_over", 1200)]),
    ],
)
def test_only_the_whole_fee_makes_it_paid_and_odd_money_is_noted(
    payments: list[int], state: State, notes: list[tuple[str, int] | None]
) -> None:
    one, heard = awaiting(), []
    for number, cents in enumerate(payments, start=1):
        one, note = issuing.credit(one, UUID(int=number), cents, TODAY)
        heard.append((note.code, note.cents) if note else None)
    assert (one.state, heard) == (state, notes)


def test_a_payment_heard_twice_counts_once() -> None:
    once, _ = issuing.credit(awaiting(), FIRST, 700, TODAY)
    twice, note = issuing.credit(once, FIRST, 700, TODAY)
    assert twice == once
    assert note is None


def test_a_license_is_not_issued_unpaid_nor_twice() -> None:
    with pytest.raises(StepOutOfTurn):
        issuing.issue(awaiting(), UUID(int=9), "0000000017", TODAY)
    with pytest.raises(StepOutOfTurn):
        issuing.issue(licensed(), UUID(int=10), "0000000025", TODAY)


def test_a_returned_check_suspends_and_paying_again_restores() -> None:
    """Rulebook 11, story 19."""
    bounced = issuing.take_back(licensed(), FIRST, 1200)
    assert bounced.license is not None
    assert (bounced.license.state, bounced.license.reason_code) == (LicenseState.SUSPENDED, FEE_TAKEN_BACK)
    short, note = issuing.credit(bounced, SECOND, 1100, TODAY)
    assert license_state(short) is LicenseState.SUSPENDED
    assert note is not None
    assert note.code == "paid_in_part"
    restored, _ = issuing.credit(short, UUID(int=3), 100, TODAY)
    assert license_state(restored) is LicenseState.ACTIVE
    assert restored.license is not None
    assert restored.license.version == 3


def test_a_reversal_before_the_issue_takes_the_application_back_to_waiting() -> None:
    paid, _ = issuing.credit(awaiting(), FIRST, 1200, TODAY)
    assert issuing.take_back(paid, FIRST, 1200).state is State.AWAITING_PAYMENT


def test_a_reversal_heard_before_its_payment_still_counts() -> None:
    reversed_first = issuing.take_back(awaiting(), FIRST, 1200)
    late, note = issuing.credit(reversed_first, FIRST, 1200, TODAY)
    assert late.state is State.AWAITING_PAYMENT
    assert note is None


def test_money_for_a_withdrawn_application_is_noted_and_changes_nothing_else() -> None:
    withdrawn = desk.withdraw(awaiting(), TODAY)
    assert withdrawn.invoice is not None
    assert withdrawn.invoice.cancelled_on == TODAY
    after, note = issuing.credit(withdrawn, FIRST, 1200, TODAY)
    assert after.state is State.WITHDRAWN
    assert note is not None
    assert (note.code, note.cents) == ("paid_after_its_end", 1200)


def test_money_that_comes_after_the_term_issues_nothing() -> None:
    late = LAST_DAY + timedelta(days=1)
    paid, note = issuing.credit(awaiting(), FIRST, 1200, late)
    assert paid.state is State.PAID
    assert note is not None
    assert note.code == "paid_after_the_term"
    with pytest.raises(issuing.TermIsOver):
        issuing.issue(paid, UUID(int=9), "0000000017", late)


def test_a_license_expires_the_day_after_its_last_and_stays_expired() -> None:
    assert license_state(issuing.expire(licensed(), LAST_DAY)) is LicenseState.ACTIVE
    ended = issuing.expire(licensed(), LAST_DAY + timedelta(days=1))
    assert license_state(ended) is LicenseState.EXPIRED
    bounced = issuing.take_back(ended, FIRST, 1200)
    assert license_state(bounced) is LicenseState.EXPIRED
    again, _ = issuing.credit(bounced, SECOND, 1200, LAST_DAY + timedelta(days=9))
    assert license_state(again) is LicenseState.EXPIRED


def test_a_suspended_license_expires_too() -> None:
    bounced = issuing.take_back(licensed(), FIRST, 1200)
    assert license_state(issuing.expire(bounced, LAST_DAY + timedelta(days=1))) is LicenseState.EXPIRED
