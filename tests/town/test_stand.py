"""A town of two small services: what one says the other hears, `settle` waits for exactly that, and the clock turns."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from shared import deadlines, outbox
from shared.auth import Role, permission
from shared.deadlines import Deadline, Strikes
from shared.events import accounts, billing
from shared.http import Door, WriteTx
from shared.ids import AccountId, AuthorizationId
from shared.inbox import Hearing
from shared.postgres import Tx
from shared.tower import Tower
from tests.rooms import MONDAY_TEN_O_CLOCK, StillClock
from town.ground import Ground
from town.issuer import Issuer
from town.stand import Town
from town.trouble import Trouble

NOTHING = Path(__file__).parent / "migrations"
KATE = AccountId(UUID("0190f5d4-0000-7000-8000-000000000001"))

billing_door = Door()
accounts_hearing = Hearing()
accounts_strikes = Strikes()


@billing_door.post("/accounts/{account_id}/withdrawal", needs=permission("t.withdraw", Role.BILLING), status_code=204)
async def post_withdrawal(tx: WriteTx, account_id: AccountId) -> None:
    await outbox.put(
        tx,
        billing.ShutoffWithdrawn(
            account_id=account_id, authorization_id=AuthorizationId(account_id), reason_code="paid", withdrawn_at=tx.now
        ),
    )


@accounts_hearing.on(billing.ShutoffWithdrawn)
async def on_shutoffs_withdrawn(tx: Tx, facts: Sequence[billing.ShutoffWithdrawn]) -> None:
    await deadlines.put(tx, *(Deadline("close", fact.account_id, tx.now + timedelta(days=30)) for fact in facts))


@accounts_strikes.on("close")
async def on_closings_due(tx: Tx, due: Sequence[Deadline]) -> None:
    closed = (accounts.AccountClosed(account_id=AccountId(d.about), closed_on=tx.today) for d in due)
    await outbox.put(tx, *closed)


BILLING = Tower("billing", billing_door, Hearing(), Strikes(), NOTHING)
ACCOUNTS = Tower("accounts", Door(), accounts_hearing, accounts_strikes, NOTHING)


@pytest.fixture
async def small_town(ground: Ground, issuer: Issuer) -> AsyncIterator[Town]:
    async with Town.of(ground, StillClock(), issuer, [BILLING, ACCOUNTS]) as built:
        yield built


async def _withdraw(town: Town) -> None:
    answer = await town.http("billing", as_="billing").post(f"/accounts/{KATE}/withdrawal")
    assert answer.status_code == 204, answer.text


async def test_kates_withdrawal_travels_and_thirty_days_later_the_account_is_closed(small_town: Town) -> None:
    await _withdraw(small_town)
    assert await small_town.settle() == ["ShutoffWithdrawn"]
    assert await small_town.settle() == []
    small_town.clock.turn(days=30)
    assert await small_town.settle() == ["AccountClosed"]
    assert small_town.facts == [
        accounts.AccountClosed(account_id=KATE, closed_on=MONDAY_TEN_O_CLOCK.date() + timedelta(30))
    ]
    assert await small_town.asides() == []


async def test_a_service_that_was_stopped_hears_what_was_said_meanwhile(small_town: Town) -> None:
    await small_town.stop("accounts")
    await _withdraw(small_town)
    assert await small_town.settle() == ["ShutoffWithdrawn"]
    assert await small_town.fetch("accounts", "SELECT * FROM deadlines") == []
    await small_town.start("accounts")
    assert await small_town.settle() == []
    assert len(await small_town.fetch("accounts", "SELECT * FROM deadlines")) == 1


async def test_who_is_still_busy_is_named_when_the_time_is_over(small_town: Town) -> None:
    await small_town.settle()
    await small_town.running["accounts"].stop()  # it is counted as running, and hears nothing
    await _withdraw(small_town)
    with pytest.raises(Trouble, match="accounts: 1 facts of billing to hear"):
        await small_town.settle(limit_seconds=1.0)
