"""What billing answers: SQL straight to response models, one statement a question."""

from services.billing.domain.meter_tests import Finding
from services.billing.views.adjustments import (
    AdjustmentForm,
    AdjustmentSummary,
    AdjustmentView,
    find_adjustment,
    list_adjustments,
)
from services.billing.views.bill_papers import BillForm, find_bill_paper
from services.billing.views.bill_runs import BillRunView, ExceptionView, find_bill_run, list_exceptions
from services.billing.views.billers import BillerView, list_billers
from services.billing.views.bills import BillState, BillSummary, BillView, find_bill, list_bills
from services.billing.views.budget_plans import (
    BudgetPlanState,
    BudgetPlanView,
    BudgetQuote,
    find_budget_plan,
    find_budget_quote,
    list_budget_plans,
)
from services.billing.views.cancellations import (
    CancellationSummary,
    CancellationView,
    CorrectionState,
    find_cancellation,
    list_cancellations,
)
from services.billing.views.delinquency import DelinquencyView, find_delinquency
from services.billing.views.deposits import DepositView, list_deposits
from services.billing.views.disputes import DisputeState, DisputeView, find_dispute, list_disputes
from services.billing.views.high_bills import BillReview, find_bill_review
from services.billing.views.ledger import (
    Balance,
    PostingView,
    TrialBalance,
    find_balance,
    find_trial_balance,
    list_postings,
)
from services.billing.views.letters import (
    LetterExceptionView,
    LetterForm,
    LetterKind,
    LetterState,
    LetterSummary,
    LetterView,
    find_letter,
    find_letter_paper,
    list_letter_exceptions,
    list_letters,
)
from services.billing.views.meter_tests import MeterTestView, list_meter_tests
from services.billing.views.readings import (
    Flag,
    ReadingExceptionView,
    ReadingHistory,
    ReadingState,
    ReadingView,
    find_reading,
    list_reading_exceptions,
    list_readings,
)
from services.billing.views.refunds import RefundState, RefundView, find_refund, list_refunds
from services.billing.views.run_reviews import RunReview, find_run_review
from services.billing.views.tariffs import (
    PolicyView,
    TariffView,
    find_tariff,
    list_policies,
    list_tariffs,
)
from services.billing.views.trials import TariffTrialView, find_tariff_trial

__all__ = [
    "AdjustmentForm",
    "AdjustmentSummary",
    "AdjustmentView",
    "Balance",
    "BillForm",
    "BillReview",
    "BillRunView",
    "BillState",
    "BillSummary",
    "BillView",
    "BillerView",
    "BudgetPlanState",
    "BudgetPlanView",
    "BudgetQuote",
    "CancellationSummary",
    "CancellationView",
    "CorrectionState",
    "DelinquencyView",
    "DepositView",
    "DisputeState",
    "DisputeView",
    "ExceptionView",
    "Finding",
    "Flag",
    "LetterExceptionView",
    "LetterForm",
    "LetterKind",
    "LetterState",
    "LetterSummary",
    "LetterView",
    "MeterTestView",
    "PolicyView",
    "PostingView",
    "ReadingExceptionView",
    "ReadingHistory",
    "ReadingState",
    "ReadingView",
    "RefundState",
    "RefundView",
    "RunReview",
    "TariffTrialView",
    "TariffView",
    "TrialBalance",
    "find_adjustment",
    "find_balance",
    "find_bill",
    "find_bill_paper",
    "find_bill_review",
    "find_bill_run",
    "find_budget_plan",
    "find_budget_quote",
    "find_cancellation",
    "find_delinquency",
    "find_dispute",
    "find_letter",
    "find_letter_paper",
    "find_reading",
    "find_refund",
    "find_run_review",
    "find_tariff",
    "find_tariff_trial",
    "find_trial_balance",
    "list_adjustments",
    "list_billers",
    "list_bills",
    "list_budget_plans",
    "list_cancellations",
    "list_deposits",
    "list_disputes",
    "list_exceptions",
    "list_letter_exceptions",
    "list_letters",
    "list_meter_tests",
    "list_policies",
    "list_postings",
    "list_reading_exceptions",
    "list_readings",
    "list_refunds",
    "list_tariffs",
]
