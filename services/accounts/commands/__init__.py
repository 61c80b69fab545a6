"""Accounts does here: read, decide, write, tell; every command takes many."""

from services.accounts.commands.accounts import close_accounts, open_accounts
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
from services.accounts.commands.forms import (
    AccountForm,
    AccountForms,
    AddressChangeForm,
    CancellationForm,
    CompletionForm,
    FailureForm,
    NameChangeForm,
    OrderForm,
    ScheduleForm,
)
from services.accounts.commands.orders import (
    call_in,
    cancel_orders,
    dispatch_orders,
    miss_final_readings,
    request_orders,
    schedule_orders,
)
from services.accounts.commands.recording import FINAL_READING, SHUTOFF_ANSWER
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
    "SHUTOFF_ANSWER",
    "AccountForm",
    "AccountForms",
    "AddressChangeForm",
    "CancellationForm",
    "CompletionForm",
    "FailureForm",
    "NameChangeForm",
    "OrderForm",
    "ScheduleForm",
    "apply_due_addresses",
    "apply_due_names",
    "call_in",
    "cancel_orders",
    "change_addresses",
    "change_names",
    "close_accounts",
    "dispatch_orders",
    "end_unanswered",
    "make_file",
    "miss_final_readings",
    "open_accounts",
    "order_reconnections",
    "order_shutoffs",
    "request_orders",
    "schedule_orders",
    "take_confirmations",
    "take_field_results",
    "take_objections",
    "take_results",
    "withdraw_authorizations",
]
