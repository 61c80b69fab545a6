"""What payments answers: SQL straight to response models; no rules, no locks."""

from services.payments.views.answers import ShutoffAnswerView, list_shutoff_answers
from services.payments.views.journal import JournalDay, find_journal_day
from services.payments.views.payments import PaymentView, find_payment, list_payments
from services.payments.views.refunds import PayableView, RefundState, find_payable, list_payables
from services.payments.views.suspense import SuspenseView, find_suspense, list_suspense

__all__ = [
    "JournalDay",
    "PayableView",
    "PaymentView",
    "RefundState",
    "ShutoffAnswerView",
    "SuspenseView",
    "find_journal_day",
    "find_payable",
    "find_payment",
    "find_suspense",
    "list_payables",
    "list_payments",
    "list_shutoff_answers",
    "list_suspense",
]
