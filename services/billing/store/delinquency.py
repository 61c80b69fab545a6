"""Notices, leave to shut off and what became of it, and the answers that crews got."""

from collections.abc import Collection, Sequence
from typing import Any

from services.billing.domain.confirmations import Answer
from services.billing.domain.delinquency import Authorization, Delinquency, Notice
from services.billing.domain.standings import Change
from shared.events import accounts
from shared.events.billing import NoticeSent, ShutoffAuthorized
from shared.ids import AccountId, OrderId
from shared.postgres import Tx

_FIND = """
SELECT d.account_id, d.notice_id, n.sent_at, n.covers_through_on, d.shutoff_at, d.authorization_id, a.state
FROM delinquencies d JOIN notices n USING (notice_id) LEFT JOIN shutoff_authorizations a USING (authorization_id)
WHERE d.account_id = ANY($1::uuid[])
"""
_SAVE = """
INSERT INTO delinquencies (account_id, notice_id, shutoff_at, authorization_id)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::uuid[])
ON CONFLICT (account_id) DO UPDATE SET notice_id = excluded.notice_id, shutoff_at = excluded.shutoff_at,
    authorization_id = excluded.authorization_id
"""
_INSERT_NOTICES = """
INSERT INTO notices (notice_id, account_id, past_due_cents, covers_through_on, sent_at, sent_on, shutoff_not_before_on)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::date[], $5::timestamptz[], $6::date[], $7::date[])
"""
_INSERT_AUTHORIZATIONS = """
INSERT INTO shutoff_authorizations (authorization_id, account_id, notice_id, past_due_cents, state, authorized_at)
SELECT *, 'authorized', $5 FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[])
"""
_SAVE_AUTHORIZATIONS = """
UPDATE shutoff_authorizations a SET state = c.state,
    withdrawn_at = CASE WHEN c.state = 'withdrawn' THEN $3 ELSE a.withdrawn_at END,
    executed_at = CASE WHEN c.state IN ('executed', 'reconnecting', 'reconnected') THEN coalesce(a.executed_at, $3)
        ELSE a.executed_at END,
    reconnection_authorized_at = CASE WHEN c.state = 'reconnecting' THEN $3 ELSE a.reconnection_authorized_at END,
    reconnected_at = CASE WHEN c.state = 'reconnected' THEN $3 ELSE a.reconnected_at END
FROM unnest($1::uuid[], $2::text[]) AS c (authorization_id, state) WHERE a.authorization_id = c.authorization_id
"""
_INSERT_ORDERS = """
INSERT INTO shutoff_orders (order_id, account_id, authorization_id, kind, requested_at)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::timestamptz[]) ON CONFLICT DO NOTHING
"""
_FIND_ORDERED = """
SELECT o.order_id, a.authorization_id, a.state
FROM shutoff_orders o JOIN shutoff_authorizations a USING (authorization_id) WHERE o.order_id = ANY($1::uuid[])
"""
_INSERT_ANSWERS = """
INSERT INTO shutoff_answers (ask_id, account_id, order_id, authorization_id, stage, asked_at, answered_at, state,
    valid_until, reason_code)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::timestamptz[], $7::timestamptz[],
    $8::text[], $9::timestamptz[], $10::text[])
"""


async def find_delinquencies(tx: Tx, account_ids: Sequence[AccountId]) -> dict[AccountId, Delinquency]:
    """The last notice and authorization of accounts that ever fell behind; their pages are locked."""
    return {row["account_id"]: _delinquency(row) for row in await tx.fetch(_FIND, account_ids)}


async def save_delinquencies(tx: Tx, changes: Collection[Change]) -> None:
    """Keep what became of notices and authorizations, and what was told of them."""
    after = [change.step.after for change in changes if change.moves_delinquency]
    await _insert_notices(tx, changes)
    await _insert_authorizations(tx, changes)
    last = {each.authorization_id: each.state for change in changes for each in change.step.changed}
    if last:
        await tx.execute(_SAVE_AUTHORIZATIONS, list(last), list(last.values()), tx.now)
    if after:
        rows = [
            (each.account_id, each.notice.notice_id, each.notice.shutoff_at,
             each.authorization.authorization_id if each.authorization else None)
            for each in after if each.notice is not None
        ]  # fmt: skip
        await tx.execute(_SAVE, *zip(*rows, strict=True))


async def insert_orders(tx: Tx, requested: Sequence[accounts.ServiceOrderRequested]) -> None:
    """Keep which order in the field carries out which authorization."""
    rows = [
        (fact.order_id, fact.account_id, fact.authorization_id, fact.kind.value, fact.requested_at)
        for fact in requested if fact.authorization_id is not None
    ]  # fmt: skip
    if rows:
        await tx.execute(_INSERT_ORDERS, *zip(*rows, strict=True))


async def find_ordered(tx: Tx, order_ids: Collection[OrderId]) -> dict[OrderId, Authorization]:
    """The authorization that each of these orders carries out. Ask after the accounts' pages are locked."""
    rows = await tx.fetch(_FIND_ORDERED, list(order_ids))
    return {row["order_id"]: Authorization(row["authorization_id"], row["state"]) for row in rows}


async def insert_answers(tx: Tx, answers: Sequence[Answer]) -> None:
    """Keep what crews were answered."""
    rows = [
        (a.ask.ask_id, a.ask.account_id, a.ask.order_id, a.ask.authorization_id, a.ask.stage, a.ask.asked_at,
         a.answered_at, a.state, a.valid_until, a.reason_code)
        for a in answers
    ]  # fmt: skip
    await tx.execute(_INSERT_ANSWERS, *zip(*rows, strict=True))


async def _insert_notices(tx: Tx, changes: Collection[Change]) -> None:
    rows = [
        (fact.notice_id, fact.account_id, fact.past_due_cents, notice.covers_through_on, notice.sent_at, fact.sent_on,
         fact.shutoff_not_before_on)
        for change in changes if (notice := change.step.after.notice) is not None
        for fact in change.step.told if isinstance(fact, NoticeSent)
    ]  # fmt: skip
    if rows:
        await tx.execute(_INSERT_NOTICES, *zip(*rows, strict=True))


async def _insert_authorizations(tx: Tx, changes: Collection[Change]) -> None:
    rows = [
        (fact.authorization_id, fact.account_id, fact.notice_id, fact.past_due_cents)
        for change in changes
        for fact in change.step.told
        if isinstance(fact, ShutoffAuthorized)
    ]
    if rows:
        await tx.execute(_INSERT_AUTHORIZATIONS, *zip(*rows, strict=True), tx.now)


def _delinquency(row: Any) -> Delinquency:
    notice = Notice(row["notice_id"], row["sent_at"], row["covers_through_on"], row["shutoff_at"])
    given = None if row["authorization_id"] is None else Authorization(row["authorization_id"], row["state"])
    return Delinquency(row["account_id"], (), notice, given)
