"""Adjustments: proposed on a named form, approved by another person above an amount, posted to the ledger."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from services.billing import store
from services.billing.commands.booking import book
from services.billing.commands.cancellations import NewDecision
from services.billing.commands.letters import draw_up_letters
from services.billing.domain.adjustments import (
    FAST_METER,
    Adjustment,
    Form,
    adjust,
    check_form,
    check_given_back,
    check_owed,
)
from services.billing.domain.bills import BillUnknown, due_on
from services.billing.domain.corrections import CorrectionUnknown, Proposal, State, check_decision, needs_another
from services.billing.domain.ledger import AccountNotInLedger, Charge, Posting
from services.billing.domain.policies import Policy, Service
from shared.calendar import new_jersey
from shared.errors import Invalid
from shared.events.billing import AdjustmentPosted
from shared.events.fields import Cents, Code, Sentence
from shared.ids import AccountId, AdjustmentId, BillId, new_id
from shared.postgres import Tx


class LinesNotSound(Invalid):
    """A service has one line on an adjustment, and a line is not nothing."""

    remedy = "Send one line for each service, with its amount."


class NewLine(BaseModel):
    """What is taken off (negative) or added for one service."""

    model_config = ConfigDict(extra="forbid")

    service: Service
    amount_cents: Annotated[Cents, Field(description="A credit to the customer is negative; never nothing.")]


class NewAdjustment(BaseModel):
    """An adjustment that somebody asks for."""

    model_config = ConfigDict(extra="forbid")

    account_id: AccountId
    bill_id: BillId | None = Field(None, description="The bill that is corrected; a courtesy may name none.")
    form: Form
    cause: Code
    lines: Annotated[list[NewLine], Field(min_length=1, max_length=4)]
    why: Sentence


class AdjustmentDecided(BaseModel):
    """Where an adjustment stands: it waits for another person's approval, or was posted."""

    adjustment_id: AdjustmentId
    state: State = Field(description="`proposed` waits for another person's approval; `approved` is on the ledger.")
    total_cents: int


async def propose_adjustment(tx: Tx, new: NewAdjustment) -> AdjustmentDecided:
    """Post an adjustment, or propose it where policy asks for another person's approval.

    Raises LinesNotSound and the refusals of check_form; BillUnknown, BillNotOwed, FastMeterGivenBack,
    AccountNotInLedger, AdjustmentExceedsBill, WriteOffExceedsDebt.
    """
    cents_by_service: dict[str, int] = {line.service: line.amount_cents for line in new.lines if line.amount_cents}
    if len(cents_by_service) < len(new.lines):
        raise LinesNotSound(field="lines", services=", ".join(line.service for line in new.lines))
    check_form(new.form, new.cause, new.bill_id, list(cents_by_service.values()))
    policy = await store.find_policy(tx, tx.today)
    of = Adjustment(
        AdjustmentId(new_id()), new.account_id, new.bill_id, new.form, new.cause, cents_by_service,
        Proposal("proposed", tx.actor.subject),
    )  # fmt: skip
    await _check_bill(tx, of)
    await store.insert_adjustment(tx, of, new.why)
    await tx.audit(of.adjustment_id, "adjustment.proposed", after={"total_cents": of.total_cents}, why=new.why)
    if needs_another(new.form, of.total_cents, policy.corrections):
        return AdjustmentDecided(adjustment_id=of.adjustment_id, state="proposed", total_cents=of.total_cents)
    return await _post(tx, of, (None, None), policy)


async def approve_adjustment(tx: Tx, adjustment_id: AdjustmentId, decision: NewDecision) -> AdjustmentDecided:
    """Post what a colleague proposed. Raises CorrectionUnknown, CorrectionAlreadyDecided, NobodyApprovesTheirOwn."""
    of = await _lock_proposed(tx, adjustment_id, approves=True)
    await _check_bill(tx, of)
    await tx.audit(adjustment_id, "adjustment.approved", why=decision.why)
    return await _post(tx, of, (tx.actor.subject, decision.why), await store.find_policy(tx, tx.today))


