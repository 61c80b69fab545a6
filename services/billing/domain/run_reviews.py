"""A bill run that is looked at before it is issued: its bills are made and wait, and nothing is told or owed.

Source: rulebook 3 (bill run); that another person releases is policy.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace

from services.billing.domain.bills import Bill, BillNotHeld, Head
from services.billing.domain.policies import CorrectionPolicy
from shared.errors import Conflict, Forbidden
from shared.events.billing import BillHeld
from shared.ids import BillId, JobId

REVIEW = "review"
HELD_IN_REVIEW = "held_in_review"


class RunNotForReview(Conflict):
    """Only a run that was started for review is reviewed and released."""

    remedy = 'Start the run with "issue": "after_review"; this one issued its bills as it made them.'


class RunNotFinished(Conflict):
    """A run is released when all its bills are made."""

    remedy = "Watch the job, and release the run when it is completed."


class RunAlreadyReleased(Conflict):
    """A run is released once."""

    remedy = "Bills that were held out of it are released one by one."


class RunReleasedByAnother(Forbidden):
    """What one person ran, another releases."""

    remedy = "Ask a colleague with the right to release bills."


class BillHeldAlready(Conflict):
    """A bill is held out of its run once."""

    remedy = "Nothing is to be done: it stays behind when the run is released."


@dataclass(frozen=True, slots=True)
class Review:
    """A run for review: by whom it was started, and whether it is finished or released."""

    job_id: JobId
    asked_by: str
    finished: bool
    released: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """A bill of a run that waits: why it was held when it was made, and whether a person holds it out of the run."""

    head: Head
    held_for: str
    held_out: bool

    @property
    def goes_out(self) -> bool:
        """Whether it is issued when its run is released."""
        return self.held_for == REVIEW and not self.held_out

    @property
    def held(self) -> BillHeld:
        """What is told of a bill that stays behind."""
        return BillHeld(
            account_id=self.head.account_id, bill_id=self.head.bill_id, agreement_id=self.head.agreement_id,
            total_cents=self.head.total_cents,
            reason_code=HELD_IN_REVIEW if self.held_out else self.held_for,
        )  # fmt: skip


def for_review(bill: Bill) -> Bill:
    """A bill that waits for its run to be released, unless it waits for a reason of its own."""
    return replace(bill, held_for=bill.held_for or REVIEW)


def check_release(review: Review, by: str, policy: CorrectionPolicy) -> None:
    """Raises RunNotFinished, RunAlreadyReleased, RunReleasedByAnother."""
    if not review.finished:
        raise RunNotFinished(field="job_id", job_id=review.job_id)
    if review.released:
        raise RunAlreadyReleased(field="job_id", job_id=review.job_id)
    check_releasers([review], by, policy)


def check_releasers(reviews: Collection[Review], by: str, policy: CorrectionPolicy) -> None:
    """Raises RunReleasedByAnother: one bill of a run is released by whoever may release the run."""
    if policy.run_released_by == "another_person" and any(review.asked_by == by for review in reviews):
        raise RunReleasedByAnother(field="released_by", asked_by=by)


def check_holdable(bill_id: BillId, waiting: Waiting | None) -> None:
    """Raises BillNotHeld, BillHeldAlready."""
    if waiting is None or waiting.head.state != "held" or waiting.held_for != REVIEW:
        raise BillNotHeld(field="bill_id", bill_id=bill_id)
    if waiting.held_out:
        raise BillHeldAlready(field="bill_id", bill_id=bill_id)
