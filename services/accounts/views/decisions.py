"""What was decided before the services of an account started."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from services.accounts.domain.decisions import Subject
from services.accounts.views.of_account import find_of_account
from shared.ids import AccountId
from shared.postgres import Reader

_DECISIONS = """
SELECT a.account_id, coalesce((
    SELECT jsonb_agg(to_jsonb(d) - 'account_id' ORDER BY d.decision_id)
    FROM start_decisions d WHERE d.account_id = a.account_id), '[]') AS decisions
FROM accounts a WHERE a.account_id = $1
"""


class DecisionView(BaseModel):
    """One decision; it is never rewritten, the last one about a subject counts."""

    decision_id: UUID
    subject: Subject
    decision: str
    reason_code: str
    owing_account_id: AccountId | None
    amount_cents: int | None
    evidence: str
    decided_at: datetime
    decided_by: str


class DecisionsView(BaseModel):
    """All decisions of an account, the first one first."""

    account_id: AccountId
    decisions: list[DecisionView]


async def find_decisions(tx: Reader, account_id: AccountId) -> DecisionsView:
    """The decisions of an account. Raises AccountUnknown."""
    return await find_of_account(tx, DecisionsView, _DECISIONS, account_id)
