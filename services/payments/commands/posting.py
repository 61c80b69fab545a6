"""The last beats of every way in which money is accepted: receipt, rows, own books, recall, and the telling."""

from collections.abc import Callable, Sequence
from datetime import date

from services.payments import store
from services.payments.domain.books import Entry
from services.payments.domain.payments import Occasion, Payment, Tendered, with_receipts
from services.payments.domain.shutoffs import recall
from shared import outbox
from shared.postgres import Tx

Booking = Callable[[Tendered, date], Entry]


def occasion_of(tx: Tx) -> Occasion:
    """The moment, the town's day and the actor of a transaction."""
    return Occasion(tx.now, tx.today, tx.actor.subject)


async def post(tx: Tx, tendered: Sequence[Tendered], booking: Booking) -> list[Payment]:
    """Post money whose debts are locked: give receipts, keep and book it, recall the crews it concerns, tell.

    The receipt series is locked last, since the next payment of the drawer waits for it until the commit.
    """
    if not tendered:
        return []
    paid = {each.account_id for each in tendered if each.account_id is not None}
    confirmations = await store.lock_confirmations(tx, paid, tx.now) if paid else []
    last_serials = await store.save_receipt_series(tx, [each.series for each in tendered])
    payments = with_receipts(tendered, last_serials)
    recalled = recall(confirmations, paid, tx.now)
    await store.insert_payments(tx, payments)
    await store.insert_entries(tx, [booking(each, tx.today) for each in payments])
    if recalled:
        await store.save_recalls(tx, recalled)
    await outbox.put(tx, *(each.told for each in payments), *(each.told for each in recalled))
    return payments
