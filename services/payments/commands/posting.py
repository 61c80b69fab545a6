"""The last beats of every way in which money is accepted: receipt, rows, own books, recall, and the telling."""

from collections.abc import Callable, Sequence
from datetime import date

from services.payments import store
from services.payments.domain.books import Entry
from services.payments.domain.payments import Occasion, Payment, Tendered, with_receipts
from services.payments.domain.shutoffs import Answer, recall
from shared import outbox
from shared.auth import Actor
from shared.postgres import Cause, Tx

Booking = Callable[[Tendered, date], Entry]


def occasion_of(tx: Tx, actor: Actor | None = None) -> Occasion:
    """The moment and the town's day of a transaction, and its actor or the one of those whom it answers."""
    return Occasion(tx.now, tx.today, (actor or tx.actor).subject)


async def post(tx: Tx, tendered: Sequence[Tendered], booking: Booking, causes: Sequence[Cause] = ()) -> list[Payment]:
    """Post money whose debts are locked: give receipts, keep and book it, recall the crews it concerns, tell.

    The receipt series is locked last, since the next payment of the drawer waits for it until the commit. `causes`,
    one for each, where several requests are answered together.
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
    told = [*(each.told for each in payments), *(each.told for each in recalled)]
    await outbox.put(tx, *told, causes=_with_recalls(payments, causes, recalled) if causes else ())
    return payments


def _with_recalls(payments: Sequence[Payment], causes: Sequence[Cause], recalled: Sequence[Answer]) -> list[Cause]:
    """The causes of payments, and of recalls: whoever paid first on the account called the crew back."""
    first = {payment.account_id: cause for payment, cause in reversed([*zip(payments, causes, strict=True)])}
    return [*causes, *(first[each.account_id] for each in recalled)]
