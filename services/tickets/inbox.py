"""Door 2, the other services tell: what each fact opens, advances or ends stands in the domain's table."""

from collections.abc import Sequence

from services.tickets import commands
from shared.events import accounts, billing, licensing, payments
from shared.inbox import Hearing
from shared.postgres import Tx

hearing = Hearing()


@hearing.on(accounts.ServiceOrderRequested)
async def on_service_orders_requested(tx: Tx, facts: Sequence[accounts.ServiceOrderRequested]) -> None:
    """Open a ticket for field work, so that somebody at the desk sees it through."""
    await commands.take_in_facts(tx, facts)


@hearing.on(accounts.ServiceOrderScheduled)
async def on_service_orders_scheduled(tx: Tx, facts: Sequence[accounts.ServiceOrderScheduled]) -> None:
    """The crew's day is known."""
    await commands.take_in_facts(tx, facts)


@hearing.on(accounts.ServiceOrderDispatched)
async def on_service_orders_dispatched(tx: Tx, facts: Sequence[accounts.ServiceOrderDispatched]) -> None:
    """The crew is on its way."""
    await commands.take_in_facts(tx, facts)


@hearing.on(accounts.ServiceOrderCompleted)
async def on_service_orders_completed(tx: Tx, facts: Sequence[accounts.ServiceOrderCompleted]) -> None:
    """Close the ticket with the text for the customer."""
    await commands.take_in_facts(tx, facts)


@hearing.on(accounts.ServiceOrderNotCompleted)
async def on_service_orders_not_completed(tx: Tx, facts: Sequence[accounts.ServiceOrderNotCompleted]) -> None:
    """Somebody must look at it, unless its ground is gone."""
    await commands.take_in_facts(tx, facts)


@hearing.on(accounts.ServiceOrderCancelled)
async def on_service_orders_cancelled(tx: Tx, facts: Sequence[accounts.ServiceOrderCancelled]) -> None:
    """Close the ticket: the work was called off."""
    await commands.take_in_facts(tx, facts)


@hearing.on(accounts.FinalReadingMissed)
async def on_final_readings_missed(tx: Tx, facts: Sequence[accounts.FinalReadingMissed]) -> None:
    """Open a ticket: somebody who moved out waits for the final reading."""
    await commands.take_in_facts(tx, facts)


@hearing.on(accounts.FieldWorkProgressed)
async def on_field_works_progressed(tx: Tx, facts: Sequence[accounts.FieldWorkProgressed]) -> None:
    """Close the ticket of a final reading that was missed: it was taken or called off."""
    await commands.take_in_facts(tx, facts)


@hearing.on(billing.ShutoffWithdrawn)
async def on_shutoffs_withdrawn(tx: Tx, facts: Sequence[billing.ShutoffWithdrawn]) -> None:
    """The ground of a shut-off is gone, whether or not its order was heard of."""
    await commands.take_in_facts(tx, facts)


@hearing.on(billing.BillHeld)
async def on_bills_held(tx: Tx, facts: Sequence[billing.BillHeld]) -> None:
    """Open a ticket for a bill that a person must look at."""
    await commands.take_in_facts(tx, facts)


@hearing.on(billing.BillIssued)
async def on_bills_issued(tx: Tx, facts: Sequence[billing.BillIssued]) -> None:
    """Close the ticket of a bill that was held."""
    await commands.take_in_facts(tx, facts)


@hearing.on(billing.BillCancelled)
async def on_bills_cancelled(tx: Tx, facts: Sequence[billing.BillCancelled]) -> None:
    """Close the ticket of a held bill that was found wrong."""
    await commands.take_in_facts(tx, facts)


@hearing.on(billing.DisputeOpened)
async def on_disputes_opened(tx: Tx, facts: Sequence[billing.DisputeOpened]) -> None:
    """Open a ticket: a customer questions a part of a bill."""
    await commands.take_in_facts(tx, facts)


@hearing.on(billing.DisputeDecided)
async def on_disputes_decided(tx: Tx, facts: Sequence[billing.DisputeDecided]) -> None:
    """Close the ticket with what was decided."""
    await commands.take_in_facts(tx, facts)


@hearing.on(payments.PaymentReversed)
async def on_payments_reversed(tx: Tx, facts: Sequence[payments.PaymentReversed]) -> None:
    """Open a ticket: the customer must be told that the payment was taken back."""
    await commands.take_in_facts(tx, facts)


@hearing.on(payments.RemittanceSuspended)
async def on_remittances_suspended(tx: Tx, facts: Sequence[payments.RemittanceSuspended]) -> None:
    """Open a ticket: somebody must find out whose money it is."""
    await commands.take_in_facts(tx, facts)


@hearing.on(payments.RemittancePlaced)
async def on_remittances_placed(tx: Tx, facts: Sequence[payments.RemittancePlaced]) -> None:
    """Close the ticket: the money found its account."""
    await commands.take_in_facts(tx, facts)


@hearing.on(licensing.CorrectionsRequested)
async def on_corrections_requested(tx: Tx, facts: Sequence[licensing.CorrectionsRequested]) -> None:
    """Open a ticket: the applicant will ask why, and what to do."""
    await commands.take_in_facts(tx, facts)


@hearing.on(licensing.ApplicationSubmitted)
async def on_applications_submitted(tx: Tx, facts: Sequence[licensing.ApplicationSubmitted]) -> None:
    """The applicant sent it in again."""
    await commands.take_in_facts(tx, facts)


@hearing.on(licensing.ApplicationDecided)
async def on_applications_decided(tx: Tx, facts: Sequence[licensing.ApplicationDecided]) -> None:
    """Close the ticket: the application was decided."""
    await commands.take_in_facts(tx, facts)


@hearing.on(licensing.ApplicationWithdrawn)
async def on_applications_withdrawn(tx: Tx, facts: Sequence[licensing.ApplicationWithdrawn]) -> None:
    """Close the ticket: the applicant took it back."""
    await commands.take_in_facts(tx, facts)


@hearing.on(licensing.ApplicationAbandoned)
async def on_applications_abandoned(tx: Tx, facts: Sequence[licensing.ApplicationAbandoned]) -> None:
    """Close the ticket: nobody answered."""
    await commands.take_in_facts(tx, facts)


@hearing.on(licensing.LicenseIssued)
async def on_licenses_issued(tx: Tx, facts: Sequence[licensing.LicenseIssued]) -> None:
    """The license is out: nothing of its application stays open."""
    await commands.take_in_facts(tx, facts)
