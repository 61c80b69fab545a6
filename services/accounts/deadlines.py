"""Door 3: what the clock strikes for accounts."""

from collections.abc import Sequence

from services.accounts import commands
from shared.deadlines import Deadline, Strikes
from shared.postgres import Tx

strikes = Strikes()


@strikes.on(commands.SHUTOFF_ANSWER)
async def on_shutoff_answers_due(tx: Tx, due: Sequence[Deadline]) -> None:
    """The books had their time: without both answers the water stays on."""
    await commands.end_unanswered(tx, due)
