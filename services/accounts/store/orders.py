"""Service orders: locked by the row of their account, written with each line of their history."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from services.accounts.domain.accounts import Account
from services.accounts.domain.asks import Ask
from services.accounts.domain.dockets import Docket
from services.accounts.domain.kinds import WorkKind
from services.accounts.domain.orders import Order, OrderState
from services.accounts.domain.premises import PremiseUse
from services.accounts.store.accounts import lock_accounts
from shared.events.billing import ShutoffWithdrawn
from shared.ids import AccountId, AskId, AuthorizationId, OrderId, ServicePointId
from shared.postgres import Tx

_FIND = """
SELECT o.order_id, o.kind, o.account_id, o.service_point_id, p.use, o.requested_at, o.agreement_id, o.authorization_id,
       o.next_agreement_id, o.purpose_code, o.due_at, o.state, o.scheduled_on, o.crew, o.dispatched_at, o.ended_at,
       o.reading, o.reason_code, o.version
FROM service_orders o JOIN service_points s USING (service_point_id) JOIN premises p USING (premise_id)
WHERE {where} ORDER BY o.order_id
"""
_ACCOUNTS = """
SELECT account_id FROM service_orders WHERE order_id = ANY($1::uuid[])
UNION SELECT g.account_id FROM service_orders o JOIN service_agreements g ON g.agreement_id = o.next_agreement_id
WHERE o.order_id = ANY($1::uuid[])
"""
_ASKS = """
SELECT order_id, ask_id, stage, asked_at, answer_by, billing_valid_until, payments_valid_until
FROM shutoff_asks WHERE order_id = ANY($1::uuid[]) AND ended_at IS NULL ORDER BY order_id, ask_id
"""
_SAVE = """
INSERT INTO service_orders (order_id, kind, account_id, service_point_id, agreement_id, authorization_id, state,
    requested_at, scheduled_on, crew, dispatched_at, ended_at, reading, reason_code, version, next_agreement_id,
    purpose_code, due_at)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::text[],
    $8::timestamptz[], $9::date[], $10::text[], $11::timestamptz[], $12::timestamptz[], $13::bigint[], $14::text[],
    $15::bigint[], $16::uuid[], $17::text[], $18::timestamptz[])
ON CONFLICT (order_id) DO UPDATE SET state = EXCLUDED.state, scheduled_on = EXCLUDED.scheduled_on,
    crew = EXCLUDED.crew, dispatched_at = EXCLUDED.dispatched_at, ended_at = EXCLUDED.ended_at,
    reading = EXCLUDED.reading, reason_code = EXCLUDED.reason_code, version = EXCLUDED.version
"""
_SAVE_ASKS = """
INSERT INTO shutoff_asks (ask_id, order_id, stage, asked_at, answer_by, billing_valid_until, payments_valid_until,
    ended_at)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[],
    $7::timestamptz[], $8::timestamptz[])
ON CONFLICT (ask_id) DO UPDATE SET billing_valid_until = EXCLUDED.billing_valid_until,
    payments_valid_until = EXCLUDED.payments_valid_until, ended_at = EXCLUDED.ended_at
"""
_ADD_CHANGES = """
INSERT INTO order_changes (order_id, version, change, state, changed_at, changed_by, reason_code, details)
SELECT c.order_id, c.version, c.change, c.state, c.changed_at, $8, c.reason_code, c.details::jsonb
FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::text[], $5::timestamptz[], $6::text[], $7::text[])
     AS c (order_id, version, change, state, changed_at, reason_code, details)
