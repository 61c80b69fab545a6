"""Accounts answers here: SQL straight to response models."""

from services.accounts.domain.kinds import WorkKind
from services.accounts.domain.orders import OrderState
from services.accounts.views.accounts import (
    AccountView,
    OpenedAccounts,
    find_account,
    find_account_by_number,
    find_account_on,
    list_opened,
)
from services.accounts.views.changes import (
    AddressHistory,
    DataProcessingFile,
    DataProcessingFileLine,
    NameHistory,
    find_address_history,
    find_data_processing_file,
    find_name_history,
    list_data_processing_files,
)
from services.accounts.views.decisions import DecisionsView, find_decisions
from services.accounts.views.findings import FindingsView, find_findings
from services.accounts.views.found import FoundAccount, list_accounts
from services.accounts.views.orders import OrderLine, OrderView, find_order, list_orders
from services.accounts.views.protections import (
    FlagSet,
    FlagsView,
    MeasuresView,
    ProtectionSet,
    ProtectionsView,
    find_flags,
    find_measures,
    find_protections,
)
from services.accounts.views.rates import RateHistory, find_rate_history
from services.accounts.views.sheets import CrewSheet, find_crew_sheet

__all__ = [
    "AccountView",
    "AddressHistory",
    "CrewSheet",
    "DataProcessingFile",
    "DataProcessingFileLine",
    "DecisionsView",
    "FindingsView",
    "FlagSet",
    "FlagsView",
    "FoundAccount",
    "MeasuresView",
    "NameHistory",
    "OpenedAccounts",
    "OrderLine",
    "OrderState",
    "OrderView",
    "ProtectionSet",
    "ProtectionsView",
    "RateHistory",
    "WorkKind",
    "find_account",
    "find_account_by_number",
    "find_account_on",
    "find_address_history",
    "find_crew_sheet",
    "find_data_processing_file",
    "find_decisions",
    "find_findings",
    "find_flags",
    "find_measures",
    "find_name_history",
    "find_order",
    "find_protections",
    "find_rate_history",
    "list_accounts",
    "list_data_processing_files",
    "list_opened",
    "list_orders",
]
