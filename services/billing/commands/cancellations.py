"""Cancel a bill that was wrong, with a name and an approval; then bill its period anew from what stands now."""

from pydantic import BaseModel, ConfigDict, Field

from services.billing import store
from services.billing.commands.bills import issue_bills, make_bills
from services.billing.commands.booking import book
from services.billing.commands.budget_plans import take_back_share
from services.billing.commands.letters import draw_up_letters, redraw_cancellation_letters
from services.billing.domain.bills import BillUnknown, Head, due_on, is_billed
from services.billing.domain.cancellations import (
    BillAlreadyCancelled,
    BillNotCancelled,
    Cancellation,
    Cancelled,
    PeriodAlreadyBilled,
    PutOff,
    Reason,
    cancel,
    check_cancellable,
    told,
)
from services.billing.domain.corrections import CorrectionUnknown, Proposal, State, check_decision, needs_another
from services.billing.domain.disputes import ended_with_bill
from shared import outbox
from shared.calendar import new_jersey
from shared.events.fields import Sentence
from shared.ids import BillId, CancellationId, new_id
from shared.postgres import Tx


class NewCancellation(BaseModel):
    """Why a bill is to be cancelled."""

    model_config = ConfigDict(extra="forbid")

    reason_code: Reason
    why: Sentence


class NewDecision(BaseModel):
    """Why a correction is approved or refused."""

    model_config = ConfigDict(extra="forbid")

    why: Sentence


class CancellationDecided(BaseModel):
    """Where a cancellation stands: it waits for another person's approval, or was carried out."""

    cancellation_id: CancellationId
    bill_id: BillId
    state: State = Field(description="`proposed` waits for another person's approval; `approved` was carried out.")


class Rebilled(BaseModel):
    """The bill that took the place of a cancelled one."""

    bill_id: BillId
    replaces: BillId
    version: int
    state: str
    total_cents: int
    difference_cents: int = Field(description="Against the cancelled bill: negative is less than before.")


async def cancel_bill(tx: Tx, bill_id: BillId, new: NewCancellation) -> CancellationDecided:
    """Cancel a bill, or propose it where policy asks for another person's approval.

    A bill that is still held was never owed: it needs nobody's approval.
    Raises BillUnknown, BillAlreadyCancelled, LaterBillStands.
    """
    bill = await _lock_cancellable(tx, bill_id)
    policy = await store.find_policy(tx, tx.today)
    cancellation_id = CancellationId(new_id())
    if not await store.insert_cancellation(tx, cancellation_id, bill_id, new.reason_code, new.why):
        raise BillAlreadyCancelled(field="bill_id", bill_id=bill_id)
    owed_cents = bill.total_cents if bill.state == "issued" else 0
    await tx.audit(bill_id, "bill.cancellation_proposed", after={"reason_code": new.reason_code}, why=new.why)
    if needs_another("cancellation", owed_cents, policy.corrections):
        return CancellationDecided(cancellation_id=cancellation_id, bill_id=bill_id, state="proposed")
    proposal = Proposal("proposed", tx.actor.subject)
    of = Cancellation(cancellation_id, bill_id, new.reason_code, proposal)
    return await _carry_out(tx, of, bill, (None, None))


async def approve_cancellation(tx: Tx, cancellation_id: CancellationId, decision: NewDecision) -> CancellationDecided:
    """Carry out a cancellation that a colleague proposed.

    Raises CorrectionUnknown, CorrectionAlreadyDecided, NobodyApprovesTheirOwn, BillAlreadyCancelled, LaterBillStands.
    """
    proposed = await store.find_bill_to_cancel(tx, cancellation_id)
    await store.lock_billed_agreements(tx, [] if proposed is None else [proposed])
    of = await _lock_proposed(tx, cancellation_id, approves=True)
    bill = await _lock_cancellable(tx, of.bill_id)
    await tx.audit(of.bill_id, "bill.cancellation_approved", why=decision.why)
    return await _carry_out(tx, of, bill, (tx.actor.subject, decision.why))


async def refuse_cancellation(tx: Tx, cancellation_id: CancellationId, decision: NewDecision) -> CancellationDecided:
    """Leave the bill as it is. Raises CorrectionUnknown, CorrectionAlreadyDecided."""
    of = await _lock_proposed(tx, cancellation_id, approves=False)
    await store.save_cancellation(tx, cancellation_id, "refused", (tx.actor.subject, decision.why), None)
    await tx.audit(of.bill_id, "bill.cancellation_refused", why=decision.why)
    return CancellationDecided(cancellation_id=cancellation_id, bill_id=of.bill_id, state="refused")


