"""Accounts: the row that is locked before anything of an account changes, and the count of what was told."""

from collections.abc import Iterable

from services.accounts.domain.accounts import Account
from shared.ids import AccountId
from shared.postgres import Tx

_COLUMNS = (
    "account_id, account_number, holder_id, premise_id, mailing_address, billing_cycle, opened_on, closed_on, version"
)


async def lock_accounts(tx: Tx, account_ids: Iterable[AccountId]) -> dict[AccountId, Account]:
    """Lock accounts in the order of their ids; those that do not exist are not in the answer."""
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM accounts WHERE account_id = ANY($1::uuid[]) ORDER BY account_id FOR NO KEY UPDATE",
        sorted(set(account_ids)),
    )
    return {row["account_id"]: Account(*row.values()) for row in rows}


async def save_accounts(tx: Tx, accounts: Iterable[Account]) -> None:
    """Keep what changed in accounts: their versions, and the day on which they were closed."""
    changed = sorted(accounts, key=lambda account: account.account_id)
    if changed:
        await tx.execute(
            "UPDATE accounts a SET version = c.version, closed_on = c.closed_on"
            " FROM unnest($1::uuid[], $2::bigint[], $3::date[]) AS c (account_id, version, closed_on)"
            " WHERE a.account_id = c.account_id",
            [account.account_id for account in changed],
            [account.version for account in changed],
            [account.closed_on for account in changed],
        )
