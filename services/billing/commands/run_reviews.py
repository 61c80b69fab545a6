"""Release a run that was looked at, as a job in chunks; or hold single bills out of it."""

from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.billing import store
from services.billing.commands.bills import CHUNK_MAX, issue_bills
from services.billing.domain.bills import BillUnknown, due_on
from services.billing.domain.run_reviews import RunNotForReview, check_holdable, check_release
from shared import jobs, outbox
from shared.calendar import new_jersey
from shared.events.fields import Sentence
from shared.ids import BillId, JobId
from shared.jobs import Chunk, Job
from shared.postgres import Tx

RUN_RELEASE = "bill_run_release"


class NewHold(BaseModel):
    """Why a bill is not to go out with its run."""

    model_config = ConfigDict(extra="forbid")

    why: Sentence


class BillHeldOut(BaseModel):
    """A bill that stays behind when its run is released; it is then released, or cancelled, by itself."""

    bill_id: BillId
    why: str


class RunReleased(BaseModel):
    """A release that was begun; watch it at `/v1/jobs/{job_id}`."""

    job_id: JobId
    bills_count: int = Field(description="Bills that wait; those that are held for a reason stay behind.")


class _Release(BaseModel):
    run_id: JobId
    released_by: str


async def release_run(tx: Tx, job_id: JobId) -> RunReleased:
    """Release a run that was looked at: its bills are issued in chunks.

    Raises RunNotForReview, RunNotFinished, RunAlreadyReleased, RunReleasedByAnother.
    """
    review = await store.lock_run_review(tx, job_id)
    if review is None:
        raise RunNotForReview(field="job_id", job_id=job_id)
    check_release(review, tx.actor.subject, (await store.find_policy(tx, tx.today)).corrections)
    total = await store.find_waiting_count(tx, job_id)
    parameters = _Release(run_id=job_id, released_by=tx.actor.subject).model_dump(mode="json")
    release_job_id = await jobs.start(tx, RUN_RELEASE, parameters, total)
    await store.save_run_released(tx, job_id, release_job_id)
    await tx.audit(job_id, "bill_run.released", after={"bills_count": total})
    return RunReleased(job_id=release_job_id, bills_count=total)


async def run_release_chunk(tx: Tx, job: Job) -> Chunk:
    """Issue the next bills of a released run; of those that stay behind, the desk is told."""
    release = _Release.model_validate(job.parameters)
    after = UUID(job.cursor) if job.cursor else UUID(int=0)
    waiting = await store.lock_waiting_of_run(tx, release.run_id, after, CHUNK_MAX)
    policy = await store.find_policy(tx, tx.today)
    due = due_on(tx.today, policy, new_jersey(tx.zone))
    going = [one.head for one in waiting if one.goes_out]
    await store.save_issued(tx, [head.bill_id for head in going], tx.today, due, release.released_by)
    await outbox.put(tx, *(one.held for one in waiting if not one.goes_out))
    await issue_bills(tx, going, due, policy)
    last = max((one.head.bill_id for one in waiting), default=after)
    return Chunk(str(last), len(waiting), finished=len(waiting) < CHUNK_MAX)


async def hold_bill(tx: Tx, bill_id: BillId, hold: NewHold) -> BillHeldOut:
    """Hold one bill out of a run that waits for review. Raises BillUnknown, BillNotHeld, BillHeldAlready."""
    if bill_id not in await store.lock_bills(tx, [bill_id]):
        raise BillUnknown(field="bill_id", bill_id=bill_id)
    waiting = next(iter(await store.lock_waiting(tx, [bill_id])), None)
    check_holdable(bill_id, waiting)
    await store.insert_hold(tx, bill_id, hold.why)
    await tx.audit(bill_id, "bill.held", why=hold.why)
    return BillHeldOut(bill_id=bill_id, why=hold.why)
