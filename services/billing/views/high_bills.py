"""A bill that is questioned, beside the same period last year: reasons weighed, what to do next, what was started."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, Field

from services.billing.domain.bills import BillUnknown
from services.billing.domain.exact import Exact
from services.billing.domain.high_bills import Kind, Step, beside, next_step, weigh
from services.billing.domain.periods import Period, change_percent, per_day
from services.billing.domain.review_steps import Started, What
from services.billing.store.high_bills import find_questioned, find_started
from shared.ids import BillId
from shared.postgres import Reader


class PeriodBeside(BaseModel):
    """One of the two bills that are held beside each other."""

    bill_id: BillId
    period_end_on: date
    days_count: int
    quantity: str
    unit: str
    per_day: str = Field(description="Use a day, in the unit.")
    total_cents: int


class ReasonView(BaseModel):
    """One possible reason."""

    kind: Kind
    amount_cents: int | None = Field(description="What of the difference it explains; None where it cannot be told.")
    evidence: str


class StartedView(BaseModel):
    """An order, an adjustment or a letter that was started from the review."""

    what: What
    id: UUID = Field(description="Of the order at accounts, of the adjustment, of the letter.")
    kind: str = Field(description="What the crew is to do; the form; the letter's kind.")
    state: str = Field(description="Where it stands; an order is `asked` until accounts has told that it took it.")
    state_at: datetime
    scheduled_on: date | None = Field(description="The day of the crew.")
    reason_code: str | None = Field(description="Why an order was not completed or called off.")
    reason: str | None = Field(description="The reason of the review that it cites; `uncompared` where it had none.")
    finding: str | None = Field(description="What the review had found when it was started.")
    why: str | None
    started_at: datetime
    started_by: str


class BillReview(BaseModel):
    """Why a bill is higher than the one it is held beside."""

    now: PeriodBeside
    beside: PeriodBeside | None = Field(description="The same period last year, or else the last bill; None without.")
    difference_cents: int | None
    change_percent: int | None = Field(description="By how many percent the use a day changed.")
    reasons: list[ReasonView] = Field(description="The one that explains most first; their sum is the difference.")
    next_step: Step
    next_step_in_words: str
    started: list[StartedView] = Field(description="What was started from this review, and where it stands.")


async def find_bill_review(reader: Reader, bill_id: BillId) -> BillReview:
    """A bill weighed against an earlier one. Raises BillUnknown."""
    of = (await find_questioned(reader, [bill_id])).get(bill_id)
    if of is None:
        raise BillUnknown(field="bill_id", bill_id=bill_id)
    base, reasons = beside(of.before, of.now), weigh(of)
    step, in_words = next_step(of, reasons)
    return BillReview(
        now=_beside(bill_id, of.now, of.unit),
        beside=None if base is None else _beside(of.before_ids[of.before.index(base)], base, of.unit),
        difference_cents=None if base is None else of.now.total_cents - base.total_cents,
        change_percent=None if base is None else change_percent(base, of.now),
        reasons=[ReasonView(kind=one.kind, amount_cents=one.cents, evidence=one.evidence) for one in reasons],
        next_step=step, next_step_in_words=in_words,
        started=[_started(one) for one in await find_started(reader, bill_id)],
    )  # fmt: skip


def _beside(bill_id: BillId, period: Period, unit: str) -> PeriodBeside:
    return PeriodBeside(
        bill_id=bill_id, period_end_on=period.end_on, days_count=period.days_count, quantity=period.quantity.plain,
        unit=unit, per_day=Exact(per_day(period), 3).plain, total_cents=period.total_cents,
    )  # fmt: skip


def _started(one: Started) -> StartedView:
    return StartedView(
        what=one.what, id=one.id, kind=one.kind, state=one.state, state_at=one.state_at, scheduled_on=one.scheduled_on,
        reason_code=one.reason_code, reason=one.reason, finding=one.finding, why=one.why, started_at=one.started_at,
        started_by=one.started_by,
    )  # fmt: skip
