"""The ledger: accounts' pages are locked in the order of their ids, postings are added, charges and balances follow."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.billing.domain.ledger import Charge, Posting, Sheet
from services.billing.domain.standings import Change, Standing, standing
from services.billing.store.columns import list_columns
from services.billing.store.delinquency import find_delinquencies
from shared.ids import AccountId, PaymentId
from shared.postgres import Tx

_LOCK = """
SELECT account_id, version, balance_cents FROM receivables WHERE account_id = ANY($1::uuid[])
ORDER BY account_id FOR NO KEY UPDATE
"""
_FIND_IN_LEDGER = "SELECT account_id FROM receivables WHERE account_id = ANY($1::uuid[])"
_INSERT_RECEIVABLES = """
INSERT INTO receivables (account_id) SELECT unnest($1::uuid[]) AS account_id ORDER BY account_id
ON CONFLICT (account_id) DO NOTHING
"""
_FIND_OPEN = """
SELECT account_id, charge_id, bill_id, service, due_on, amount_cents, open_cents, credited_cents, disputed_cents
FROM charges
WHERE account_id = ANY($1::uuid[]) AND open_cents > 0
ORDER BY due_on, bill_id, array_position($2::text[], service)
"""
_FIND_ALL = """
SELECT c.account_id, c.charge_id, c.bill_id, c.service, c.due_on, c.amount_cents, c.open_cents,
    c.credited_cents, c.disputed_cents
FROM bills b JOIN charges c USING (bill_id) WHERE b.account_id = ANY($1::uuid[])
ORDER BY c.due_on, c.bill_id, array_position($2::text[], c.service)
"""
_INSERT_CHARGES = """
INSERT INTO charges (charge_id, bill_id, account_id, service, due_on, amount_cents, open_cents)
SELECT c.charge_id, c.bill_id, b.account_id, c.service, b.due_on, c.amount_cents, c.open_cents
FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::bigint[], $5::bigint[])
    AS c (charge_id, bill_id, service, amount_cents, open_cents) JOIN bills b USING (bill_id)
"""
# unnest fills a shorter array up with nulls: a column in which nothing is said is an empty array and costs nothing.
_SAVE_POSTINGS = """
WITH posted AS (
    INSERT INTO postings (posting_id, account_id, effective_on, reverses, tender, kind, posted_at, posted_by)
    SELECT p.*, $5::text, $6::timestamptz, $7::text
    FROM unnest($1::uuid[], $2::uuid[], $3::date[], $4::uuid[], $20::text[]) AS p
), entered AS (
    INSERT INTO entries (posting_id, n, book, account_id, service, charge_id, amount_cents, effective_on)
    SELECT p.posting_id, e.n, e.book, CASE e.book WHEN 'receivable' THEN p.account_id END, e.service, e.charge_id,
        e.amount_cents, p.effective_on
    FROM unnest($8::int[], $9::text[], $10::text[], $11::uuid[], $12::bigint[]) WITH ORDINALITY
        AS e (place, book, service, charge_id, amount_cents, n)
    JOIN unnest($1::uuid[], $2::uuid[], $3::date[]) WITH ORDINALITY
        AS p (posting_id, account_id, effective_on, place) USING (place)
), paid AS (
    UPDATE charges c SET open_cents = p.open_cents, credited_cents = coalesce(p.credited_cents, 0),
        disputed_cents = coalesce(p.disputed_cents, 0)
    FROM unnest($13::uuid[], $14::bigint[], $15::bigint[], $16::bigint[])
        AS p (charge_id, open_cents, credited_cents, disputed_cents) WHERE c.charge_id = p.charge_id
)
UPDATE receivables r SET version = s.version, balance_cents = s.balance_cents
FROM unnest($17::uuid[], $18::bigint[], $19::bigint[]) AS s (account_id, version, balance_cents)
WHERE r.account_id = s.account_id
"""
_SAVE_CHARGES = """
UPDATE charges c SET open_cents = p.open_cents, credited_cents = coalesce(p.credited_cents, 0),
    disputed_cents = coalesce(p.disputed_cents, 0)
FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[])
    AS p (charge_id, open_cents, credited_cents, disputed_cents) WHERE c.charge_id = p.charge_id
"""
_INSERT_LATER_CHARGES = """
INSERT INTO charges (charge_id, bill_id, account_id, service, due_on, amount_cents, open_cents)
SELECT c.charge_id, c.bill_id, b.account_id, c.service, c.due_on, c.amount_cents, c.open_cents
FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::date[], $5::bigint[], $6::bigint[])
    AS c (charge_id, bill_id, service, due_on, amount_cents, open_cents) JOIN bills b USING (bill_id)
