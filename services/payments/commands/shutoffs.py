"""The answers to crews that ask whether they may shut off."""

from collections.abc import Sequence

from services.payments import store
from services.payments.domain.shutoffs import answer
from shared import outbox
from shared.events.accounts import ShutoffConfirmationAsked
from shared.events.billing import AccountCredited
from shared.postgres import Tx


async def answer_asks(tx: Tx, asks: Sequence[ShutoffConfirmationAsked]) -> None:
    """Confirm, or object, from our own books. Whoever posts on one of these accounts waits, or was seen."""
    known = await store.lock_accounts(tx, {ask.account_id for ask in asks})
    policy = await store.find_policy(tx, tx.today)
    standing = await store.find_standing(tx, {ask.account_id for ask in asks}, min(ask.asked_at for ask in asks))
    good_for = policy.confirmation_good_for
    answers = [answer(ask, ask.account_id in known, standing, tx.now, good_for) for ask in asks]
    first = await store.insert_answers(tx, answers)
    await outbox.put(tx, *(each.told for each in answers if each.ask_id in first))


async def count_credits(tx: Tx, credited: Sequence[AccountCredited]) -> None:
    """Know which payments billing has counted; from then on its own answer speaks for them."""
    await store.insert_credits(tx, credited)
