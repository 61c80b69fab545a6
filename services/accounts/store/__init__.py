"""Accounts remembers here: the only SQL that writes, one file per noun."""

from services.accounts.store.accounts import lock_accounts, save_accounts
from services.accounts.store.agreements import find_agreement_homes, find_agreements, save_agreements
from services.accounts.store.changes import (
    find_address_changes,
    find_changed_accounts,
    find_changed_people,
    find_held,
    find_name_changes,
    insert_address_changes,
    insert_name_changes,
    lock_people,
    save_addresses,
    save_names,
    save_words,
)
from services.accounts.store.decisions import find_debt_decisions, find_holders, insert_decisions
from services.accounts.store.meters import lock_meters, save_hung
from services.accounts.store.nightly import insert_file, lock_waiting_lines
from services.accounts.store.openings import find_account_serials, insert_extended, insert_opened, lock_register
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
from services.accounts.store.places import find_addresses, find_shutoff_points, lock_places, save_points
from services.accounts.store.policies import find_final_reading_time, find_shutoff_gate
from services.accounts.store.protections import (
    find_flags,
    find_protections,
    insert_flag,
    insert_protections,
    lock_protection,
    save_flag_ends,
    save_protection_end,
)
from services.accounts.store.rates import find_rate_changes, insert_rate_changes

__all__ = [
    "find_account_serials",
    "find_address_changes",
    "find_addresses",
    "find_agreement_homes",
    "find_agreements",
    "find_changed_accounts",
    "find_changed_people",
    "find_debt_decisions",
    "find_final_reading_time",
    "find_flags",
    "find_held",
    "find_holders",
    "find_name_changes",
    "find_protections",
    "find_rate_changes",
    "find_shutoff_gate",
    "find_shutoff_points",
    "find_withdrawn",
    "insert_address_changes",
    "insert_decisions",
    "insert_extended",
    "insert_file",
    "insert_flag",
    "insert_name_changes",
    "insert_opened",
    "insert_protections",
    "insert_rate_changes",
    "insert_withdrawals",
    "lock_accounts",
    "lock_authorized_orders",
    "lock_meters",
    "lock_open_orders",
    "lock_orders",
    "lock_orders_at",
    "lock_orders_of_asks",
    "lock_people",
    "lock_places",
    "lock_protection",
    "lock_register",
    "lock_waiting_lines",
    "save_accounts",
    "save_addresses",
    "save_agreements",
    "save_flag_ends",
    "save_hung",
    "save_names",
    "save_orders",
    "save_points",
    "save_protection_end",
    "save_words",
]