"""
_FIND_CREDITED = """
SELECT p.posting_id, p.account_id, r.payment_id IS NOT NULL AS is_reversed
FROM postings p LEFT JOIN payment_reversals r ON r.payment_id = p.posting_id
WHERE p.posting_id = ANY($1::uuid[]) AND p.kind = 'payment'
"""
_INSERT_REVERSALS = """
INSERT INTO payment_reversals (payment_id, posting_id, reason_code, reversed_at)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[])
"""


async def find_in_ledger(tx: Tx, account_ids: Collection[AccountId]) -> frozenset[AccountId]:
    """Which of these accounts have a page."""
    return frozenset(row["account_id"] for row in await tx.fetch(_FIND_IN_LEDGER, list(account_ids)))


async def insert_receivables(tx: Tx, account_ids: Collection[AccountId]) -> None:
    """Begin a page for accounts that have none."""
    await tx.execute(_INSERT_RECEIVABLES, list(account_ids))


async def lock_standings(
    tx: Tx, account_ids: Iterable[AccountId], priority: Sequence[str], *, with_paid: bool = False
) -> dict[AccountId, Standing]:
    """Lock the accounts' pages; answers them with their open charges, or with all, and their delinquency.

    A page is begun for an account that has none: money may come before its account is heard of.
    """
    wanted = list(set(account_ids))
    rows = await tx.fetch(_LOCK, wanted)
    if len(rows) < len(wanted):
        await insert_receivables(tx, wanted)
        rows = await tx.fetch(_LOCK, wanted)
    charges: dict[AccountId, list[Charge]] = {account_id: [] for account_id in wanted}
    for account_id, *rest in await tx.fetch(_FIND_ALL if with_paid else _FIND_OPEN, wanted, priority):
        charges[account_id].append(Charge(*rest))
    behind = await find_delinquencies(tx, wanted)
    return {
        account_id: standing(
            Sheet(account_id, version, balance_cents, tuple(charges[account_id])), behind.get(account_id)
        )
        for account_id, version, balance_cents in rows
    }


async def insert_charges(tx: Tx, charges: Sequence[Charge]) -> None:
    """Keep the charges of bills that are issued, with the account and the due date of their bill."""
    if charges:
        rows = [(c.charge_id, c.bill_id, c.service, c.amount_cents, c.open_cents) for c in charges]
        await tx.execute(_INSERT_CHARGES, *zip(*rows, strict=True))


async def insert_later_charges(tx: Tx, charges: Sequence[Charge]) -> None:
    """Keep charges that were added to issued bills, each with a due date of its own."""
    if charges:
        rows = [(c.charge_id, c.bill_id, c.service, c.due_on, c.amount_cents, c.open_cents) for c in charges]
        await tx.execute(_INSERT_LATER_CHARGES, *zip(*rows, strict=True))


async def save_charges(tx: Tx, changes: Iterable[Change]) -> None:
    """Keep what became of charges where nothing is posted: a dispute moves no money."""
    rows = _charges(changes)
    if rows:
        await tx.execute(_SAVE_CHARGES, *list_columns(rows, 4))


async def save_postings(tx: Tx, postings: Sequence[Posting], changes: Iterable[Change]) -> None:
    """Add postings of one kind with their entries, and keep what they left open and owed: one statement."""
    paid = _charges(changes)
    last = {posting.account_id: posting.sheet for posting in postings}
    sheets = [(sheet.account_id, sheet.version, sheet.balance_cents) for sheet in last.values()]
    heads = [(p.posting_id, p.account_id, p.effective_on, p.reverses, p.tender) for p in postings]
    *columns, tenders = list_columns(heads, 5)
    await tx.execute(
        _SAVE_POSTINGS, *columns, postings[0].kind, tx.now, tx.actor.subject,
        *list_columns(_entries(postings), 5), *list_columns(paid, 4), *list_columns(sheets, 3), tenders,
    )  # fmt: skip


async def find_credited(tx: Tx, payment_ids: Collection[PaymentId]) -> dict[PaymentId, tuple[AccountId, bool]]:
    """Which payments were credited, to whom, and whether that was taken back. Ask when the pages are locked."""
    rows = await tx.fetch(_FIND_CREDITED, list(payment_ids))
    return {row["posting_id"]: (row["account_id"], row["is_reversed"]) for row in rows}


async def insert_reversals(tx: Tx, reversals: Sequence[tuple[PaymentId, UUID, str, datetime]]) -> None:
    """Keep which posting took back which payment, and why."""
    if reversals:
        await tx.execute(_INSERT_REVERSALS, *list_columns(reversals, 4))


def _charges(changes: Iterable[Change]) -> list[tuple[Any, ...]]:
    """The charges that changed; where nothing was taken off or is disputed, nothing of it is sent."""
    return [
        (one.charge_id, one.open_cents, one.credited_cents or None, one.disputed_cents or None)
        for change in changes
        for one in change.charges_changed
    ]


def _entries(postings: Sequence[Posting]) -> list[tuple[Any, ...]]:
    """Each entry with the place of its posting, from 1: what they share is sent once."""
    return [(place, *entry) for place, posting in enumerate(postings, start=1) for entry in posting.entries]