"""


async def lock_orders(tx: Tx, order_ids: Iterable[OrderId]) -> Docket:
    """Orders and their accounts; the accounts are locked, in the order of their ids, before the orders are read.

    The account that takes a service over is one of them.
    """
    ids = sorted(set(order_ids))
    rows = await tx.fetch(_ACCOUNTS, ids)
    accounts = await lock_accounts(tx, [row["account_id"] for row in rows])
    return await _docket(tx, accounts, "o.order_id = ANY($1::uuid[])", ids)


async def lock_orders_of_asks(tx: Tx, ask_ids: Iterable[AskId]) -> Docket:
    """The orders for which something was asked."""
    rows = await tx.fetch("SELECT order_id FROM shutoff_asks WHERE ask_id = ANY($1::uuid[])", sorted(set(ask_ids)))
    return await lock_orders(tx, [row["order_id"] for row in rows])


async def lock_open_orders(tx: Tx, account_ids: Iterable[AccountId]) -> Docket:
    """Accounts and the orders that are open on them."""
    accounts = await lock_accounts(tx, account_ids)
    where = "o.account_id = ANY($1::uuid[]) AND o.state NOT IN ('completed', 'cancelled')"
    return await _docket(tx, accounts, where, sorted(accounts))


async def lock_orders_at(tx: Tx, account_ids: Iterable[AccountId], point_ids: Iterable[ServicePointId]) -> Docket:
    """Accounts, and the orders that are open at service points, whosoever they are."""
    accounts = await lock_accounts(tx, account_ids)
    where = "o.service_point_id = ANY($1::uuid[]) AND o.state NOT IN ('completed', 'cancelled')"
    return await _docket(tx, accounts, where, sorted(set(point_ids)))


async def lock_authorized_orders(
    tx: Tx, account_ids: Iterable[AccountId], authorization_ids: Iterable[AuthorizationId]
) -> Docket:
    """Accounts, and the orders that billing's authorizations led to."""
    accounts = await lock_accounts(tx, account_ids)
    return await _docket(tx, accounts, "o.authorization_id = ANY($1::uuid[])", sorted(set(authorization_ids)))


async def save_orders(tx: Tx, orders: Iterable[Order]) -> None:
    """Write what happened to orders, and each line of it to their history."""
    changed = [order for order in orders if order.changes]
    if not changed:
        return
    await tx.execute(_SAVE, *_columns([_order_row(order) for order in changed]))
    asks = [_ask_row(order, ask) for order in changed for ask in order.asks]
    if asks:
        await tx.execute(_SAVE_ASKS, *_columns(asks))
    lines = [
        (
            order.order_id,
            line.version,
            line.change,
            line.state.value,
            line.at,
            line.reason_code,
            json.dumps(line.details),
        )
        for order in changed
        for line in order.changes
    ]
    await tx.execute(_ADD_CHANGES, *_columns(lines), tx.actor.subject)


async def insert_withdrawals(tx: Tx, withdrawals: Iterable[ShutoffWithdrawn]) -> None:
    """Remember withdrawals for ever: an authorization that comes later finds them."""
    rows = {
        one.authorization_id: (one.authorization_id, one.account_id, one.reason_code, one.withdrawn_at)
        for one in withdrawals
    }
    await tx.execute(
        "INSERT INTO withdrawn_authorizations (authorization_id, account_id, reason_code, withdrawn_at)"
        " SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[]) ON CONFLICT DO NOTHING",
        *_columns([rows[key] for key in sorted(rows)]),
    )


async def find_withdrawn(tx: Tx, authorization_ids: Iterable[AuthorizationId]) -> set[AuthorizationId]:
    """Which of these authorizations were withdrawn."""
    rows = await tx.fetch(
        "SELECT authorization_id FROM withdrawn_authorizations WHERE authorization_id = ANY($1::uuid[])",
        sorted(set(authorization_ids)),
    )
    return {row["authorization_id"] for row in rows}


async def _docket(tx: Tx, accounts: dict[AccountId, Account], where: str, ids: Sequence[Any]) -> Docket:
    rows = await tx.fetch(_FIND.format(where=where), ids)
    asks: dict[OrderId, list[Ask]] = {}
    for row in await tx.fetch(_ASKS, [row["order_id"] for row in rows]):
        order_id, *values = row.values()
        asks.setdefault(order_id, []).append(Ask(*values))
    return Docket(accounts, {row["order_id"]: _order(row, asks.get(row["order_id"], [])) for row in rows})


def _order(row: Any, asks: list[Ask]) -> Order:
    fields = dict(row)
    fields |= {"kind": WorkKind(row["kind"]), "use": PremiseUse(row["use"]), "state": OrderState(row["state"])}
    return Order(**fields, asks=tuple(asks))


def _order_row(order: Order) -> tuple[Any, ...]:
    return (
        order.order_id, order.kind.value, order.account_id, order.service_point_id, order.agreement_id,
        order.authorization_id, order.state.value, order.requested_at, order.scheduled_on, order.crew,
        order.dispatched_at, order.ended_at, order.reading, order.reason_code, order.version,
        order.next_agreement_id, order.purpose_code, order.due_at,
    )  # fmt: skip


def _ask_row(order: Order, ask: Ask) -> tuple[Any, ...]:
    return (
        ask.ask_id, order.order_id, ask.stage, ask.asked_at, ask.answer_by, ask.billing_valid_until,
        ask.payments_valid_until, ask.ended_at,
    )  # fmt: skip


def _columns(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]
