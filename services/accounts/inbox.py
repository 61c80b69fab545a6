"""Door 2: what accounts hears from billing and payments, and from the crews' handhelds."""

from collections.abc import Sequence

from services.accounts import commands
from shared.events import billing, inbound, payments
from shared.inbox import Hearing
from shared.postgres import Tx

hearing = Hearing()


@hearing.on(billing.ShutoffAuthorized)
async def on_shutoffs_authorized(tx: Tx, facts: Sequence[billing.ShutoffAuthorized]) -> None:
    """Order the shut-offs that billing authorized."""
    await commands.order_shutoffs(tx, facts)


@hearing.on(billing.ShutoffWithdrawn)
async def on_shutoffs_withdrawn(tx: Tx, facts: Sequence[billing.ShutoffWithdrawn]) -> None:
    """Call off what billing withdrew, ordered or not yet."""
    await commands.withdraw_authorizations(tx, facts)


@hearing.on(billing.ReconnectionAuthorized)
async def on_reconnections_authorized(tx: Tx, facts: Sequence[billing.ReconnectionAuthorized]) -> None:
    """Order services brought back."""
    await commands.order_reconnections(tx, facts)


@hearing.on(billing.RereadRequested)
async def on_rereads_requested(tx: Tx, facts: Sequence[billing.RereadRequested]) -> None:
    """Send crews to meters whose readings stand out."""
    await commands.order_rereads(tx, facts)


@hearing.on(billing.FieldWorkRequested)
async def on_field_works_requested(tx: Tx, facts: Sequence[billing.FieldWorkRequested]) -> None:
    """Send crews to what somebody wants looked at behind a high bill."""
    await commands.order_field_work(tx, facts)


@hearing.on(billing.ShutoffConfirmed)
async def on_shutoffs_confirmed_by_billing(tx: Tx, facts: Sequence[billing.ShutoffConfirmed]) -> None:
    """Take billing's yes."""
    await commands.take_confirmations(tx, facts)


@hearing.on(billing.ShutoffObjected)
async def on_shutoffs_objected_by_billing(tx: Tx, facts: Sequence[billing.ShutoffObjected]) -> None:
    """Take billing's no."""
    await commands.take_objections(tx, facts)


@hearing.on(payments.ShutoffConfirmed)
async def on_shutoffs_confirmed_by_payments(tx: Tx, facts: Sequence[payments.ShutoffConfirmed]) -> None:
    """Take payments' yes."""
    await commands.take_confirmations(tx, facts)


@hearing.on(payments.ShutoffObjected)
async def on_shutoffs_objected_by_payments(tx: Tx, facts: Sequence[payments.ShutoffObjected]) -> None:
    """Take payments' no."""
    await commands.take_objections(tx, facts)


@hearing.on(inbound.FieldResult)
async def on_field_results(tx: Tx, facts: Sequence[inbound.FieldResult]) -> None:
    """Take what the crews' handhelds tell."""
    await commands.take_field_results(tx, facts)
