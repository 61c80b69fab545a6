"""What licensing does: read, decide, write, tell; every command takes many."""

from services.licensing.commands.amending import AmendedLicense, NewAmendment, amend_holders, amend_licenses
from services.licensing.commands.deciding import (
    NewDenial,
    NewWithdrawal,
    approve_applications,
    deny_applications,
    withdraw_applications,
)
from services.licensing.commands.fees import FeeScheduleSet, NewFeeSchedule, set_fee_schedule
from services.licensing.commands.filing import (
    NewApplicant,
    NewApplication,
    NewResubmission,
    TypeCode,
    resubmit_applications,
    submit_applications,
)
from services.licensing.commands.lapsing import abandon_applications, expire_licenses
from services.licensing.commands.paying import credit_payments, take_back_payments
from services.licensing.commands.reviewing import (
    NewClearance,
    NewCorrections,
    NewItem,
    NewWaiver,
    clear_items,
    request_corrections,
    waive_requirements,
)
from services.licensing.commands.standings import ApplicationStanding

__all__ = [
    "AmendedLicense",
    "ApplicationStanding",
    "FeeScheduleSet",
    "NewAmendment",
    "NewApplicant",
    "NewApplication",
    "NewClearance",
    "NewCorrections",
    "NewDenial",
    "NewFeeSchedule",
    "NewItem",
    "NewResubmission",
    "NewWaiver",
    "NewWithdrawal",
    "TypeCode",
    "abandon_applications",
    "amend_holders",
    "amend_licenses",
    "approve_applications",
    "clear_items",
    "credit_payments",
    "deny_applications",
    "expire_licenses",
    "request_corrections",
    "resubmit_applications",
    "set_fee_schedule",
    "submit_applications",
    "take_back_payments",
    "waive_requirements",
    "withdraw_applications",
]
