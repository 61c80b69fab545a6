"""How far an account's unpaid debt has gone, what was said to whom, and what the clock does next."""

from datetime import date, datetime
from typing import Any, NamedTuple

from pydantic import BaseModel, Field

from services.billing.domain.delinquency import Authorization, Delinquency, Notice, Stage
from services.billing.domain.ledger import AccountNotInLedger
from shared.ids import AccountId, AuthorizationId, NoticeId
from shared.postgres import Reader

_FIND = """
SELECT r.account_id, r.balance_cents, d.notice_id, d.shutoff_at, n.sent_at, n.sent_on, n.covers_through_on,
    n.past_due_cents, a.authorization_id, a.state, a.authorized_at, a.withdrawn_at, a.executed_at,
    a.reconnection_authorized_at, a.reconnected_at,
    (SELECT jsonb_agg(jsonb_build_array(c.due_on, c.open_cents - least(c.open_cents, c.disputed_cents))) FROM charges c
     WHERE c.account_id = r.account_id AND c.open_cents > 0) AS debts,
    (SELECT coalesce(sum(least(c.open_cents, c.disputed_cents)), 0)::bigint FROM charges c
     WHERE c.account_id = r.account_id AND c.open_cents > 0) AS disputed_cents,
    (SELECT jsonb_agg(jsonb_build_array(l.kind, l.due_at) ORDER BY l.due_at) FROM deadlines l
     WHERE l.about = r.account_id AND l.kind IN ('notice', 'shutoff')) AS ahead
FROM receivables r LEFT JOIN delinquencies d USING (account_id) LEFT JOIN notices n USING (notice_id)
LEFT JOIN shutoff_authorizations a USING (authorization_id)
WHERE r.account_id = $1
"""


class NoticeView(BaseModel):
    """The last notice."""

    notice_id: NoticeId
    sent_on: date
    past_due_cents: int = Field(description="What it asked for.")
    covers_through_on: date = Field(description="It covers what was due by this day.")
    shutoff_not_before: datetime


class AuthorizationView(BaseModel):
    """The last authorization, and what became of it."""

    authorization_id: AuthorizationId
    state: str
    authorized_at: datetime
    withdrawn_at: datetime | None
    executed_at: datetime | None
    reconnection_authorized_at: datetime | None
    reconnected_at: datetime | None


class NextStep(BaseModel):
    """What the clock does next, unless something is paid."""

    kind: str
    due_at: datetime


class DelinquencyView(BaseModel):
    """Where an account stands."""

    account_id: AccountId
    stage: Stage
    balance_cents: int
    past_due_cents: int = Field(description="What is disputed is not past due.")
    disputed_cents: int
    asked_cents: int = Field(description="What is to be paid so that the water stays on, or comes back.")
    notice: NoticeView | None
    authorization: AuthorizationView | None
    next_steps: list[NextStep]


async def find_delinquency(reader: Reader, account_id: AccountId) -> DelinquencyView:
    """How far an unpaid debt has gone. Raises AccountNotInLedger."""
    row = await reader.fetchrow(_FIND, account_id)
    if row is None:
        raise AccountNotInLedger(field="account_id", account_id=account_id)
    of = _delinquency(row)
    return DelinquencyView(
        account_id=account_id, stage=of.stage, balance_cents=row["balance_cents"],
        past_due_cents=sum(debt.open_cents for debt in of.debts if debt.due_on < reader.today),
        disputed_cents=row["disputed_cents"], asked_cents=of.asked_cents,
        notice=None if of.notice is None else NoticeView(**{**row, "shutoff_not_before": of.notice.shutoff_at}),
        authorization=None if of.authorization is None else AuthorizationView(**row),
        next_steps=[NextStep(kind=kind, due_at=due_at) for kind, due_at in row["ahead"] or ()],
    )  # fmt: skip


class _Open(NamedTuple):
    due_on: date
    open_cents: int


def _delinquency(row: Any) -> Delinquency:
    debts = tuple(_Open(date.fromisoformat(due_on), cents) for due_on, cents in row["debts"] or ())
    if row["notice_id"] is None:
        return Delinquency(row["account_id"], debts)
    notice = Notice(row["notice_id"], row["sent_at"], row["covers_through_on"], row["shutoff_at"])
    given = None if row["authorization_id"] is None else Authorization(row["authorization_id"], row["state"])
    return Delinquency(row["account_id"], debts, notice, given)
