"""What people send: each field with its bounds, and what it means to the domain."""

from services.accounts.commands.forms.accounts import (
    AccountForm,
    AccountForms,
    AddressChangeForm,
    NameChangeForm,
)
from services.accounts.commands.forms.orders import (
    CancellationForm,
    CompletionForm,
    FailureForm,
    OrderForm,
    ScheduleForm,
)

__all__ = [
    "AccountForm",
    "AccountForms",
    "AddressChangeForm",
    "CancellationForm",
    "CompletionForm",
    "FailureForm",
    "NameChangeForm",
    "OrderForm",
    "ScheduleForm",
]
