"""Accounts does here: read, decide, write, tell; every command takes many. What it is asked with stands in `forms`."""

from services.accounts.commands.accounts import add_services, close_accounts, open_accounts
from services.accounts.commands.changes import (
    ADDRESS_IN_FORCE,
    DATA_PROCESSING_FILE,
    NAME_IN_FORCE,
    apply_due_addresses,
    apply_due_names,
    change_addresses,
    change_names,
    make_file,
)
from services.accounts.commands.decisions import decide_debts, decide_deposits
from services.accounts.commands.orders import (
    call_in,
    cancel_orders,
    dispatch_orders,
    miss_final_readings,
    request_orders,
    schedule_orders,
)
from services.accounts.commands.protections import (
    SAFETY_FLAG,
    end_protection,
    lapse_flags,
    lift_flag,
    protect,
    set_flag,
)
from services.accounts.commands.rates import change_rates
from services.accounts.commands.recording import FINAL_READING, SHUTOFF_ANSWER
from services.accounts.commands.rereads import order_field_work, order_rereads
from services.accounts.commands.results import take_field_results, take_results
from services.accounts.commands.shutoffs import (
    end_unanswered,
    order_reconnections,
    order_shutoffs,
    take_confirmations,
    take_objections,
    withdraw_authorizations,
)

__all__ = [
    "ADDRESS_IN_FORCE",
    "DATA_PROCESSING_FILE",
    "FINAL_READING",
    "NAME_IN_FORCE",
    "SAFETY_FLAG",
    "SHUTOFF_ANSWER",
    "add_services",
    "apply_due_addresses",
    "apply_due_names",
    "call_in",
    "cancel_orders",
    "change_addresses",
    "change_names",
    "change_rates",
    "close_accounts",
    "decide_debts",
    "decide_deposits",
    "dispatch_orders",
    "end_protection",
    "end_unanswered",
    "lapse_flags",
    "lift_flag",
    "make_file",
    "miss_final_readings",
    "open_accounts",
    "order_field_work",
    "order_reconnections",
    "order_rereads",
    "order_shutoffs",
    "protect",
    "request_orders",
    "schedule_orders",
    "set_flag",
    "take_confirmations",
    "take_field_results",
    "take_objections",
    "take_results",
    "withdraw_authorizations",
]