async def refuse_adjustment(tx: Tx, adjustment_id: AdjustmentId, decision: NewDecision) -> AdjustmentDecided:
    """Leave the ledger as it is. Raises CorrectionUnknown, CorrectionAlreadyDecided."""
    of = await _lock_proposed(tx, adjustment_id, approves=False)
    await store.save_adjustment(tx, adjustment_id, "refused", (tx.actor.subject, decision.why), None)
    await tx.audit(adjustment_id, "adjustment.refused", why=decision.why)
    return AdjustmentDecided(adjustment_id=adjustment_id, state="refused", total_cents=of.total_cents)


async def post_adjustments(tx: Tx, adjustments: list[Adjustment], policy: Policy) -> list[Posting]:
    """Post adjustments to the ledger, several of one account in a row too."""
    standings = await store.lock_standings(
        tx, [of.account_id for of in adjustments], policy.service_priority, with_paid=True
    )
    sheets = {account_id: standing.sheet for account_id, standing in standings.items()}
    due = due_on(tx.today, policy, new_jersey(tx.zone))
    postings, added, told = [], [], []
    for of in adjustments:
        new = [
            Charge(new_id(), of.bill_id, service, due, cents, cents)
            for service, cents in of.cents_by_service.items()
            if cents > 0 and of.bill_id is not None
        ]
        posting = adjust(
            sheets[of.account_id], new_id(), of, new, on=tx.today, priority=policy.service_priority
        )  # fmt: skip
        sheets[of.account_id] = posting.sheet
        postings.append(posting)
        added += [one.charge_id for one in new]
        told.append(_told(of, tx, posting))
    kept = [one for sheet in sheets.values() for one in sheet.charges if one.charge_id in set(added)]
    await store.insert_later_charges(tx, kept)
    await book(tx, standings, postings, told, policy, ground="supervisor")
    return postings


async def _post(tx: Tx, of: Adjustment, decided: tuple[str | None, str | None], policy: Policy) -> AdjustmentDecided:
    [posting] = await post_adjustments(tx, [of], policy)
    await store.save_adjustment(tx, of.adjustment_id, "approved", decided, posting.posting_id)
    await draw_up_letters(tx, "adjustment", [of.adjustment_id])
    return AdjustmentDecided(adjustment_id=of.adjustment_id, state="approved", total_cents=of.total_cents)


async def _check_bill(tx: Tx, of: Adjustment) -> None:
    """Raises BillUnknown, BillNotOwed, FastMeterGivenBack, AccountNotInLedger."""
    if of.bill_id is None:
        if not await store.find_in_ledger(tx, [of.account_id]):
            raise AccountNotInLedger(field="account_id", account_id=of.account_id)
        return
    bill = (await store.lock_bills(tx, [of.bill_id])).get(of.bill_id)
    if bill is None:
        raise BillUnknown(field="bill_id", bill_id=of.bill_id)
    check_owed(bill, of.account_id)
    if of.cause == FAST_METER:
        check_given_back(of, await store.find_left_to_give(tx, of.bill_id))


async def _lock_proposed(tx: Tx, adjustment_id: AdjustmentId, *, approves: bool) -> Adjustment:
    of = (await store.lock_adjustments(tx, [adjustment_id])).get(adjustment_id)
    if of is None:
        raise CorrectionUnknown(field="adjustment_id", adjustment_id=adjustment_id)
    check_decision(of.proposal, tx.actor.subject, approves=approves)
    return of


def _told(of: Adjustment, tx: Tx, posting: Posting) -> AdjustmentPosted:
    return AdjustmentPosted(
        account_id=of.account_id, adjustment_id=of.adjustment_id, bill_id=of.bill_id, form=of.form,
        amount_cents=of.total_cents, posted_on=tx.today, version=posting.sheet.version,
    )  # fmt: skip
