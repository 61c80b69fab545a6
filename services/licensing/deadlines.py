"""Door 3: days by which something must have happened to an application or a license."""

from collections.abc import Sequence

from services.licensing import commands
from shared.deadlines import Deadline, Strikes
from shared.postgres import Tx

strikes = Strikes()


@strikes.on("abandonment")
async def on_abandonments_due(tx: Tx, due: Sequence[Deadline]) -> None:
    """Close the applications that nobody answered."""
    await commands.abandon_applications(tx, [deadline.about for deadline in due])


@strikes.on("expiry")
async def on_expiries_due(tx: Tx, due: Sequence[Deadline]) -> None:
    """End the licenses whose term is over."""
    await commands.expire_licenses(tx, [deadline.about for deadline in due])
