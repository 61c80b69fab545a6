"""Door 1: what people ask of billing."""

from services.billing.api import (
    adjustments,
    billers,
    bills,
    budget_plans,
    cancellations,
    demands,
    deposits,
    disputes,
    high_bills,
    ledger,
    letters,
    meter_tests,
    readings,
    refunds,
    run_reviews,
    tariffs,
)
from shared.http import Door

door = Door().include(
    readings.door,
    meter_tests.door,
    demands.door,
    tariffs.door,
    bills.door,
    billers.door,
    budget_plans.door,
    ledger.door,
    cancellations.door,
    adjustments.door,
    deposits.door,
    disputes.door,
    refunds.door,
    high_bills.door,
    letters.door,
    run_reviews.door,
)

__all__ = ["door"]
