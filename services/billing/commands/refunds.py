"""Refunds: credit that one person proposes to pay out and another approves; payments tells what became of it."""

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field

from services.billing import store
from services.billing.commands.booking import book
from services.billing.commands.cancellations import NewDecision
from services.billing.domain import refunds
from services.billing.domain.ledger import AccountNotInLedger, Posting, Sheet
from services.billing.domain.policies import Policy
from services.billing.domain.refunds import (
    PayeeUnknown,
    Refund,
    Refundable,
    RefundAlreadyProposed,
    RefundUnknown,
    State,
)
from services.billing.domain.standings import Standing
from shared.events.billing import RefundApproved
from shared.events.fields import CentsPaid, Sentence
from shared.events.payments import RefundPaid, RefundVoided
from shared.ids import AccountId, RefundId, new_id
from shared.postgres import Tx

Standings = dict[AccountId, Standing]
Told = TypeVar("Told", RefundPaid, RefundVoided)


class NewRefund(BaseModel):
    """A refund of credit that somebody asks for."""

    model_config = ConfigDict(extra="forbid")

    amount_cents: CentsPaid | None = Field(None, description="Left out: all of the credit that has cleared.")
    why: Sentence


class RefundDecided(BaseModel):
    """Where a refund stands."""

    refund_id: RefundId
    account_id: AccountId
    state: State = Field(description="`proposed` waits for another person's approval; `approved`, to be paid out.")
    amount_cents: int


async def propose_refund(tx: Tx, account_id: AccountId, new: NewRefund) -> RefundDecided:
    """Propose to pay credit out; another person approves it, whatever the amount.

    Raises AccountNotInLedger, RefundExceedsCredit, FundsNotCleared, RefundAlreadyProposed.
    """
    if not await store.find_in_ledger(tx, [account_id]):
        raise AccountNotInLedger(field="account_id", account_id=account_id)
    policy = await store.find_policy(tx, tx.today)
    standings = await store.lock_standings(tx, [account_id], policy.service_priority)
    refundable = await _refundable(tx, standings[account_id].sheet, policy)
    cents = refunds.check_amount(new.amount_cents, refundable)
    refund_id = RefundId(new_id())
    if not await store.insert_refund(tx, refund_id, account_id, cents, new.why):
        raise RefundAlreadyProposed(field="account_id", account_id=account_id)
    await tx.audit(refund_id, "refund.proposed", after={"amount_cents": cents}, why=new.why)
    return RefundDecided(refund_id=refund_id, account_id=account_id, state="proposed", amount_cents=cents)


async def approve_refund(tx: Tx, refund_id: RefundId, decision: NewDecision) -> RefundDecided:
    """Take the credit off the account for good, and have payments pay it out.

    Raises RefundUnknown, RefundAlreadyDecided, NobodyApprovesTheirOwn, RefundExceedsCredit, FundsNotCleared,
    PayeeUnknown.
    """
    policy = await store.find_policy(tx, tx.today)
    standings, of = await _lock_one(tx, refund_id, policy)
    refunds.check_decision(of, tx.actor.subject, approves=True)
    sheet = standings[of.account_id].sheet
    refunds.check_amount(of.amount_cents, await _refundable(tx, sheet, policy))
    payee = await store.find_payee(tx, of.account_id)
    if payee is None:
        raise PayeeUnknown(field="refund_id", account_id=of.account_id)
    posting = refunds.approve(sheet, new_id(), of, tx.today)
    await store.save_approval(tx, refund_id, decision.why, posting.posting_id, payee)
    await tx.audit(refund_id, "refund.approved", why=decision.why)
    told = RefundApproved(
        account_id=of.account_id, refund_id=refund_id, amount_cents=of.amount_cents, payee=payee.name,
        mail_to=payee.address, approved_on=tx.today, version=posting.sheet.version,
    )  # fmt: skip
    await book(tx, standings, [posting], [told], policy)
    return _decided(of, "approved")


