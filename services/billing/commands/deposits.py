"""Deposits: asked for when accounts decides, kept of a payment, reviewed by the clock, given back with interest."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, time

from pydantic import BaseModel, ConfigDict, Field

from services.billing import store
from services.billing.commands.booking import book
from services.billing.domain import deposits
from services.billing.domain.deposits import Asked, Deposit, DepositUnknown, Ending, Kept, Line
from services.billing.domain.policies import Policy
from services.billing.domain.standings import Standing
from shared import deadlines
from shared.deadlines import Deadline
from shared.events.accounts import DepositDecided
from shared.ids import AccountId, DepositId, PaymentId, new_id
from shared.postgres import Tx

REVIEW, END = "deposit_review", "deposit_end"
Standings = dict[AccountId, Standing]


class NewDepositReceipt(BaseModel):
    """Which payment the customer made for the deposit."""

    model_config = ConfigDict(extra="forbid")

    payment_id: PaymentId = Field(description="Of this account, credited, and at least as much as the deposit.")


class DepositReceived(BaseModel):
    """A deposit that is kept from now on; what the payment was more stays on the account."""

    deposit_id: DepositId
    account_id: AccountId
    amount_cents: int
    received_on: date = Field(description="When the payment was received: interest begins.")
    next_review_on: date


async def hear_deposit_decisions(tx: Tx, decided: Sequence[DepositDecided]) -> None:
    """Ask for deposits within the law; a later decision takes the place of one whose deposit is not paid yet."""
    policy = (await store.find_policy(tx, tx.today)).deposits
    histories = await store.find_histories(tx, {(fact.account_id, fact.decided_on) for fact in decided})
    last = {fact.account_id: fact for fact in decided}
    asked = []
    for fact in decided:
        if fact.amount_cents is None:
            continue
        history = histories[fact.account_id, fact.decided_on]
        most = deposits.most_cents(history, policy)
        state = deposits.judge(fact.amount_cents, history.held_cents, most)
        if state == "asked" and fact is not last[fact.account_id]:
            state = "withdrawn"
        asked.append(
            Asked(
                DepositId(new_id()), fact.account_id, fact.amount_cents, fact.reason_code, fact.decided_on, most, state
            )
        )
    await store.insert_deposits(tx, asked, last.keys())


async def receive_deposit(tx: Tx, deposit_id: DepositId, new: NewDepositReceipt) -> DepositReceived:
    """Keep a payment as the deposit that was asked for.

    Raises DepositUnknown, DepositNotAsked, PaymentNotForDeposit.
    """
    account_id = await store.find_deposit_account(tx, deposit_id)
    if account_id is None:
        raise DepositUnknown(field="deposit_id", deposit_id=deposit_id)
    policy = await store.find_policy(tx, tx.today)
    standings = await store.lock_standings(tx, [account_id], policy.service_priority, with_paid=True)
    of = await store.lock_asked(tx, deposit_id)
    paid = deposits.check_receipt(of, await store.find_paid(tx, new.payment_id))
    posting = deposits.receive(standings[account_id].sheet, new_id(), of, tx.today)
    await store.save_receipt(tx, deposit_id, new.payment_id, posting.posting_id, paid.received_on)
    kept = await store.lock_held(tx, [deposit_id])
    conduct = await store.find_conduct(tx, kept)
    next_on = deposits.next_review_on(
        paid.received_on, policy.deposits, is_residential=conduct[deposit_id].is_residential
    )  # fmt: skip
    await deadlines.put(tx, _review(tx, deposit_id, next_on))
    await tx.audit(deposit_id, "deposit.received", after={"payment_id": str(new.payment_id)})
    await book(tx, standings, [posting], (), policy)
    return DepositReceived(
        deposit_id=deposit_id, account_id=account_id, amount_cents=of.amount_cents, received_on=paid.received_on,
        next_review_on=next_on,
    )  # fmt: skip


async def undo_deposits(tx: Tx, standings: Standings, payment_ids: Collection[PaymentId], policy: Policy) -> Standings:
    """Before payments are taken back, what is kept of them is credit again. The accounts' pages are locked.

    Answers the standings as they are then, with all charges.
    """
    held = await store.lock_held_of(tx, payment_ids)
    if not held:
        return standings
    sheets = {account_id: standing.sheet for account_id, standing in standings.items()}
    postings = []
    for of in held:
        posting = deposits.undo(sheets[of.account_id], new_id(), of, tx.today)
        sheets[of.account_id] = posting.sheet
        postings.append(posting)
    await store.save_undone(tx, held)
    await deadlines.remove(tx, REVIEW, [of.deposit_id for of in held])
    await book(tx, standings, postings, (), policy)
    return await store.lock_standings(tx, standings.keys(), policy.service_priority, with_paid=True)


async def review_deposits(tx: Tx, due: Sequence[Deadline]) -> None:
    """Give back what is due for review where bills were paid promptly; credit what the others earned, and keep them."""
    ids = [deadline.about for deadline in due]
    policy = await store.find_policy(tx, tx.today)
    found = await store.find_held(tx, ids)
    standings = await store.lock_standings(tx, (of.account_id for of in found), policy.service_priority)
    held = await store.lock_held(tx, ids)
    conduct = await store.find_conduct(tx, held)
    prompt: list[Deposit] = []
    kept: list[tuple[Deposit, Kept]] = []
    ahead: list[Deadline] = []
    for of in held:
        judged, terms = conduct[of.deposit_id], policy.deposits
        next_on = deposits.next_review_on(of.since_on, terms, is_residential=judged.is_residential)
        if next_on > tx.today:
            ahead.append(_review(tx, of.deposit_id, next_on))
            continue
        why = deposits.review(standings[of.account_id].sheet.past_due_cents(tx.today), judged, terms)
        if why is None:
            prompt.append(of)
        else:
            kept.append((of, why))
            next_on = deposits.next_review_on(tx.today, terms, is_residential=judged.is_residential)
            ahead.append(_review(tx, of.deposit_id, next_on))
    await _keep(tx, kept, policy)
    await _give_back(tx, prompt, "review", policy)
    await deadlines.put(tx, *ahead)


async def look_at_ended(tx: Tx, account_ids: Collection[AccountId]) -> None:
    """Have the clock look at the deposits of accounts of which a service stopped; no bill may be left to come.

    Not at once: a rebuild hears of stops again, while the account's other services are not on record yet.
    """
    keeping = await store.find_keeping(tx, account_ids)
    await deadlines.put(tx, *(Deadline(END, account_id, tx.now) for account_id in keeping))


async def return_ended(tx: Tx, account_ids: Collection[AccountId]) -> None:
    """Apply deposits to final bills: of accounts that take nothing any more, and whose last bill is issued."""
    ended = await store.find_ended(tx, account_ids)
    if not ended:
        return
    policy = await store.find_policy(tx, tx.today)
    await store.lock_standings(tx, (of.account_id for of in ended), policy.service_priority)
    held = await store.lock_held(tx, [of.deposit_id for of in ended])
    await deadlines.remove(tx, REVIEW, [of.deposit_id for of in held])
    await _give_back(tx, held, "service_ended", policy)


async def _keep(tx: Tx, kept: Sequence[tuple[Deposit, Kept]], policy: Policy) -> None:
    """Credit what deposits earned since the last review (N.J.A.C. 14:3-3.5(g)); they stay where they are."""
    if not kept:
        return
    standings = await store.lock_standings(tx, (of.account_id for of, _ in kept), policy.service_priority)
    sheets = {account_id: standing.sheet for account_id, standing in standings.items()}
    earned = _earned(tx, [of for of, _ in kept], policy)
    postings = []
    for of, _ in kept:
        cents = deposits.interest_cents(of.amount_cents, earned[of.deposit_id])
        if cents:
            posting = deposits.credit_interest(sheets[of.account_id], new_id(), cents, tx.today)
            sheets[of.account_id] = posting.sheet
            postings.append(posting)
    await store.save_reviews(tx, [(of.deposit_id, why) for of, why in kept])
    await store.insert_interest(tx, [(key, line) for key, lines in earned.items() for line in lines])
    if postings:
        await book(tx, standings, postings, (), policy)


async def _give_back(tx: Tx, held: Sequence[Deposit], ending: Ending, policy: Policy) -> None:
    if not held:
        return
    standings = await store.lock_standings(tx, (of.account_id for of in held), policy.service_priority)
    sheets = {account_id: standing.sheet for account_id, standing in standings.items()}
    earned = _earned(tx, held, policy)
    postings = []
    for of in held:
        cents = deposits.interest_cents(of.amount_cents, earned[of.deposit_id])
        posting = deposits.give_back(sheets[of.account_id], new_id(), of, cents, tx.today)
        sheets[of.account_id] = posting.sheet
        postings.append(posting)
    await store.save_returns(tx, held, ending)
    await store.insert_interest(tx, [(key, line) for key, lines in earned.items() for line in lines])
    await book(tx, standings, postings, (), policy)


def _earned(tx: Tx, held: Collection[Deposit], policy: Policy) -> dict[DepositId, list[Line]]:
    """How the interest of each is reckoned, through yesterday."""
    rates = policy.deposits.interest_hundredths
    return {of.deposit_id: deposits.interest_lines(of.since_on, tx.today, rates) for of in held}


def _review(tx: Tx, deposit_id: DepositId, on: date) -> Deadline:
    return Deadline(REVIEW, deposit_id, datetime.combine(on, time(), tx.zone))
