"""Accounts: the row that is locked before anything of an account changes, and the count of what was told."""

from collections.abc import Iterable
from typing import Any

from services.accounts.domain.accounts import Account
from services.accounts.domain.agreements import Agreement
from shared.events.accounts import Commodity
from shared.ids import AccountId, AgreementId, ServicePointId
from shared.postgres import Tx

_COLUMNS = (
    "account_id, account_number, holder_id, premise_id, mailing_address, billing_cycle, opened_on, closed_on, version"
)
AGREEMENT_COLUMNS = (
    "g.agreement_id, g.account_id, g.service_point_id, s.commodity, g.rate_code, a.billing_cycle, g.started_on,"
    " g.start_reading, g.origin, g.stopped_on, g.stop_reading, g.version"
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


async def find_agreements(tx: Tx, account_ids: Iterable[AccountId]) -> list[Agreement]:
    """All service agreements of accounts, the oldest first."""
    rows = await tx.fetch(
        f"SELECT {AGREEMENT_COLUMNS} FROM service_agreements g JOIN service_points s USING (service_point_id)"
        " JOIN accounts a USING (account_id) WHERE g.account_id = ANY($1::uuid[]) ORDER BY g.agreement_id",
        sorted(set(account_ids)),
    )
    return [agreement_of(row.values()) for row in rows]


async def find_agreement_homes(
    tx: Tx, agreement_ids: Iterable[AgreementId]
) -> dict[AgreementId, tuple[AccountId, ServicePointId]]:
    """The account and the service point of agreements; both never change."""
    rows = await tx.fetch(
        "SELECT agreement_id, account_id, service_point_id FROM service_agreements"
        " WHERE agreement_id = ANY($1::uuid[])",
        sorted(set(agreement_ids)),
    )
    return {row["agreement_id"]: (row["account_id"], row["service_point_id"]) for row in rows}


def agreement_of(values: Iterable[Any]) -> Agreement:
    """The agreement that the values of AGREEMENT_COLUMNS make."""
    agreement_id, account_id, point_id, commodity, *rest = values
    return Agreement(agreement_id, account_id, point_id, Commodity(commodity), *rest)
