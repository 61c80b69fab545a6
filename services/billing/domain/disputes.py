"""A dispute holds the disputed part of a bill, and nothing else: it is not past due while the dispute is open.

When it is upheld, what is left of the disputed part falls due on a new day; the rest keeps its own.
Source: rulebook 5 (a dispute holds only the disputed part); stories 5 and 10.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from services.billing.domain.ledger import Charge, Entry, Posting, Sheet, order
from shared.errors import Conflict, Invalid, NotFound
from shared.events.billing import DisputeDecided
from shared.ids import AccountId, AdjustmentId, BillId, DisputeId

State = Literal["open", "upheld", "adjusted", "withdrawn", "bill_cancelled"]
Outcome = Literal["upheld", "adjusted", "withdrawn"]
Reason = Literal["high_use", "wrong_reading", "wrong_rate", "meter_test", "not_my_service", "other"]


class DisputeUnknown(NotFound):
    """A dispute is known by its id."""

    remedy = "List the disputes of the account, and choose from there."


class DisputeAlreadyOpen(Conflict):
    """A bill has one open dispute at a time."""

    remedy = "Decide the one that is open; then open another for what is still in question."


class DisputeExceedsOpen(Conflict):
    """Only what is not paid can be disputed."""

    remedy = "Dispute at most what is open of this service; for what was paid, ask for an adjustment."


class DisputeAlreadyDecided(Conflict):
    """A dispute is decided once."""

    remedy = "Read it again; to question the decision, open another dispute."


class AdjustmentNotOfDispute(Invalid):
    """A dispute that ends with an adjustment names one that was posted on its bill."""

    remedy = "Post the adjustment first (POST /v1/adjustments, with its approval), and name it here."


@dataclass(frozen=True, slots=True)
class Dispute:
    """What somebody questions, and what became of it."""

    dispute_id: DisputeId
    account_id: AccountId
    bill_id: BillId
    state: State


def check_decision(of: Dispute, outcome: Outcome, adjustment_id: AdjustmentId | None, posted_on: BillId | None) -> None:
    """Raises DisputeAlreadyDecided, AdjustmentNotOfDispute. `posted_on` is the bill the adjustment was posted on."""
    if of.state != "open":
        raise DisputeAlreadyDecided(field="state", state=of.state)
    if (outcome == "adjusted") != (adjustment_id is not None) or (outcome == "adjusted" and posted_on != of.bill_id):
        raise AdjustmentNotOfDispute(field="adjustment_id", bill_id=of.bill_id)


def ended_with_bill(of: Dispute, on: date) -> DisputeDecided:
    """What is told of a dispute whose bill was cancelled: there is nothing left to decide, and nothing due."""
    return DisputeDecided(
        account_id=of.account_id, dispute_id=of.dispute_id, bill_id=of.bill_id, outcome="bill_cancelled", due_on=None,
        decided_on=on,
    )  # fmt: skip


def dispute(sheet: Sheet, bill_id: BillId, cents_by_service: Mapping[str, int]) -> Sheet:
    """Hold a part of a bill's open charges. Raises DisputeExceedsOpen."""
    left = dict(cents_by_service)
    charges = []
    for one in sheet.charges:
        part = min(left.get(one.service, 0), one.owed_cents) if one.bill_id == bill_id else 0
        if part:
            left[one.service] -= part
            charges.append(one._replace(disputed_cents=one.disputed_cents + part))
        else:
            charges.append(one)
    for service, cents in left.items():
        if cents:
            raise DisputeExceedsOpen(field="lines", service=service, open_cents=cents_by_service[service] - cents)
    return Sheet(sheet.account_id, sheet.version, sheet.balance_cents, tuple(charges))


def end(sheet: Sheet, bill_id: BillId) -> Sheet:
    """Nothing of the bill is disputed any longer: it is asked for by its own due date."""
    charges = tuple(one._replace(disputed_cents=0) if one.bill_id == bill_id else one for one in sheet.charges)
    return Sheet(sheet.account_id, sheet.version, sheet.balance_cents, charges)


def held(sheet: Sheet, bill_id: BillId) -> list[tuple[Charge, int]]:
    """The charges of a bill of which a disputed part is still open, and that part."""
    return [
        (one, min(one.disputed_cents, one.open_cents))
        for one in sheet.charges
        if one.bill_id == bill_id and one.disputed_cents and one.open_cents
    ]


def move(
    sheet: Sheet, posting_id: UUID, moved: Sequence[tuple[Charge, Charge]], on: date, priority: Sequence[str]
) -> Posting:
    """Post a decision: what is left of the disputed part of a charge becomes a charge with a due date of its own."""
    entries = []
    parts = {}
    for old, new in moved:
        entries.append(Entry("receivable", old.service, old.charge_id, -new.amount_cents))
        entries.append(Entry("receivable", new.service, new.charge_id, new.amount_cents))
        parts[old.charge_id] = new.amount_cents
    ended = end(sheet, moved[0][0].bill_id)
    charges = [_less(one, parts.get(one.charge_id, 0)) for one in ended.charges]
    charges += [new for _, new in moved]
    after = Sheet(sheet.account_id, sheet.version + 1, sheet.balance_cents, order(charges, priority))
    return Posting(posting_id, sheet.account_id, "dispute_decision", on, None, tuple(entries), after)


def _less(one: Charge, part: int) -> Charge:
    if not part:
        return one
    return one._replace(open_cents=one.open_cents - part, credited_cents=one.credited_cents + part)
