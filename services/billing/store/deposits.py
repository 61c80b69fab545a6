"""Deposits: what was asked, what is kept of which payment, what it earned, and how it ended."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from services.billing.domain.deposits import Asked, Conduct, Deposit, Ending, History, Kept, Line, Paid
from services.billing.store.columns import list_columns
from shared.ids import AccountId, DepositId, PaymentId
from shared.postgres import Tx

_FIND_HISTORIES = """
SELECT t.account_id, t.decided_on, coalesce((
        SELECT sum(amount_cents) FROM deposits d WHERE d.account_id = t.account_id AND d.state = 'held'), 0)::bigint,
    coalesce(b.cents, 0)::bigint, coalesce(b.days, 0)
FROM unnest($1::uuid[], $2::date[]) AS t (account_id, decided_on) CROSS JOIN LATERAL (
    SELECT sum(total_cents) AS cents, max(period_end_on) - min(period_start_on) AS days FROM bills
    WHERE account_id = t.account_id AND state = 'issued'
        AND period_end_on > t.decided_on - interval '1 year' AND period_end_on <= t.decided_on) b
"""
_WITHDRAW = "UPDATE deposits SET state = 'withdrawn' WHERE account_id = ANY($1::uuid[]) AND state = 'asked'"
_INSERT = """
INSERT INTO deposits (deposit_id, account_id, amount_cents, reason_code, decided_on, most_cents, state, pack)
SELECT d.*, $8 FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::text[], $5::date[], $6::bigint[], $7::text[]) AS d
"""
_LOCK_ASKED = """
SELECT deposit_id, account_id, amount_cents, reason_code, decided_on, most_cents, state
FROM deposits WHERE deposit_id = $1 FOR NO KEY UPDATE
"""
_FIND_PAID = """
SELECT p.account_id, e.amount_cents, p.effective_on,
    EXISTS (SELECT FROM payment_reversals r WHERE r.payment_id = p.posting_id),
    EXISTS (SELECT FROM deposits d WHERE d.payment_id = p.posting_id)
FROM postings p JOIN entries e USING (posting_id)
WHERE p.posting_id = $1 AND p.kind = 'payment' AND e.book = 'cash'
"""
_SAVE_RECEIPT = """
UPDATE deposits SET state = 'held', payment_id = $2, receipt_id = $3, received_on = $4, since_on = $4, received_by = $5
WHERE deposit_id = $1
"""
_COLUMNS = "deposit_id, account_id, amount_cents, payment_id, receipt_id, since_on"
_HELD = f"SELECT {_COLUMNS} FROM deposits WHERE state = 'held'"
_FIND_HELD = f"{_HELD} AND deposit_id = ANY($1::uuid[])"
_LOCK_HELD = f"{_HELD} AND deposit_id = ANY($1::uuid[]) ORDER BY deposit_id FOR NO KEY UPDATE"
_LOCK_HELD_OF = f"{_HELD} AND payment_id = ANY($1::uuid[]) ORDER BY deposit_id FOR NO KEY UPDATE"
_FIND_KEEPING = "SELECT DISTINCT account_id FROM deposits WHERE state = 'held' AND account_id = ANY($1::uuid[])"
_FIND_ENDED = f"""
{_HELD} AND account_id = ANY($1::uuid[])
    AND EXISTS (SELECT FROM agreements g WHERE g.account_id = deposits.account_id)
    AND NOT EXISTS (
        SELECT FROM agreements g WHERE g.account_id = deposits.account_id AND (g.stopped_on IS NULL OR NOT EXISTS (
            SELECT FROM bills b WHERE b.agreement_id = g.agreement_id AND b.state = 'issued'
            AND b.period_end_on >= g.stopped_on)))
"""
_FIND_CONDUCT = """
SELECT d.deposit_id, coalesce(bool_or(g.customer_class = 'residential'), true), (
    SELECT count(*) FROM notices n WHERE n.account_id = d.account_id AND n.sent_on >= d.since_on)
FROM deposits d LEFT JOIN agreements g ON g.account_id = d.account_id
WHERE d.deposit_id = ANY($1::uuid[]) GROUP BY d.deposit_id
"""
_UNDO = """
UPDATE deposits SET state = 'asked', payment_id = NULL, receipt_id = NULL, received_on = NULL, received_by = NULL,
    since_on = NULL, kept_for = NULL
