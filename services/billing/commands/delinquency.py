"""How far an unpaid debt has gone: what the clock strikes, what is done in the field, what crews are answered."""

from collections.abc import Callable, Sequence

from services.billing import store
from services.billing.commands.booking import keep
from services.billing.domain import delinquency
from services.billing.domain.confirmations import answer
from services.billing.domain.delinquency import Authorization, Delinquency, Step
from services.billing.domain.policies import Policy
from services.billing.domain.standings import follow, struck
from shared import outbox
from shared.deadlines import Deadline
from shared.events import accounts
from shared.events.accounts import OrderKind
from shared.ids import AccountId, AuthorizationId, NoticeId, new_id
from shared.postgres import Tx


async def send_notices(tx: Tx, due: Sequence[Deadline]) -> None:
    """Send notice of the shut-off where a debt is old enough and still open (N.J.S.A. 40A:31-12)."""

    def step(before: Delinquency, policy: Policy) -> Step:
        return delinquency.notice(before, NoticeId(new_id()), tx.now, tx.zone, policy)

    await _strike(tx, due, step)


async def authorize_shutoffs(tx: Tx, due: Sequence[Deadline]) -> None:
    """Authorize the shut-off where the days of the notice have passed and what it asked for is still open."""

    def step(before: Delinquency, policy: Policy) -> Step:
        return delinquency.authorize(before, AuthorizationId(new_id()), tx.now, tx.zone, policy)

    await _strike(tx, due, step)


async def keep_shutoff_orders(tx: Tx, requested: Sequence[accounts.ServiceOrderRequested]) -> None:
    """Know which order in the field carries out which authorization."""
    await store.insert_orders(tx, requested)


async def follow_field_work(tx: Tx, completed: Sequence[accounts.ServiceOrderCompleted]) -> None:
    """The water was shut off, or is on again. Of what was shut off for a debt that is paid, say so at once."""
    concerned = [fact for fact in completed if fact.kind in (OrderKind.NONPAYMENT_SHUTOFF, OrderKind.RECONNECTION)]
    if not concerned:
        return
    policy = await store.find_policy(tx, tx.today)
    standings = await store.lock_standings(tx, (fact.account_id for fact in concerned), policy.service_priority)
    ordered = await store.find_ordered(tx, [fact.order_id for fact in concerned])
    states = {each.authorization_id: each for each in ordered.values()}
    steps = {account_id: Step(standing.delinquency) for account_id, standing in standings.items()}
    for fact in concerned:
        if fact.order_id in ordered:
            shut = states[ordered[fact.order_id].authorization_id]
            following = _done(tx, fact.kind, steps[fact.account_id].after, shut, policy)
            steps[fact.account_id] = steps[fact.account_id].then(following)
            states |= {each.authorization_id: each for each in following.changed}
    changes = [
        follow(standings[account_id], standings[account_id].sheet, step, tx.zone, policy)
        for account_id, step in steps.items()
    ]
    await keep(tx, changes)
    await outbox.put(tx, *(told for change in changes for told in change.step.told))


async def answer_asks(tx: Tx, asks: Sequence[accounts.ShutoffConfirmationAsked]) -> None:
    """Answer crews from billing's own ledger: confirmed for minutes, or objected with the reason (rulebook 5)."""
    policy = await store.find_policy(tx, tx.today)
    standings = await store.lock_standings(tx, (ask.account_id for ask in asks), policy.service_priority)
    answers = [
        answer(ask, standing.delinquency, tx.now, policy, disputed=standing.sheet.is_disputed)
        for ask, standing in ((ask, standings[ask.account_id]) for ask in asks)
    ]
    await store.insert_answers(tx, answers)
    await outbox.put(tx, *(each.told for each in answers))


async def _strike(tx: Tx, due: Sequence[Deadline], step_of: Callable[[Delinquency, Policy], Step]) -> None:
    """One step for each account that still takes a service: nothing can be shut off where nothing runs."""
    policy = await store.find_policy(tx, tx.today)
    standings = await store.lock_standings(tx, (AccountId(each.about) for each in due), policy.service_priority)
    in_service = await store.find_in_service(tx, standings)
    changes = [
        struck(standing, step_of(standing.delinquency, policy), tx.now, tx.zone, policy)
        for account_id, standing in standings.items()
        if account_id in in_service
    ]
    await keep(tx, changes)
    await outbox.put(tx, *(told for change in changes for told in change.step.told))


def _done(tx: Tx, kind: OrderKind, before: Delinquency, shut: Authorization, policy: Policy) -> Step:
    if kind is OrderKind.NONPAYMENT_SHUTOFF:
        return delinquency.shut_off(before, shut, tx.now)
    return delinquency.reconnect(before, shut, tx.now, policy)
