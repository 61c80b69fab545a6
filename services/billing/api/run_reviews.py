"""What people ask of a run before its bills go out."""

from services.billing import commands, views
from services.billing.api.bills import READ_BILLS, RELEASE_BILLS
from services.billing.commands import BillHeldOut, NewHold, RunReleased
from services.billing.views import RunReview
from shared.http import Door, ReadTx, WriteTx
from shared.ids import BillId, JobId

door = Door()


@door.get("/bill-runs/{job_id}/review", needs=READ_BILLS)
async def get_run_review(tx: ReadTx, job_id: JobId) -> RunReview:
    """A run for review: totals, by rate code, what stands out, what is held and what could not be billed."""
    return await views.find_run_review(tx, job_id)


@door.post("/bill-runs/{job_id}/release", needs=RELEASE_BILLS, status_code=202, idempotent=True)
async def post_run_release(tx: WriteTx, job_id: JobId) -> RunReleased:
    """Issue the bills of a run that was looked at, as a job; by another person than who ran it, if policy says so."""
    return await commands.release_run(tx, job_id)


@door.post("/bills/{bill_id}/hold", needs=RELEASE_BILLS, status_code=201, idempotent=True)
async def post_hold(tx: WriteTx, bill_id: BillId, body: NewHold) -> BillHeldOut:
    """Hold one bill out of its run; it stays behind when the run is released."""
    return await commands.hold_bill(tx, bill_id, body)
