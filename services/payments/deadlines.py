"""Door 3: what the clock strikes for payments: the tables' next partitions are made long before they are needed.

Nothing else waits for a clock here. A confirmation given to a crew runs out by its own `valid_until`, which is
compared; money in suspense waits for a person, and the clock of that work is the ticket's.
"""

from collections.abc import Sequence

from services.payments import commands
from shared.deadlines import Deadline, Strikes
from shared.postgres import Tx

strikes = Strikes()


@strikes.on("payment_partitions")
async def on_payment_partitions_due(tx: Tx, due: Sequence[Deadline]) -> None:
    """Make the partitions of the next two years, and be struck again next quarter."""
    await commands.make_partitions(tx, due)
