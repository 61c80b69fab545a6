"""Disputes: opened on a part of a bill, and decided; what is not disputed stays owed as it was."""

from datetime import date, timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from services.billing import store
from services.billing.commands.adjustments import LinesNotSound
from services.billing.commands.booking import book, keep
from services.billing.commands.letters import draw_up_letters
from services.billing.domain import disputes
from services.billing.domain.adjustments import check_owed
from services.billing.domain.bills import BillUnknown
from services.billing.domain.disputes import (
    DisputeAlreadyOpen,
    DisputeUnknown,
    Outcome,
    Reason,
    State,
    check_decision,
)
from services.billing.domain.ledger import Charge, Sheet
from services.billing.domain.policies import Policy, Service
from services.billing.domain.standings import Standing, settle
from shared import outbox
from shared.calendar import new_jersey
from shared.events import Fact
from shared.events.billing import DisputeDecided, DisputeOpened
from shared.events.fields import CentsPaid, Sentence
from shared.ids import AdjustmentId, BillId, DisputeId, new_id
from shared.postgres import Tx


class DisputedLine(BaseModel):
    """What is questioned of one service."""

    model_config = ConfigDict(extra="forbid")

    service: Service
    amount_cents: CentsPaid


class NewDispute(BaseModel):
    """What of a bill is questioned, and why."""

    model_config = ConfigDict(extra="forbid")

    reason_code: Reason
    lines: Annotated[list[DisputedLine], Field(min_length=1, max_length=4)]
    why: Sentence


class NewDisputeDecision(BaseModel):
    """How a dispute ends."""

    model_config = ConfigDict(extra="forbid")

    outcome: Outcome = Field(
        description="`upheld`: the bill is right, and what is left falls due on a new day; `adjusted`: an adjustment"
        " was posted, named here; `withdrawn`: the customer gave it up, and the old due date holds."
    )
    adjustment_id: AdjustmentId | None = None
    why: Sentence


class DisputeAnswer(BaseModel):
    """Where a dispute stands."""

    dispute_id: DisputeId
    bill_id: BillId
    state: State
    due_on: date | None = Field(None, description="The new last day to pay what is left of the disputed part.")


async def open_dispute(tx: Tx, bill_id: BillId, new: NewDispute) -> DisputeAnswer:
    """Hold the disputed part of a bill: it is not past due, and nothing is shut off for it.

    Raises BillUnknown, BillNotOwed, LinesNotSound, DisputeAlreadyOpen, DisputeExceedsOpen.
    """
    bill = (await store.lock_bills(tx, [bill_id])).get(bill_id)
    if bill is None:
        raise BillUnknown(field="bill_id", bill_id=bill_id)
    check_owed(bill, bill.account_id)
    cents_by_service: dict[str, int] = {line.service: line.amount_cents for line in new.lines}
    if len(cents_by_service) < len(new.lines):
        raise LinesNotSound(field="lines")
    dispute_id = DisputeId(new_id())
    if not await store.insert_dispute(tx, dispute_id, bill_id, (new.reason_code, new.why), cents_by_service):
        raise DisputeAlreadyOpen(field="bill_id", bill_id=bill_id)
    policy = await store.find_policy(tx, tx.today)
    standing = (await store.lock_standings(tx, [bill.account_id], policy.service_priority))[bill.account_id]
    told = DisputeOpened(
        account_id=bill.account_id, dispute_id=dispute_id, bill_id=bill_id, reason_code=new.reason_code,
        disputed_cents=sum(cents_by_service.values()), opened_on=tx.today,
    )  # fmt: skip
    await _hold(tx, standing, disputes.dispute(standing.sheet, bill_id, cents_by_service), told, policy)
    await tx.audit(bill_id, "bill.disputed", after={"cents_by_service": cents_by_service}, why=new.why)
    return DisputeAnswer(dispute_id=dispute_id, bill_id=bill_id, state="open")


async def decide_dispute(tx: Tx, dispute_id: DisputeId, decision: NewDisputeDecision) -> DisputeAnswer:
    """End a dispute. What is left of the disputed part gets a new due date, unless the customer gave it up.

    Raises DisputeUnknown, DisputeAlreadyDecided, AdjustmentNotOfDispute.
    """
    of = (await store.lock_disputes(tx, [dispute_id])).get(dispute_id)
    if of is None:
        raise DisputeUnknown(field="dispute_id", dispute_id=dispute_id)
    named = decision.adjustment_id
    check_decision(of, decision.outcome, named, await store.find_posted_on(tx, named) if named else None)
    policy = await store.find_policy(tx, tx.today)
    standing = (await store.lock_standings(tx, [of.account_id], policy.service_priority))[of.account_id]
    left = [] if decision.outcome == "withdrawn" else disputes.held(standing.sheet, of.bill_id)
    after = tx.today + timedelta(days=policy.corrections.upheld_due_after_days)
    due = new_jersey(tx.zone).next_business_day(after) if left else None
    posting_id = new_id()
    told = DisputeDecided(
        account_id=of.account_id, dispute_id=dispute_id, bill_id=of.bill_id, outcome=decision.outcome, due_on=due,
        decided_on=tx.today,
    )  # fmt: skip
    decided = (decision.outcome, decision.why)
    await store.save_dispute(tx, dispute_id, decided, None if due is None else (due, posting_id), named)
    if due is None:
        await _hold(tx, standing, disputes.end(standing.sheet, of.bill_id), told, policy)
    else:
        new = [Charge(new_id(), of.bill_id, one.service, due, part, part) for one, part in left]
        moved = [(one, added) for (one, _), added in zip(left, new, strict=True)]
        posting = disputes.move(standing.sheet, posting_id, moved, tx.today, policy.service_priority)
        await store.insert_later_charges(tx, new)
        await book(tx, {of.account_id: standing}, [posting], [told], policy, ground="supervisor")
    await draw_up_letters(tx, "dispute_decision", [dispute_id])
    await tx.audit(of.bill_id, "dispute.decided", after={"outcome": decision.outcome}, why=decision.why)
    return DisputeAnswer(dispute_id=dispute_id, bill_id=of.bill_id, state=decision.outcome, due_on=due)


async def _hold(tx: Tx, standing: Standing, sheet: Sheet, told: Fact, policy: Policy) -> None:
    """What is disputed changed, and no money moved: charges, the stage and its deadlines follow."""
    change = settle(standing, sheet, tx.now, tx.zone, policy, ground="supervisor")
    await store.save_charges(tx, [change])
    await keep(tx, [change])
    await outbox.put(tx, told, *change.step.told)
