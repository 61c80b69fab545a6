"""Payments' own copy of the accounts and invoices that money can be for."""

from collections.abc import Sequence

from services.payments import store
from services.payments.commands.remittances import place_awaited
from shared.events.accounts import AccountClosed, AccountOpened
from shared.events.licensing import InvoiceCancelled, InvoiceRaised
from shared.postgres import Tx


async def keep_accounts(tx: Tx, opened: Sequence[AccountOpened]) -> None:
    """Know accounts, and post the money that came for them before they were known."""
    await store.save_accounts(tx, opened)
    debts = await store.lock_debts(tx, [fact.account_number for fact in opened], [])
    await place_awaited(tx, debts)


async def close_invoices(tx: Tx, cancelled: Sequence[InvoiceCancelled]) -> None:
    """Know that invoices were called back; what was paid for them before stays paid."""
    await store.save_cancellations(tx, cancelled)


async def close_accounts(tx: Tx, closed: Sequence[AccountClosed]) -> None:
    """Know that accounts are closed; their debt is still taken."""
    await store.save_closures(tx, closed)


async def keep_invoices(tx: Tx, raised: Sequence[InvoiceRaised]) -> None:
    """Know invoices, and post the money that came for them before they were known."""
    await store.save_invoices(tx, raised)
    debts = await store.lock_debts(tx, [], [fact.invoice_number for fact in raised])
    await place_awaited(tx, debts)
