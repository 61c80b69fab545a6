"""The crew calls in at the valve: billing confirms only what stands authorized and unpaid, and only in time."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from services.billing.domain.confirmations import answer
from services.billing.domain.delinquency import Authorization, Delinquency, Notice
from shared.events.accounts import ShutoffConfirmationAsked
from shared.events.billing import ShutoffConfirmed, ShutoffObjected
from shared.ids import AccountId, AskId, AuthorizationId, NoticeId, OrderId
from tests.billing.bills import Open
from tests.billing.policies import MUNICIPAL

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
ACCOUNT, AUTHORIZATION = AccountId(UUID(int=1)), AuthorizationId(UUID(int=2))
NOTICE = Notice(NoticeId(UUID(int=3)), NOW - timedelta(days=12), date(2026, 1, 20), NOW - timedelta(days=2))
DEBT = Open(date(2026, 1, 15), 9868)
ASK = ShutoffConfirmationAsked(
    account_id=ACCOUNT, ask_id=AskId(UUID(int=4)), order_id=OrderId(UUID(int=5)), authorization_id=AUTHORIZATION,
    stage="execution", asked_at=NOW, answer_by=NOW + timedelta(seconds=60),
)  # fmt: skip
STANDING = Delinquency(ACCOUNT, (DEBT,), NOTICE, Authorization(AUTHORIZATION, "authorized"))


def test_an_authorization_that_stands_is_confirmed_for_ten_minutes() -> None:
    told = answer(ASK, STANDING, NOW, MUNICIPAL).told
    assert isinstance(told, ShutoffConfirmed)
    assert told.valid_until == NOW + timedelta(minutes=10)


@pytest.mark.parametrize(
    ("of", "late_seconds", "reason"),
    [
        (Delinquency(ACCOUNT, ()), 0, "not_authorized"),
        (
            replace(STANDING, authorization=Authorization(AuthorizationId(UUID(int=9)), "authorized")),
            0,
            "not_authorized",
        ),
        (replace(STANDING, debts=(), authorization=Authorization(AUTHORIZATION, "withdrawn")), 0, "paid"),
        (replace(STANDING, authorization=Authorization(AUTHORIZATION, "executed")), 0, "not_authorized"),
        (replace(STANDING, authorization=Authorization(AUTHORIZATION, "reconnected")), 0, "not_authorized"),
        (STANDING, 61, "answered_too_late"),
    ],
)
def test_anything_else_leaves_the_water_on(of: Delinquency, late_seconds: int, reason: str) -> None:
    told = answer(ASK, of, NOW + timedelta(seconds=late_seconds), MUNICIPAL).told
    assert isinstance(told, ShutoffObjected)
    assert told.reason_code == reason
