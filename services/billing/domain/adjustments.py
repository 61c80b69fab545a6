"""Adjustments: a named form, a cause, who proposed and who approved, and one balanced posting per service.

Source: rulebook 3 (adjustments); N.J.A.C. 14:3-4.6 (a slow meter is never charged back, except for tampering).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from services.billing.domain.bills import Head
from services.billing.domain.corrections import Proposal
from services.billing.domain.ledger import Charge, Entry, Posting, Sheet, order, settle
from shared.errors import Conflict, Invalid
from shared.ids import AccountId, AdjustmentId, BillId

Form = Literal["leak", "high_bill", "meter_error", "penalty_waiver", "courtesy", "back_bill", "write_off"]
FAST_METER = "fast_meter"
SLOW_METER = "slow_meter"
CAUSES: Mapping[Form, tuple[str, ...]] = {
    "leak": ("leak_repaired", "leak_underground"),
    "high_bill": ("not_explained", "long_period", "estimate_too_high"),
    "meter_error": (FAST_METER, "misread", "wrong_multiplier", SLOW_METER),
    "penalty_waiver": ("first_time", "city_error", "hardship"),
    "courtesy": ("service_failure", "goodwill"),
    "back_bill": ("tampering", "unbilled_service", "wrong_rate", SLOW_METER),
    "write_off": ("uncollectible", "bankruptcy", "small_balance"),
}
OF_ONE_BILL = frozenset({"leak", "high_bill", "meter_error", "back_bill"})
"""Forms that correct a bill, and name it."""


class CauseNotOfForm(Invalid):
    """Each form has its own causes."""

    remedy = "Choose one of the causes that are named, or another form."


class SlowMeterNotCharged(Invalid):
    """A customer is not charged for what a slow meter did not count, except for tampering (N.J.A.C. 14:3-4.6)."""

    remedy = "Have the meter exchanged; if it was tampered with, use the form back_bill with the cause tampering."


class OnlyBackBillCharges(Invalid):
    """Only a back-bill adds to what is owed; every other form takes off, and its amounts are negative."""

    remedy = "Give a credit as a negative amount; to charge what was not billed, use the form back_bill."


class AdjustmentNamesItsBill(Invalid):
    """A form that corrects a bill names it."""

    remedy = "Add the bill's id; for a credit that belongs to no bill, use the form courtesy."


class AdjustmentExceedsBill(Conflict):
    """What is credited on a bill is at most what it asks for that service: an error is given back once."""

    remedy = "Credit what is left of it; what was credited before is listed under the bill's adjustments."


class FastMeterGivenBack(Conflict):
    """What a meter's test gives back of a bill is given back once (N.J.A.C. 14:3-4.6)."""

    remedy = "Read GET /v1/meter-tests of the account: what the test gives back, and what of it was credited."


class WriteOffExceedsDebt(Conflict):
    """Only what is open is written off."""

    remedy = "Write off what is still open of this service."


class BillNotOwed(Conflict):
    """Only a bill that was issued and not cancelled is adjusted or disputed, and only on its own account."""

    remedy = "Name an issued bill of this account; one that is held can be cancelled and made anew."


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What is to be taken off or added, by service. A credit is negative."""

    adjustment_id: AdjustmentId
    account_id: AccountId
    bill_id: BillId | None
    form: Form
    cause: str
    cents_by_service: Mapping[str, int]
    proposal: Proposal

    @property
    def total_cents(self) -> int:
        """What it does to the balance."""
        return sum(self.cents_by_service.values())


def check_form(form: Form, cause: str, bill_id: BillId | None, amounts_cents: Sequence[int]) -> None:
    """Raises CauseNotOfForm, SlowMeterNotCharged, OnlyBackBillCharges, AdjustmentNamesItsBill."""
    if cause not in CAUSES[form]:
        raise CauseNotOfForm(field="cause", cause=cause, causes=", ".join(CAUSES[form]))
    if cause == SLOW_METER:
        raise SlowMeterNotCharged(field="cause", law="N.J.A.C. 14:3-4.6")
    if any((cents > 0) != (form == "back_bill") for cents in amounts_cents):
        raise OnlyBackBillCharges(field="lines", form=form)
    if form in OF_ONE_BILL and bill_id is None:
        raise AdjustmentNamesItsBill(field="bill_id", form=form)


def check_owed(bill: Head, account_id: AccountId) -> None:
    """Raises BillNotOwed."""
    if bill.state != "issued" or bill.account_id != account_id:
        raise BillNotOwed(field="bill_id", bill_id=bill.bill_id, state=bill.state)


def check_given_back(of: Adjustment, left_cents: Mapping[str, int]) -> None:
    """Raises FastMeterGivenBack. `left_cents` is what tests still give back of the bill; empty where none was fast."""
    if of.cause != FAST_METER or not left_cents:
        return
    for service, cents in of.cents_by_service.items():
        if -cents > left_cents.get(service, 0):
            raise FastMeterGivenBack(field="lines", service=service, left_cents=left_cents.get(service, 0))


def adjust(
    sheet: Sheet, posting_id: UUID, of: Adjustment, added: Sequence[Charge], *, on: date, priority: Sequence[str]
) -> Posting:
    """Post an adjustment: what was paid of a charge that is taken off pays what else is open.

    `added` are the charges of a back-bill. All charges of the account must be on the sheet, the paid ones too.
    Raises AdjustmentExceedsBill, WriteOffExceedsDebt.
    """
    entries = [Entry("adjustment", service, None, -cents) for service, cents in of.cents_by_service.items()]
    entries += [Entry("receivable", one.service, one.charge_id, one.amount_cents) for one in added]
    charges = order((*sheet.charges, *added), priority)
    freed_cents = 0
    for service, cents in of.cents_by_service.items():
        if cents < 0:
            charges, taken, freed = _take_off(charges, of, service, -cents)
            entries += taken
            freed_cents += freed
    if freed_cents:
        entries.append(Entry("receivable", None, None, -freed_cents))
    after = Sheet(sheet.account_id, sheet.version + 1, sheet.balance_cents + of.total_cents, charges)
    settled, applied = settle(after)
    return Posting(posting_id, sheet.account_id, "adjustment", on, None, (*entries, *applied), settled)


def _take_off(
    charges: Sequence[Charge], of: Adjustment, service: str, cents: int
) -> tuple[tuple[Charge, ...], list[Entry], int]:
    """Take an amount off a service's charges, the open part first; answers what becomes credit on account, too."""
    left, freed_cents = cents, 0
    open_only = of.bill_id is None or of.form == "write_off"
    after: list[Charge] = []
    entries: list[Entry] = []
    for one in charges:
        fits = one.service == service and of.bill_id in (None, one.bill_id)
        part = min(left, one.open_cents if open_only else one.amount_cents - one.credited_cents) if fits else 0
        opened = min(part, one.open_cents)
        left -= part
        freed_cents += part - opened
        if opened:
            entries.append(Entry("receivable", service, one.charge_id, -opened))
        after.append(_less(one, part, opened) if part else one)
    if left and of.form == "write_off":
        raise WriteOffExceedsDebt(field="lines", service=service, open_cents=cents - left)
    if left and of.bill_id is not None:
        raise AdjustmentExceedsBill(field="lines", service=service, left_cents=cents - left)
    return tuple(after), entries, freed_cents + left


def _less(one: Charge, part: int, opened: int) -> Charge:
    """What is taken off is taken off the disputed part first: that is what the adjustment answers."""
    return one._replace(
        open_cents=one.open_cents - opened, credited_cents=one.credited_cents + part,
        disputed_cents=max(0, one.disputed_cents - part),
    )  # fmt: skip
