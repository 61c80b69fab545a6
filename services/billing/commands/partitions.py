"""The partitions that the ledger will be written to."""

from collections.abc import Sequence
from datetime import timedelta

from services.billing import store
from shared import deadlines
from shared.deadlines import Deadline
from shared.postgres import Tx

AHEAD = timedelta(days=730)
EVERY = timedelta(days=90)


async def make_partitions(tx: Tx, due: Sequence[Deadline]) -> None:
    """Make the partitions of the next two years, and note when to look again."""
    await store.insert_partitions(tx, tx.today, tx.today + AHEAD)
    await deadlines.put(tx, *(Deadline(each.kind, each.about, tx.now + EVERY) for each in due))
