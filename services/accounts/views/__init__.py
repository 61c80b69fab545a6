"""Accounts answers here: SQL straight to response models."""

from services.accounts.domain.orders import OrderState
from services.accounts.views.accounts import (
    AccountView,
    OpenedAccounts,
    find_account,
    find_account_by_number,
    list_opened,
)
from services.accounts.views.found import FoundAccount, list_accounts
from services.accounts.views.orders import OrderLine, OrderView, find_order, list_orders

__all__ = [
    "AccountView",
    "FoundAccount",
    "OpenedAccounts",
    "OrderLine",
    "OrderState",
    "OrderView",
    "find_account",
    "find_account_by_number",
    "find_order",
    "list_accounts",
    "list_opened",
    "list_orders",
]
