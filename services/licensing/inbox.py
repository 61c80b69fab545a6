"""Door 2: what licensing hears: money that came for its invoices, and money that went back."""

from collections.abc import Sequence

from services.licensing import commands
from shared.events import payments
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
