"""What is asked of one account by its id: the model that its row fills, or the refusal that nobody knows it."""

from typing import TypeVar

from pydantic import BaseModel

from services.accounts.domain.dockets import AccountUnknown
from shared.ids import AccountId
from shared.postgres import Reader

View = TypeVar("View", bound=BaseModel)


async def find_of_account(tx: Reader, view: type[View], sql: str, account_id: AccountId) -> View:
    """What the one row says; `sql` takes the account as $1. Raises AccountUnknown."""
    row = await tx.fetchrow(sql, account_id)
    if row is None:
        raise AccountUnknown(field="account_id", account_id=account_id)
    return view.model_validate(dict(row))
