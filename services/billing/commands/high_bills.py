"""From the review of a high bill: field work is asked for, an adjustment is proposed, a letter is drawn up."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from services.billing import store
from services.billing.commands.adjustments import AdjustmentDecided, NewAdjustment, NewLine, propose_adjustment
from services.billing.commands.letters import LetterAnswer, NewLetter, draw_up_letter
from services.billing.domain.adjustments import Form
from services.billing.domain.bills import BillUnknown, Head
from services.billing.domain.high_bills import Kind, Reason, weigh
from services.billing.domain.letters import Language
from services.billing.domain.review_steps import OrderKind, Started, check_step, cite, cited, finding_of, prefill
from shared import outbox
from shared.events.accounts import FieldWorkProgressed
from shared.events.billing import FieldWorkRequested
from shared.events.fields import Code, Sentence
from shared.ids import BillId, OrderId, new_id
from shared.postgres import Tx


class NewReviewOrder(BaseModel):
    """Field work that somebody wants who looks at a high bill."""

    model_config = ConfigDict(extra="forbid")

    kind: OrderKind
    reason: Kind | None = Field(None, description="The reason of the review that it cites; else what explains most.")
    why: Sentence


class NewReviewAdjustment(BaseModel):
    """An adjustment that follows from a review; what is not given is taken from the reason."""

    model_config = ConfigDict(extra="forbid")

    reason: Kind | None = Field(None, description="The reason of the review that it cites; else what explains most.")
    form: Form | None = None
    cause: Code | None = Field(None, description="Else the form's cause that fits the reason.")
    lines: Annotated[list[NewLine], Field(max_length=4)] = Field(
        default=[], description="Else what the reason explains, in the proportion in which the services are billed."
    )
    why: Sentence


class NewReviewLetter(BaseModel):
    """A letter with the findings of a review."""

    model_config = ConfigDict(extra="forbid")

    language: Language | None = Field(None, description="Else that of the account's last letter, or English.")


class ReviewOrderAsked(BaseModel):
    """Field work that accounts was asked for; its order has this id."""

    order_id: OrderId
    bill_id: BillId
    kind: OrderKind
    state: str
    finding: str


async def order_from_review(tx: Tx, bill_id: BillId, new: NewReviewOrder) -> ReviewOrderAsked:
    """Ask accounts to have the meter read again, the house checked for a leak, or the meter tested.

    Raises BillUnknown, BillNoLongerStands, StepAlreadyStarted, ReasonNotInReview.
    """
    bill, reasons, started = await _lock_reviewed(tx, bill_id)
    check_step(bill, started, "order", new.kind)
    order_id, (reason, finding) = OrderId(new_id()), cited(reasons, new.reason)
    await store.insert_review_order(tx, order_id, bill_id, new.kind, (reason, finding, new.why))
    told = FieldWorkRequested(
        account_id=bill.account_id, order_id=order_id, bill_id=bill_id, agreement_id=bill.agreement_id, kind=new.kind,
        requested_at=tx.now,
    )  # fmt: skip
    await outbox.put(tx, told)
    await tx.audit(bill_id, "bill.field_work_asked", after={"kind": new.kind, "finding": finding}, why=new.why)
    return ReviewOrderAsked(order_id=order_id, bill_id=bill_id, kind=new.kind, state="asked", finding=finding)


async def adjust_from_review(tx: Tx, bill_id: BillId, new: NewReviewAdjustment) -> AdjustmentDecided:
    """Propose an adjustment by its form, filled in from the review; above an amount another person approves it.

    Raises BillUnknown, BillNoLongerStands, StepAlreadyStarted, ReasonNotInReview, NothingToAdjust, and what
    propose_adjustment raises.
    """
    bill, reasons, started = await _lock_reviewed(tx, bill_id)
    check_step(bill, started, "adjustment")
    reason = cite(reasons, new.reason)
    decided = await propose_adjustment(tx, _filled_in(new, reason, bill))
    await store.insert_review_adjustment(tx, decided.adjustment_id, bill_id, (reason.kind, finding_of(reason)))
    return decided


async def write_from_review(tx: Tx, bill_id: BillId, new: NewReviewLetter) -> LetterAnswer:
    """Draw up the letter with the findings. Raises NothingToWriteAbout, FactMissing, LetterAlreadyDrawnUp."""
    return await draw_up_letter(tx, NewLetter(kind="high_bill_findings", about_id=bill_id, language=new.language))


async def follow_review_orders(tx: Tx, progressed: Sequence[FieldWorkProgressed]) -> None:
    """Know how far the field work has come that was asked for from reviews."""
    await store.save_review_orders(tx, progressed)


async def _lock_reviewed(tx: Tx, bill_id: BillId) -> tuple[Head, list[Reason], list[Started]]:
    """The bill is locked first: of two who start the same, the second one sees the first one's. Raises BillUnknown."""
    bill = (await store.lock_bills(tx, [bill_id])).get(bill_id)
    if bill is None:
        raise BillUnknown(field="bill_id", bill_id=bill_id)
    questioned = await store.find_questioned(tx, [bill_id])
    return bill, weigh(questioned[bill_id]), await store.find_started(tx, bill_id)


def _filled_in(new: NewReviewAdjustment, reason: Reason, bill: Head) -> NewAdjustment:
    """What a person gave holds; the rest is what the reason suggests. Raises NothingToAdjust."""
    form, cause, lines = new.form, new.cause, new.lines
    if form is None or cause is None or not lines:
        suggested = prefill(reason, bill.cents_by_service)
        form, cause = form or suggested.form, cause or suggested.cause
        parts = [{"service": service, "amount_cents": cents} for service, cents in suggested.cents_by_service.items()]
        lines = lines or [NewLine.model_validate(part) for part in parts]
    return NewAdjustment(
        account_id=bill.account_id, bill_id=bill.bill_id, form=form, cause=cause, lines=lines, why=new.why
    )
