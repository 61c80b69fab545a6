"""Accounts: opened, found by whatever a caller remembers, read as they are or were on a day, and closed."""

from typing import Annotated

from fastapi import Path, Query

from services.accounts import commands, views
from services.accounts.api.roles import DESK
from services.accounts.commands.forms import AccountForms
from services.accounts.views import AccountView, FoundAccount, OpenedAccounts
from shared.auth import Role, permission
from shared.events.fields import VISIBLE, Day
from shared.http import Door, IfMatch, Page, PageQuery, ReadTx, WriteTx
from shared.ids import AccountId

door = Door()

READ_ACCOUNTS = permission("accounts.read", *DESK, Role.CASHIER, Role.BILLING, Role.LICENSING, Role.SERVICE)
OPEN_ACCOUNTS = permission("accounts.open", *DESK)
CLOSE_ACCOUNTS = permission("accounts.close", *DESK)

Typed = Annotated[
    str | None,
    Query(min_length=1, max_length=120, pattern=VISIBLE,
          description="A number, name, address, block and lot, phone or meter serial; mistakes are forgiven."),
]  # fmt: skip
AsOf = Annotated[Day | None, Query(description="What was true on that day, by what is known today; left out: now.")]


@door.post("/accounts", needs=OPEN_ACCOUNTS, status_code=201, idempotent=True)
async def post_accounts(tx: WriteTx, body: AccountForms) -> OpenedAccounts:
    """Open up to 500 accounts, all or none."""
    return await views.list_opened(tx, await commands.open_accounts(tx, body.accounts))


@door.get("/accounts", needs=READ_ACCOUNTS)
async def list_accounts(tx: ReadTx, page: PageQuery, q: Typed = None) -> Page[FoundAccount]:
    """Find accounts by what somebody typed, the most like it first; without `q` all of them, by number."""
    return await views.list_accounts(tx, q, page)


@door.get("/accounts/by-number/{account_number}", needs=READ_ACCOUNTS)
async def get_account_by_number(
    tx: ReadTx, account_number: Annotated[str, Path(min_length=1, max_length=20, pattern=VISIBLE)]
) -> AccountView:
    """One account by the number that stands on its bills."""
    return await views.find_account_by_number(tx, account_number)


@door.get("/accounts/{account_id}", needs=READ_ACCOUNTS)
async def get_account(tx: ReadTx, account_id: AccountId, as_of: AsOf = None) -> AccountView:
    """One account with its people, its place, its services and the work that is open on it; now, or on a past day."""
    if as_of is None:
        return await views.find_account(tx, account_id)
    return await views.find_account_on(tx, account_id, as_of)


@door.post("/accounts/{account_id}/closure", needs=CLOSE_ACCOUNTS)
async def post_account_closure(tx: WriteTx, account_id: AccountId, expected: IfMatch) -> AccountView:
    """Close an account on which nothing runs and no work is open."""
    await commands.close_accounts(tx, {account_id: expected})
    return await views.find_account(tx, account_id)
