"""The usual use of those alike, found anew every night for this month and the one before."""

from collections.abc import Sequence
from datetime import date, timedelta

from services.billing import store
from shared import deadlines
from shared.deadlines import Deadline
from shared.postgres import Tx

EVERY = timedelta(days=1)


async def find_peers(tx: Tx, due: Sequence[Deadline]) -> None:
    """Find what customers of each class use in a month, and note when to look again."""
    policy = (await store.find_policy(tx, tx.today)).readings
    this = tx.today.replace(day=1)
    await store.save_peer_uses(tx, ((this - EVERY).replace(day=1), this), policy)
    await store.save_peer_uses(tx, (this, _next(this)), policy)
    await deadlines.put(tx, *(Deadline(each.kind, each.about, tx.now + EVERY) for each in due))


def _next(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)
