"""The last two beats of every command on orders: write what happened to them, and tell it."""

from services.accounts import store
from services.accounts.domain.dockets import Docket
from shared import deadlines, outbox
from shared.deadlines import Deadline
from shared.postgres import Tx

SHUTOFF_ANSWER = "shutoff_answer"
"""The deadline of an ask: without both answers by then the water stays on."""

FINAL_READING = "final_reading"
"""The deadline of a final reading: it is told that it is late."""


async def record(tx: Tx, docket: Docket) -> None:
    """Write the orders that changed, tell it, and set or take away the clocks of what was asked."""
    facts = docket.told()
    await store.save_orders(tx, docket.changed())
    await store.save_accounts(tx, docket.told_about())
    await outbox.put(tx, *facts)
    await deadlines.remove(tx, SHUTOFF_ANSWER, [ask.ask_id for ask in docket.asks(waiting=False)])
    await deadlines.put(tx, *(Deadline(SHUTOFF_ANSWER, ask.ask_id, ask.answer_by) for ask in docket.asks(waiting=True)))
    dated = [order for order in docket.changed() if order.due_at is not None]
    await deadlines.remove(tx, FINAL_READING, [order.order_id for order in dated if not order.is_open])
    await deadlines.put(
        tx, *(Deadline(FINAL_READING, order.order_id, order.due_at) for order in dated if order.is_new and order.due_at)
    )
