"""Door 2: what licensing hears: money that came for its invoices or went back, and names that changed."""

from collections.abc import Sequence

from services.licensing import commands
from shared.events import accounts, payments
from shared.inbox import Hearing
from shared.postgres import Tx

hearing = Hearing()


@hearing.on(payments.PaymentPosted)
async def on_payments_posted(tx: Tx, facts: Sequence[payments.PaymentPosted]) -> None:
    """Issue the licenses that are paid."""
    await commands.credit_payments(tx, facts)


@hearing.on(payments.PaymentReversed)
async def on_payments_reversed(tx: Tx, facts: Sequence[payments.PaymentReversed]) -> None:
    """Suspend the licenses whose fee was taken back."""
    await commands.take_back_payments(tx, facts)


@hearing.on(accounts.HolderNameChanged)
async def on_holder_names_changed(tx: Tx, facts: Sequence[accounts.HolderNameChanged]) -> None:
    """Amend the licenses of people who have another name."""
    await commands.amend_holders(tx, facts)