async def rebill(tx: Tx, bill_id: BillId) -> Rebilled:
    """Bill the period of a cancelled bill anew, from the readings and the tariff as they stand now. Twice makes one.

    Raises BillUnknown, BillNotCancelled, PeriodAlreadyBilled, CannotBill.
    """
    await store.lock_billed_agreements(tx, [bill_id])
    old = (await store.lock_cancelled(tx, [bill_id])).get(bill_id)
    if old is None:
        raise BillUnknown(field="bill_id", bill_id=bill_id)
    if old.head.state != "cancelled":
        raise BillNotCancelled(field="bill_id", bill_id=bill_id, state=old.head.state)
    standing = old.rebilled_as or (await store.find_standing_bills(tx, [bill_id])).get(bill_id)
    if standing is not None:
        head = (await store.lock_bills(tx, [standing]))[standing]
        await store.save_rebilled(tx, bill_id, standing)
        return _rebilled(old, head)
    found = await store.find_billables(tx, [old.head.agreement_id], (old.head.period_start_on, old.head.period_end_on))
    if any(is_billed(one, old.head.period_end_on) for one in found):
        raise PeriodAlreadyBilled(field="bill_id", bill_id=bill_id)
    policy = await store.find_policy(tx, tx.today)
    bills, exceptions = await make_bills(tx, found, policy)
    if exceptions:
        raise exceptions[0][1]
    due = due_on(tx.today, policy, new_jersey(tx.zone))
    await store.insert_bills(tx, bills, tx.today, due, None)
    await outbox.put(tx, *(bill.held for bill in bills if bill.held_for))
    await issue_bills(tx, [bill.head for bill in bills if not bill.held_for], due, policy)
    [head] = [bill.head for bill in bills]
    await store.save_rebilled(tx, bill_id, head.bill_id)
    await redraw_cancellation_letters(tx, [bill_id])
    await tx.audit(bill_id, "bill.rebilled", after={"bill_id": str(head.bill_id), "total_cents": head.total_cents})
    return _rebilled(old, head)


async def _lock_cancellable(tx: Tx, bill_id: BillId) -> Head:
    """Raises BillUnknown, BillAlreadyCancelled, LaterBillStands."""
    await store.lock_billed_agreements(tx, [bill_id])
    bill = (await store.lock_bills(tx, [bill_id])).get(bill_id)
    if bill is None:
        raise BillUnknown(field="bill_id", bill_id=bill_id)
    check_cancellable(bill, (await store.find_later_bills(tx, [bill_id])).get(bill_id))
    return bill


async def _lock_proposed(tx: Tx, cancellation_id: CancellationId, *, approves: bool) -> Cancellation:
    of = (await store.lock_cancellations(tx, [cancellation_id])).get(cancellation_id)
    if of is None:
        raise CorrectionUnknown(field="cancellation_id", cancellation_id=cancellation_id)
    check_decision(of.proposal, tx.actor.subject, approves=approves)
    return of


async def _carry_out(
    tx: Tx, of: Cancellation, bill: Head, decided: tuple[str | None, str | None]
) -> CancellationDecided:
    """The counter-entry on the ledger, where the bill was on it; and the telling."""
    await store.save_cancelled(tx, [bill.bill_id])
    ended = await store.save_disputes_ended(tx, [bill.bill_id])
    await outbox.put(tx, *(ended_with_bill(one, tx.today) for one in ended))
    posting_id = new_id() if bill.state == "issued" else None
    await store.save_cancellation(tx, of.cancellation_id, "approved", decided, posting_id)
    if posting_id is None:
        await outbox.put(tx, told(bill, of.reason_code, tx.today))
    else:
        policy = await store.find_policy(tx, tx.today)
        standings = await store.lock_standings(tx, [bill.account_id], policy.service_priority, with_paid=True)
        adjusted = (await store.find_adjusted(tx, [bill.bill_id])).get(bill.bill_id, {})
        budgeted = await store.find_budgeted(tx, bill.bill_id)
        put_off = budgeted and PutOff(budgeted.deferred, budgeted.settled)
        sheet = standings[bill.account_id].sheet
        posting = cancel(sheet, posting_id, bill, adjusted, tx.today, budgeted=put_off)
        fact = told(bill, of.reason_code, tx.today, posting.sheet.version)
        await book(tx, standings, [posting], [fact], policy, ground="supervisor")
        if budgeted is not None:
            await take_back_share(tx, bill.bill_id, posting_id, budgeted, policy)
        await draw_up_letters(tx, "cancellation", [of.cancellation_id])
    return CancellationDecided(cancellation_id=of.cancellation_id, bill_id=bill.bill_id, state="approved")


def _rebilled(old: Cancelled, head: Head) -> Rebilled:
    return Rebilled(
        bill_id=head.bill_id, replaces=old.head.bill_id, version=head.bill_version, state=head.state,
        total_cents=head.total_cents, difference_cents=head.total_cents - old.head.total_cents,
    )  # fmt: skip
