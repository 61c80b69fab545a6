"""Door 3: what the clock strikes for billing."""

from collections.abc import Sequence

from services.billing import commands
from shared.deadlines import Deadline, Strikes
from shared.ids import AccountId, BillId
from shared.postgres import Tx

strikes = Strikes()


@strikes.on("notice")
async def on_notices_due(tx: Tx, due: Sequence[Deadline]) -> None:
    """A debt is thirty days past due."""
    await commands.send_notices(tx, due)


@strikes.on("shutoff")
async def on_shutoffs_due(tx: Tx, due: Sequence[Deadline]) -> None:
    """The days of a notice have passed."""
    await commands.authorize_shutoffs(tx, due)


@strikes.on("ledger_partitions")
async def on_ledger_partitions_due(tx: Tx, due: Sequence[Deadline]) -> None:
    """Make the ledger's next partitions, long before they are needed."""
    await commands.make_partitions(tx, due)


@strikes.on("peer_uses")
async def on_peer_uses_due(tx: Tx, due: Sequence[Deadline]) -> None:
    """Find what those alike use in this season."""
    await commands.find_peers(tx, due)


@strikes.on("deposit_review")
async def on_deposit_reviews_due(tx: Tx, due: Sequence[Deadline]) -> None:
    """A deposit was kept for a year, or two."""
    await commands.review_deposits(tx, due)


@strikes.on("budget_missed")
async def on_budget_amounts_due(tx: Tx, due: Sequence[Deadline]) -> None:
    """The last day to pay a bill under a budget plan is over."""
    await commands.end_missed_plans(tx, [BillId(deadline.about) for deadline in due])


@strikes.on("deposit_end")
async def on_deposit_ends_due(tx: Tx, due: Sequence[Deadline]) -> None:
    """A service stopped at an account of which a deposit is kept."""
    await commands.return_ended(tx, [AccountId(deadline.about) for deadline in due])
