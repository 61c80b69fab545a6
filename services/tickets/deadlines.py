"""Door 3, the clock strikes: warnings, breaches, higher levels, closing, and asking the router again."""

from collections.abc import Sequence

from services.tickets import commands
from shared.deadlines import Deadline, Strikes
from shared.ids import TicketId
from shared.postgres import Tx

strikes = Strikes()


@strikes.on("routing")
async def on_routings_due(tx: Tx, due: Sequence[Deadline]) -> None:
    """Look for somebody who can take what waits in the queue."""
    await commands.route_queue(tx, [TicketId(deadline.about) for deadline in due])


@strikes.on("sla_warning")
async def on_sla_warnings_due(tx: Tx, due: Sequence[Deadline]) -> None:
    """Three quarters of a clock's time are gone."""
    await commands.warn_tickets(tx, due)


@strikes.on("sla_breach")
async def on_sla_breaches_due(tx: Tx, due: Sequence[Deadline]) -> None:
    """A clock's time is gone; what nobody began is given to somebody else."""
    not_begun = await commands.breach_tickets(tx, due)
    await commands.take_from_owners(tx, not_begun)


@strikes.on("escalation")
async def on_escalations_due(tx: Tx, due: Sequence[Deadline]) -> None:
    """A breached clock is still not answered."""
    await commands.take_tickets_higher(tx, due)


@strikes.on("closure")
async def on_closures_due(tx: Tx, due: Sequence[Deadline]) -> None:
    """Nobody came back on what was answered."""
    await commands.close_answered_tickets(tx, due)
