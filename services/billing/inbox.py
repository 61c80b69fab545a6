"""Door 2: what billing hears from accounts and payments, and from head-ends that read meters."""

from collections.abc import Sequence

from services.billing import commands
from shared.events import accounts, inbound, payments
from shared.inbox import Hearing
from shared.postgres import Tx

hearing = Hearing()


@hearing.on(accounts.AccountOpened, keeps=["accounts"])
async def on_accounts_opened(tx: Tx, facts: Sequence[accounts.AccountOpened]) -> None:
    """Know who can be billed."""
    await commands.keep_accounts(tx, facts)


@hearing.on(accounts.AccountClosed, keeps=["accounts"])
async def on_accounts_closed(tx: Tx, facts: Sequence[accounts.AccountClosed]) -> None:
    """Know which accounts are closed."""
    await commands.close_accounts(tx, facts)
    await commands.end_stopped_plans(tx, {fact.account_id for fact in facts})


@hearing.on(accounts.HolderNameChanged, keeps=["accounts"])
async def on_holder_names_changed(tx: Tx, facts: Sequence[accounts.HolderNameChanged]) -> None:
    """Know whose name stands on the next bill; bills that were made keep theirs."""
    await commands.change_names(tx, facts)


@hearing.on(accounts.MailingAddressChanged, keeps=["accounts"])
async def on_mailing_addresses_changed(tx: Tx, facts: Sequence[accounts.MailingAddressChanged]) -> None:
    """Know where the next bill goes."""
    await commands.change_addresses(tx, facts)


@hearing.on(accounts.ServiceStarted, keeps=["agreements", "meters"])
async def on_services_started(tx: Tx, facts: Sequence[accounts.ServiceStarted]) -> None:
    """Know what is metered, and from which reading."""
    await commands.start_services(tx, facts)


@hearing.on(accounts.RateCircumstancesChanged, keeps=["rate_changes"])
async def on_rate_circumstances_changed(tx: Tx, facts: Sequence[accounts.RateCircumstancesChanged]) -> None:
    """Know what rates go by, and from which day on; bills that were made keep theirs."""
    await commands.change_rates(tx, facts)


@hearing.on(accounts.ServiceStopped, keeps=["agreements"])
async def on_services_stopped(tx: Tx, facts: Sequence[accounts.ServiceStopped]) -> None:
    """Know what ended, and with which reading; a budget plan is settled, and a deposit may go back."""
    await commands.stop_services(tx, facts)
    await commands.end_stopped_plans(tx, {fact.account_id for fact in facts})
    await commands.look_at_ended(tx, {fact.account_id for fact in facts})


@hearing.on(accounts.DepositDecided)
async def on_deposits_decided(tx: Tx, facts: Sequence[accounts.DepositDecided]) -> None:
    """Ask for deposits, within the law."""
    await commands.hear_deposit_decisions(tx, facts)


@hearing.on(accounts.ServiceOrderRequested)
async def on_service_orders_requested(tx: Tx, facts: Sequence[accounts.ServiceOrderRequested]) -> None:
    """Know which order carries out which authorization."""
    await commands.keep_shutoff_orders(tx, facts)


@hearing.on(accounts.ServiceOrderCompleted)
async def on_service_orders_completed(tx: Tx, facts: Sequence[accounts.ServiceOrderCompleted]) -> None:
    """Follow shut-offs and reconnections."""
    await commands.follow_field_work(tx, facts)


@hearing.on(accounts.FieldWorkProgressed)
async def on_field_works_progressed(tx: Tx, facts: Sequence[accounts.FieldWorkProgressed]) -> None:
    """Follow the field work that was asked for from reviews of high bills."""
    await commands.follow_review_orders(tx, facts)


@hearing.on(accounts.ShutoffConfirmationAsked)
async def on_shutoff_confirmations_asked(tx: Tx, facts: Sequence[accounts.ShutoffConfirmationAsked]) -> None:
    """Answer crews that ask whether they may shut off."""
    await commands.answer_asks(tx, facts)


@hearing.on(payments.PaymentPosted)
async def on_payments_posted(tx: Tx, facts: Sequence[payments.PaymentPosted]) -> None:
    """Credit payments."""
    await commands.credit_payments(tx, facts)


@hearing.on(payments.PaymentReversed)
async def on_payments_reversed(tx: Tx, facts: Sequence[payments.PaymentReversed]) -> None:
    """Take payments back."""
    await commands.take_back_payments(tx, facts)


@hearing.on(payments.RefundPaid)
async def on_refunds_paid(tx: Tx, facts: Sequence[payments.RefundPaid]) -> None:
    """Settle what was to be paid out."""
    await commands.settle_refunds(tx, facts)


@hearing.on(payments.RefundVoided)
async def on_refunds_voided(tx: Tx, facts: Sequence[payments.RefundVoided]) -> None:
    """Make credit again of what did not reach its customer."""
    await commands.give_back_refunds(tx, facts)


@hearing.on(inbound.MeterReading)
async def on_meter_readings(tx: Tx, facts: Sequence[inbound.MeterReading]) -> None:
    """Take readings of head-ends and handhelds."""
    await commands.hear_readings(tx, facts)


@hearing.on(accounts.FieldReadingTaken)
async def on_field_readings_taken(tx: Tx, facts: Sequence[accounts.FieldReadingTaken]) -> None:
    """Take what crews read because somebody asked."""
    await commands.hear_field_readings(tx, facts)


@hearing.on(accounts.MeterExchanged, keeps=["agreements", "meters"])
async def on_meters_exchanged(tx: Tx, facts: Sequence[accounts.MeterExchanged]) -> None:
    """Know which meter is read from now on, where the old one ended, and where the new one began."""
    await commands.exchange_meters(tx, facts)


@hearing.on(accounts.MeterTested)
async def on_meters_tested(tx: Tx, facts: Sequence[accounts.MeterTested]) -> None:
    """Propose what a fast meter gives back."""
    await commands.hear_meter_tests(tx, facts)