async def refuse_refund(tx: Tx, refund_id: RefundId, decision: NewDecision) -> RefundDecided:
    """Leave the credit where it is. Raises RefundUnknown, RefundAlreadyDecided."""
    _, of = await _lock_one(tx, refund_id, await store.find_policy(tx, tx.today))
    refunds.check_decision(of, tx.actor.subject, approves=False)
    await store.save_refusal(tx, refund_id, decision.why)
    await tx.audit(refund_id, "refund.refused", why=decision.why)
    return _decided(of, "refused")


async def settle_refunds(tx: Tx, paid: Sequence[RefundPaid]) -> None:
    """What payments paid out is owed no more; each once. Raises RefundUnknown."""
    policy = await store.find_policy(tx, tx.today)
    standings, known = await _lock(tx, {fact.refund_id: fact.account_id for fact in paid}, policy)
    fresh = {fact.refund_id: fact for fact in paid if known[fact.refund_id].paid_posting_id is None}

    def post(sheet: Sheet, fact: RefundPaid) -> Posting:
        return refunds.pay(sheet, new_id(), known[fact.refund_id], fact.paid_on)

    postings = _in_a_row(standings, fresh.values(), post)
    if postings:
        await store.save_refunds_paid(tx, list(zip(fresh.values(), postings, strict=True)))
        await book(tx, standings, postings, (), policy)


async def give_back_refunds(tx: Tx, voided: Sequence[RefundVoided]) -> None:
    """What did not reach its customer is credit again; each once, whatever is heard first. Raises RefundUnknown."""
    policy = await store.find_policy(tx, tx.today)
    standings, known = await _lock(tx, {fact.refund_id: fact.account_id for fact in voided}, policy)
    fresh = {fact.refund_id: fact for fact in voided if known[fact.refund_id].voided_posting_id is None}

    def post(sheet: Sheet, fact: RefundVoided) -> Posting:
        was_paid = fact.paid_on is not None
        return refunds.void(sheet, new_id(), known[fact.refund_id], fact.voided_on, was_paid=was_paid)

    postings = _in_a_row(standings, fresh.values(), post)
    if postings:
        await store.save_refunds_voided(tx, list(zip(fresh.values(), postings, strict=True)))
        await book(tx, standings, postings, (), policy)


async def _refundable(tx: Tx, sheet: Sheet, policy: Policy) -> Refundable:
    longest = timedelta(days=max(policy.refunds.cleared_after_days.values()))
    paid = await store.find_standing_payments(tx, sheet.account_id, tx.today - longest)
    return refunds.refundable(sheet, paid, tx.today, policy.refunds)


async def _lock_one(tx: Tx, refund_id: RefundId, policy: Policy) -> tuple[Standings, Refund]:
    account_id = await store.find_refunded_account(tx, refund_id)
    if account_id is None:
        raise RefundUnknown(field="refund_id", refund_id=refund_id)
    standings, known = await _lock(tx, {refund_id: account_id}, policy)
    return standings, known[refund_id]


async def _lock(
    tx: Tx, accounts: dict[RefundId, AccountId], policy: Policy
) -> tuple[Standings, dict[RefundId, Refund]]:
    """The pages first, then the refunds, as everywhere. Raises RefundUnknown."""
    standings = await store.lock_standings(tx, accounts.values(), policy.service_priority)
    known = await store.lock_refunds(tx, accounts)
    for refund_id in accounts:
        if refund_id not in known:
            raise RefundUnknown(field="refund_id", refund_id=refund_id)
    return standings, known


def _in_a_row(standings: Standings, told: Iterable[Told], post: Callable[[Sheet, Told], Posting]) -> list[Posting]:
    """A posting for each, one after the other: two of one account both count."""
    sheets = {account_id: standing.sheet for account_id, standing in standings.items()}
    postings = []
    for fact in told:
        posting = post(sheets[fact.account_id], fact)
        sheets[fact.account_id] = posting.sheet
        postings.append(posting)
    return postings


def _decided(of: Refund, state: State) -> RefundDecided:
    return RefundDecided(
        refund_id=of.refund_id, account_id=of.account_id, state=state, amount_cents=of.amount_cents
    )  # fmt: skip
