"""Accounts remembers here: the only SQL that writes, one file per noun."""

from services.accounts.store.accounts import lock_accounts, save_accounts
from services.accounts.store.agreements import find_agreement_homes, find_agreements, save_agreements
from services.accounts.store.openings import find_account_serials, insert_opened, lock_register
from services.accounts.store.orders import (
    find_withdrawn,
    insert_withdrawals,
    lock_authorized_orders,
    lock_open_orders,
    lock_orders,
    lock_orders_at,
    lock_orders_of_asks,
    save_orders,
)
from services.accounts.store.places import find_shutoff_points, lock_places, save_points
from services.accounts.store.policies import find_shutoff_gate

__all__ = [
    "find_account_serials",
    "find_agreement_homes",
    "find_agreements",
    "find_shutoff_gate",
    "find_shutoff_points",
    "find_withdrawn",
    "insert_opened",
    "insert_withdrawals",
    "lock_accounts",
    "lock_authorized_orders",
    "lock_open_orders",
    "lock_orders",
    "lock_orders_at",
    "lock_orders_of_asks",
    "lock_places",
    "lock_register",
    "save_accounts",
    "save_agreements",
    "save_orders",
    "save_points",
]
