"""A bill that was wrong is cancelled by a counter-entry, and its period billed anew: version n + 1.

What was paid on it is not lost: it is credit on account in the same posting, pays what else is open, and then the new
bill. Source: rulebook 3 (cancel / rebill).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple
from uuid import UUID

from services.billing.domain.bills import Head
from services.billing.domain.corrections import Proposal
from services.billing.domain.ledger import Charge, Entry, Posting, Sheet, settle, take_back
from shared.errors import Conflict
from shared.events.billing import BillCancelled
from shared.ids import BillId, CancellationId

Reason = Literal[
    "misread_meter", "wrong_meter", "wrong_rate", "wrong_customer", "meter_test", "tampering", "duplicate", "other"
]


class BillAlreadyCancelled(Conflict):
    """A bill is cancelled once, and one proposal to do so waits at a time."""

    remedy = "Read the bill again; it was cancelled already, or a proposal to cancel it waits for approval."


class LaterBillStands(Conflict):
    """Bills of a service are cancelled from the newest backwards: each begins where the one before it ends."""

    remedy = "Cancel the later bills first; then bill the periods anew, the oldest first."


class BillNotCancelled(Conflict):
    """A period is billed anew when its bill was cancelled."""

    remedy = "Have the bill cancelled and the cancellation approved; then bill anew."


class PeriodAlreadyBilled(Conflict):
    """A period is billed by one bill that stands."""

    remedy = "Nothing is to be done: a later bill covers this period. To change it, cancel that one."


@dataclass(frozen=True, slots=True)
class Cancellation:
    """A bill that somebody wants cancelled, and why."""

    cancellation_id: CancellationId
    bill_id: BillId
    reason_code: Reason
    proposal: Proposal


@dataclass(frozen=True, slots=True)
class Cancelled:
    """A bill as it is when it is to be billed anew, and the bill that did so already, if one did."""

    head: Head
    rebilled_as: BillId | None


def check_cancellable(bill: Head, later_bill_id: BillId | None) -> None:
    """Raises BillAlreadyCancelled, LaterBillStands."""
    if bill.state == "cancelled":
        raise BillAlreadyCancelled(field="bill_id", bill_id=bill.bill_id)
    if later_bill_id is not None:
        raise LaterBillStands(field="bill_id", later_bill_id=later_bill_id)


def told(bill: Head, reason_code: Reason, cancelled_on: date, version: int = 1) -> BillCancelled:
    """What is told when a bill is cancelled; `version` counts the postings of its account, if it was issued."""
    return BillCancelled(
        account_id=bill.account_id, account_number=bill.account_number, bill_id=bill.bill_id,
        agreement_id=bill.agreement_id, period_start_on=bill.period_start_on, period_end_on=bill.period_end_on,
        total_cents=bill.total_cents, bill_version=bill.bill_version, reason_code=reason_code,
        cancelled_on=cancelled_on, version=version,
    )  # fmt: skip


class PutOff(NamedTuple):
    """What a bill put off under a budget plan, and the charges on it that are of that plan's true-up."""

    deferred: Mapping[str, int]
    settled: frozenset[UUID]


def cancel(
    sheet: Sheet, posting_id: UUID, bill: Head, adjusted: Mapping[str, int], cancelled_on: date,
    *, budgeted: PutOff | None = None,
) -> Posting:  # fmt: skip
    """Post the counter-entry of a bill and of what was adjusted on it; what had paid it pays what else is open.

    Under a budget plan only what it asked was receivable; what it put off leaves the plan, not the account.
    All charges of the account must be on the sheet, the paid ones too.
    """
    entries = [Entry("revenue", service, None, cents) for service, cents in bill.cents_by_service.items() if cents]
    entries += [Entry("adjustment", service, None, cents) for service, cents in adjusted.items() if cents]
    deferred, settled_ids = budgeted or PutOff({}, frozenset())
    entries += [Entry("budget", service, None, -cents) for service, cents in deferred.items() if cents]
    asked = [one for one in sheet.charges if one.bill_id == bill.bill_id and one.charge_id not in settled_ids]
    entries += [Entry("receivable", one.service, one.charge_id, -one.open_cents) for one in asked if one.open_cents]
    gone_cents = bill.total_cents - sum(deferred.values()) + sum(adjusted.values())
    freed_cents = gone_cents - sum(one.open_cents for one in asked)
    gone = {one.charge_id for one in asked}
    charges = tuple(_emptied(one) if one.charge_id in gone else one for one in sheet.charges)
    if freed_cents > 0:
        entries.append(Entry("receivable", None, None, -freed_cents))
    elif freed_cents < 0:  # it had given credit, and that is taken back
        charges, opened = take_back(charges, sheet.credit_cents, -freed_cents)
        entries += opened
    after = Sheet(sheet.account_id, sheet.version + 1, sheet.balance_cents - gone_cents, charges)
    settled, applied = settle(after)
    return Posting(
        posting_id, sheet.account_id, "bill_cancellation", cancelled_on, bill.bill_id, (*entries, *applied), settled
    )


def _emptied(one: Charge) -> Charge:
    return one._replace(open_cents=0, credited_cents=one.amount_cents, disputed_cents=0)
