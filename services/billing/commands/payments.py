"""Payments: credited to the oldest debt when they are posted, and taken back when they are reversed."""

from collections.abc import Sequence

from services.billing import store
from services.billing.commands.booking import book
from services.billing.commands.deposits import undo_deposits
from services.billing.domain import ledger
from services.billing.domain.ledger import PaymentAlreadyReversed, PaymentNotCredited, Posting, Sheet
from shared.clock import local_date
from shared.events.billing import AccountCredited, AccountDebited
from shared.events.payments import PaymentPosted, PaymentReversed
from shared.ids import AccountId, PaymentId, new_id
from shared.postgres import Tx


async def credit_payments(tx: Tx, payments: Sequence[PaymentPosted]) -> None:
    """Credit payments to the ledgers of their accounts, known or not; those for invoices are licensing's."""
    paid = [(fact, fact.account_id) for fact in payments if fact.account_id is not None]
    if not paid:
        return
    policy = await store.find_policy(tx, tx.today)
    standings = await store.lock_standings(tx, (account_id for _, account_id in paid), policy.service_priority)
    sheets = {account_id: standing.sheet for account_id, standing in standings.items()}
    postings, told = [], []
    for fact, account_id in paid:
        posting = ledger.credit(sheets[account_id], fact.payment_id, fact.amount_cents, fact.received_on, fact.tender)
        sheets[account_id] = posting.sheet
        postings.append(posting)
        told.append(
            AccountCredited(
                account_id=account_id, payment_id=fact.payment_id, amount_cents=fact.amount_cents,
                version=posting.sheet.version,
            )
        )  # fmt: skip
    await book(tx, standings, postings, told, policy)


async def take_back_payments(tx: Tx, reversals: Sequence[PaymentReversed]) -> None:
    """Take payments back by counter-entries; stage and dates are as if they had not come, but nothing is instant.

    Raises PaymentNotCredited, PaymentAlreadyReversed.
    """
    taken = [(fact, fact.account_id) for fact in reversals if fact.account_id is not None]
    if not taken:
        return
    policy = await store.find_policy(tx, tx.today)
    accounts = (account_id for _, account_id in taken)
    standings = await store.lock_standings(tx, accounts, policy.service_priority, with_paid=True)
    await _check(tx, taken)
    standings = await undo_deposits(tx, standings, [fact.payment_id for fact, _ in taken], policy)
    sheets: dict[AccountId, Sheet] = {account_id: standing.sheet for account_id, standing in standings.items()}
    postings: list[Posting] = []
    for fact, account_id in taken:
        on = local_date(fact.reversed_at, tx.zone)
        posting = ledger.reverse(sheets[account_id], new_id(), fact.payment_id, fact.amount_cents, on)
        sheets[account_id] = posting.sheet
        postings.append(posting)
    await store.insert_reversals(
        tx,
        [
            (fact.payment_id, posting.posting_id, fact.reason_code, fact.reversed_at)
            for (fact, _), posting in zip(taken, postings, strict=True)
        ],
    )
    told = (
        AccountDebited(
            account_id=account_id, payment_id=fact.payment_id, amount_cents=fact.amount_cents,
            version=posting.sheet.version,
        )
        for (fact, account_id), posting in zip(taken, postings, strict=True)
    )  # fmt: skip
    await book(tx, standings, postings, told, policy)


async def _check(tx: Tx, taken: Sequence[tuple[PaymentReversed, AccountId]]) -> None:
    credited = await store.find_credited(tx, [fact.payment_id for fact, _ in taken])
    seen: set[PaymentId] = set()
    for fact, account_id in taken:
        of, is_reversed = credited.get(fact.payment_id, (None, False))
        if of != account_id:
            raise PaymentNotCredited(field="payment_id", payment_id=fact.payment_id)
        if is_reversed or fact.payment_id in seen:
            raise PaymentAlreadyReversed(field="payment_id", payment_id=fact.payment_id)
        seen.add(fact.payment_id)
