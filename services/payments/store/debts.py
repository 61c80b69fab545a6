"""The accounts and invoices that payments knows from facts; their rows are what payments are serialized on."""

from collections.abc import Collection, Sequence
from typing import Any

from services.payments.domain.debts import Account, Debts, Invoice, readable
from shared.events import licensing
from shared.events.accounts import AccountClosed, AccountOpened
from shared.ids import AccountId, InvoiceId
from shared.postgres import Tx

_ACCOUNT = "account_id, account_number, service_address, closed_on"
_INVOICE = "invoice_id, invoice_number, amount_cents, cancelled_on"

# The settling payment is read after the lock: what was committed while we waited for it must be seen.
_SETTLEMENTS = """
SELECT p.invoice_id, p.payment_id
FROM payments p
WHERE p.invoice_id = ANY($1::uuid[])
  AND NOT EXISTS (SELECT FROM reversals r WHERE r.payment_id = p.payment_id)
"""


async def save_accounts(tx: Tx, opened: Sequence[AccountOpened]) -> None:
    """Keep accounts that were opened; hearing one again changes nothing."""
    await tx.execute(
        "INSERT INTO accounts (account_id, account_number, service_address, opened_on, version)"
        " SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::date[], $5::bigint[])"
        " ON CONFLICT (account_id) DO UPDATE SET account_number = excluded.account_number,"
        "  service_address = excluded.service_address, opened_on = excluded.opened_on, version = excluded.version"
        " WHERE accounts.version < excluded.version",
        [fact.account_id for fact in opened], [fact.account_number for fact in opened],
        [fact.service_address for fact in opened], [fact.opened_on for fact in opened],
        [fact.version for fact in opened],
    )  # fmt: skip


async def save_closures(tx: Tx, closed: Sequence[AccountClosed]) -> None:
    """Keep the day on which accounts were closed."""
    await tx.execute(
        "UPDATE accounts a SET closed_on = c.closed_on, version = c.version"
        " FROM unnest($1::uuid[], $2::date[], $3::bigint[]) AS c (account_id, closed_on, version)"
        " WHERE a.account_id = c.account_id AND a.version <= c.version",
        [fact.account_id for fact in closed], [fact.closed_on for fact in closed], [fact.version for fact in closed],
    )  # fmt: skip


async def save_invoices(tx: Tx, raised: Sequence[licensing.InvoiceRaised]) -> None:
    """Keep invoices that were raised; hearing one again changes nothing."""
    await tx.execute(
        "INSERT INTO invoices (invoice_id, invoice_number, application_id, amount_cents, raised_on, version)"
        " SELECT * FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::bigint[], $5::date[], $6::bigint[])"
        " ON CONFLICT (invoice_id) DO NOTHING",
        [fact.invoice_id for fact in raised], [fact.invoice_number for fact in raised],
        [fact.application_id for fact in raised], [fact.amount_cents for fact in raised],
        [fact.raised_on for fact in raised], [fact.version for fact in raised],
    )  # fmt: skip


async def save_cancellations(tx: Tx, cancelled: Sequence[licensing.InvoiceCancelled]) -> None:
    """Keep the day on which invoices were called back."""
    await tx.execute(
        "UPDATE invoices i SET cancelled_on = c.cancelled_on, version = c.version"
        " FROM unnest($1::uuid[], $2::date[], $3::bigint[]) AS c (invoice_id, cancelled_on, version)"
        " WHERE i.invoice_id = c.invoice_id AND i.version <= c.version",
        [fact.invoice_id for fact in cancelled], [fact.cancelled_on for fact in cancelled],
        [fact.version for fact in cancelled],
    )  # fmt: skip


async def lock_accounts(tx: Tx, account_ids: Collection[AccountId]) -> dict[AccountId, Account]:
    """These accounts as far as they are known, locked in key order."""
    accounts = await _lock_accounts(tx, "account_id = ANY($1::uuid[])", account_ids)
    return {account.account_id: account for account in accounts}


async def lock_debts(tx: Tx, account_numbers: Collection[str | None], invoice_numbers: Collection[str | None]) -> Debts:
    """The debts that these numbers name, locked in key order: accounts first, then invoices."""
    known = {readable(number, "account_number") for number in account_numbers} - {None}
    owed = {readable(number, "invoice_number") for number in invoice_numbers} - {None}
    return Debts(
        {a.account_number: a for a in await _lock_accounts(tx, "account_number = ANY($1::text[])", known)},
        {i.invoice_number: i for i in await _lock_invoices(tx, "invoice_number = ANY($1::text[])", owed)},
    )


async def lock_debts_by_id(
    tx: Tx, account_ids: Collection[AccountId | None], invoice_ids: Collection[InvoiceId | None]
) -> Debts:
    """The debts with these ids, locked in the same order."""
    known, owed = set(account_ids) - {None}, set(invoice_ids) - {None}
    return Debts(
        {a.account_number: a for a in await _lock_accounts(tx, "account_id = ANY($1::uuid[])", known)},
        {i.invoice_number: i for i in await _lock_invoices(tx, "invoice_id = ANY($1::uuid[])", owed)},
    )


async def _lock_accounts(tx: Tx, which: str, keys: Collection[Any]) -> list[Account]:
    if not keys:
        return []
    rows = await tx.fetch(
        f"SELECT {_ACCOUNT} FROM accounts WHERE {which} ORDER BY account_id FOR NO KEY UPDATE", list(keys)
    )
    return [Account(*row) for row in rows]


async def _lock_invoices(tx: Tx, which: str, keys: Collection[Any]) -> list[Invoice]:
    if not keys:
        return []
    rows = await tx.fetch(
        f"SELECT {_INVOICE} FROM invoices WHERE {which} ORDER BY invoice_id FOR NO KEY UPDATE", list(keys)
    )
    settled_by = dict(await tx.fetch(_SETTLEMENTS, [row["invoice_id"] for row in rows]))
    return [Invoice(row[0], row[1], row[2], settled_by.get(row[0]), row[3]) for row in rows]
