"""What people send: each field with its bounds, and what it means to the domain."""

from services.accounts.commands.forms.accounts import (
    AccountForm,
    AccountForms,
    AddressChangeForm,
    NameChangeForm,
    ServiceForm,
)
from services.accounts.commands.forms.decisions import DebtDecisionForm, DepositDecisionForm
from services.accounts.commands.forms.orders import (
    CancellationForm,
    CompletionForm,
    FailureForm,
    OrderForm,
    ScheduleForm,
)
from services.accounts.commands.forms.protections import EndForm, ProtectionForm, SafetyFlagForm
from services.accounts.commands.forms.rates import RateChangeForm

__all__ = [
    "AccountForm",
    "AccountForms",
    "AddressChangeForm",
    "CancellationForm",
    "CompletionForm",
    "DebtDecisionForm",
    "DepositDecisionForm",
    "EndForm",
    "FailureForm",
    "NameChangeForm",
    "OrderForm",
    "ProtectionForm",
    "RateChangeForm",
    "SafetyFlagForm",
    "ScheduleForm",
    "ServiceForm",
]
