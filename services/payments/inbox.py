"""Door 2: what payments hears from accounts, billing, licensing, and from other city systems."""

from collections.abc import Sequence

from services.payments import commands
from shared.events import accounts, billing, inbound, licensing
from shared.inbox import Hearing
from shared.postgres import Tx

hearing = Hearing()


@hearing.on(accounts.AccountOpened, keeps=["accounts"])
async def on_accounts_opened(tx: Tx, facts: Sequence[accounts.AccountOpened]) -> None:
    """Know the accounts that money can be for."""
    await commands.keep_accounts(tx, facts)


@hearing.on(accounts.AccountClosed, keeps=["accounts"])
async def on_accounts_closed(tx: Tx, facts: Sequence[accounts.AccountClosed]) -> None:
    """Know which accounts are closed; their debt is still taken."""
    await commands.close_accounts(tx, facts)


@hearing.on(accounts.ShutoffConfirmationAsked)
async def on_shutoff_confirmations_asked(tx: Tx, facts: Sequence[accounts.ShutoffConfirmationAsked]) -> None:
    """Answer crews that ask whether they may shut off."""
    await commands.answer_asks(tx, facts)


@hearing.on(billing.AccountCredited)
async def on_accounts_credited(tx: Tx, facts: Sequence[billing.AccountCredited]) -> None:
    """Know which payments billing has counted."""
    await commands.count_credits(tx, facts)


@hearing.on(billing.RefundApproved)
async def on_refunds_approved(tx: Tx, facts: Sequence[billing.RefundApproved]) -> None:
    """Know what is to be paid out."""
    await commands.keep_refunds(tx, facts)


@hearing.on(licensing.InvoiceRaised, keeps=["invoices"])
async def on_invoices_raised(tx: Tx, facts: Sequence[licensing.InvoiceRaised]) -> None:
    """Know the invoices that money can be for."""
    await commands.keep_invoices(tx, facts)


@hearing.on(licensing.InvoiceCancelled, keeps=["invoices"])
async def on_invoices_cancelled(tx: Tx, facts: Sequence[licensing.InvoiceCancelled]) -> None:
    """Know the invoices that were called back."""
    await commands.close_invoices(tx, facts)


@hearing.on(inbound.Remittance)
async def on_remittances(tx: Tx, facts: Sequence[inbound.Remittance]) -> None:
    """Take money that arrived elsewhere."""
    await commands.take_remittances(tx, facts)