WHERE deposit_id = ANY($1::uuid[])
"""
_SAVE_REVIEWS = """
UPDATE deposits d SET since_on = $3, kept_for = r.kept_for
FROM unnest($1::uuid[], $2::text[]) AS r (deposit_id, kept_for) WHERE d.deposit_id = r.deposit_id
"""
_SAVE_RETURNS = """
UPDATE deposits SET state = 'returned', returned_on = $2, returned_for = $3 WHERE deposit_id = ANY($1::uuid[])
"""
_INSERT_INTEREST = """
INSERT INTO deposit_interest (deposit_id, from_on, until_on, rate_hundredths, rate_since, credited_on)
SELECT i.*, $6 FROM unnest($1::uuid[], $2::date[], $3::date[], $4::int[], $5::text[]) AS i
"""
Decided = tuple[AccountId, date]
"""An account, and the day on which its deposit was decided."""


async def find_histories(tx: Tx, decided: Collection[Decided]) -> dict[Decided, History]:
    """What accounts have left with the city, and what they were billed in the twelve months before a day."""
    rows = await tx.fetch(_FIND_HISTORIES, *zip(*decided, strict=True)) if decided else []
    return {(account_id, on): History(held, billed, days) for account_id, on, held, billed, days in rows}


async def insert_deposits(tx: Tx, asked: Sequence[Asked], account_ids: Collection[AccountId]) -> None:
    """Keep what was decided; what was asked of these accounts before and not paid is withdrawn."""
    await tx.execute(_WITHDRAW, list(account_ids))
    rows = [
        (one.deposit_id, one.account_id, one.amount_cents, one.reason_code, one.decided_on, one.most_cents, one.state)
        for one in asked
    ]
    if rows:
        await tx.execute(_INSERT, *zip(*rows, strict=True), tx.policy_pack)


async def find_deposit_account(tx: Tx, deposit_id: DepositId) -> AccountId | None:
    """Whose deposit it is: the account's page is locked before it."""
    return await tx.fetchval("SELECT account_id FROM deposits WHERE deposit_id = $1", deposit_id)


async def lock_asked(tx: Tx, deposit_id: DepositId) -> Asked:
    """Lock a deposit that is there."""
    return Asked(*await tx.fetchrow(_LOCK_ASKED, deposit_id))


async def find_paid(tx: Tx, payment_id: PaymentId) -> Paid | None:
    """A payment that was credited. Ask when its account's page is locked."""
    row = await tx.fetchrow(_FIND_PAID, payment_id)
    return None if row is None else Paid(*row)


async def save_receipt(
    tx: Tx, deposit_id: DepositId, payment_id: PaymentId, receipt_id: UUID, received_on: date
) -> None:
    """Keep of which payment a deposit is kept."""
    await tx.execute(_SAVE_RECEIPT, deposit_id, payment_id, receipt_id, received_on, tx.actor.subject)


async def find_held(tx: Tx, ids: Collection[UUID]) -> list[Deposit]:
    """Those of these deposits that are kept."""
    return _deposits(await tx.fetch(_FIND_HELD, list(ids)))


async def lock_held(tx: Tx, ids: Collection[UUID]) -> list[Deposit]:
    """Lock those of these deposits that are kept still."""
    return _deposits(await tx.fetch(_LOCK_HELD, list(ids)))


async def lock_held_of(tx: Tx, payment_ids: Collection[PaymentId]) -> list[Deposit]:
    """Lock the deposits that are kept of these payments."""
    return _deposits(await tx.fetch(_LOCK_HELD_OF, list(payment_ids)))


async def find_keeping(tx: Tx, account_ids: Collection[AccountId]) -> list[AccountId]:
    """Those of these accounts of which a deposit is kept."""
    return [row["account_id"] for row in await tx.fetch(_FIND_KEEPING, list(account_ids))]


async def find_ended(tx: Tx, account_ids: Collection[AccountId]) -> list[Deposit]:
    """Deposits of accounts that take nothing any more, and whose final bills are all issued."""
    return _deposits(await tx.fetch(_FIND_ENDED, list(account_ids)))


async def find_conduct(tx: Tx, held: Collection[Deposit]) -> dict[DepositId, Conduct]:
    """Who leaves these deposits, and how often a notice was sent since the last review."""
    rows = await tx.fetch(_FIND_CONDUCT, [one.deposit_id for one in held])
    return {deposit_id: Conduct(is_residential, count) for deposit_id, is_residential, count in rows}


async def save_undone(tx: Tx, held: Collection[Deposit]) -> None:
    """Deposits whose payment was taken back are asked for again."""
    await tx.execute(_UNDO, [one.deposit_id for one in held])


async def save_reviews(tx: Tx, kept: Sequence[tuple[DepositId, Kept]]) -> None:
    """Keep why a review left deposits where they are; they earn anew from today."""
    await tx.execute(_SAVE_REVIEWS, *list_columns(kept, 2), tx.today)


async def save_returns(tx: Tx, held: Collection[Deposit], ending: Ending) -> None:
    """Keep that deposits were given back."""
    await tx.execute(_SAVE_RETURNS, [one.deposit_id for one in held], tx.today, ending)


async def insert_interest(tx: Tx, earned: Sequence[tuple[DepositId, Line]]) -> None:
    """Keep how interest was reckoned that is credited today."""
    if earned:
        rows = [(deposit_id, *line) for deposit_id, line in earned]
        await tx.execute(_INSERT_INTEREST, *zip(*rows, strict=True), tx.today)


def _deposits(rows: Sequence[Any]) -> list[Deposit]:
    return [Deposit(*row) for row in rows]
