"""The last beats of everything that moves money: postings, what they change for each account, and the telling."""

from collections.abc import Iterable, Mapping, Sequence

from services.billing import store
from services.billing.domain.delinquency import Ground
from services.billing.domain.ledger import Posting
from services.billing.domain.policies import Policy
from services.billing.domain.standings import Change, Standing, settle
from shared import deadlines, outbox
from shared.deadlines import Deadline
from shared.events import Fact
from shared.events.billing import BalanceChanged
from shared.ids import AccountId
from shared.postgres import Tx


async def book(
    tx: Tx, standings: Mapping[AccountId, Standing], postings: Sequence[Posting], told: Iterable[Fact],
    policy: Policy, *, ground: Ground = "paid",
) -> None:  # fmt: skip
    """Add postings, follow what they change, and tell: `told`, then each account's balance once, then its stage.

    `ground` is why a shut-off falls away, if it does.
    """
    last = {posting.account_id: posting.sheet for posting in postings}
    changes = [
        settle(standings[account_id], sheet, tx.now, tx.zone, policy, ground=ground)
        for account_id, sheet in last.items()
    ]
    await store.save_postings(tx, postings, changes)
    await keep(tx, changes)
    today = tx.today
    balances = (
        BalanceChanged(
            account_id=account_id, balance_cents=sheet.balance_cents, past_due_cents=sheet.past_due_cents(today),
            version=sheet.version,
        )
        for account_id, sheet in last.items()
    )  # fmt: skip
    await outbox.put(tx, *told, *balances, *(fact for change in changes for fact in change.step.told))


async def keep(tx: Tx, changes: Sequence[Change]) -> None:
    """Keep what became of delinquencies, and move their deadlines."""
    moved = [change for change in changes if change.moves_delinquency or change.step.changed]
    if moved:
        await store.save_delinquencies(tx, moved)
    needless: dict[str, list[AccountId]] = {}
    for change in changes:
        if change.needless is not None:
            needless.setdefault(change.needless, []).append(change.sheet.account_id)
    for kind, abouts in needless.items():
        await deadlines.remove(tx, kind, abouts)
    ahead = ((change.sheet.account_id, *change.deadline) for change in changes if change.deadline is not None)
    await deadlines.put(tx, *(Deadline(kind, account_id, due_at) for account_id, kind, due_at in ahead))
