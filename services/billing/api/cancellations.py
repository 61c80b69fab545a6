"""What people ask to put a wrong bill right: cancel it, with another person's approval, and bill anew."""

from services.billing import commands, views
from services.billing.commands import CancellationDecided, NewCancellation, NewDecision, Rebilled
from services.billing.views import CancellationSummary, CancellationView, CorrectionState
from shared.auth import Role, permission
from shared.http import Door, Page, PageQuery, ReadTx, WriteTx
from shared.ids import AccountId, BillId, CancellationId

door = Door()

CANCEL_BILLS = permission("bills.cancel", Role.SENIOR, Role.SUPERVISOR, Role.BILLING)
APPROVE_CANCELLATIONS = permission("cancellations.approve", Role.SUPERVISOR)
READ_CANCELLATIONS = permission("cancellations.read", Role.CSR, Role.SENIOR, Role.SUPERVISOR, Role.BILLING)


@door.post("/bills/{bill_id}/cancellation", needs=CANCEL_BILLS, status_code=201, idempotent=True)
async def post_cancellation(tx: WriteTx, bill_id: BillId, body: NewCancellation) -> CancellationDecided:
    """Cancel a bill, or propose it where another person must agree; a held bill needs nobody."""
    return await commands.cancel_bill(tx, bill_id, body)


@door.post("/cancellations/{cancellation_id}/approval", needs=APPROVE_CANCELLATIONS, status_code=201, idempotent=True)
async def post_cancellation_approval(
    tx: WriteTx, cancellation_id: CancellationId, body: NewDecision
) -> CancellationDecided:
    """Carry out a cancellation that a colleague proposed; never one's own."""
    return await commands.approve_cancellation(tx, cancellation_id, body)


@door.post("/cancellations/{cancellation_id}/refusal", needs=APPROVE_CANCELLATIONS, status_code=201, idempotent=True)
async def post_cancellation_refusal(
    tx: WriteTx, cancellation_id: CancellationId, body: NewDecision
) -> CancellationDecided:
    """Leave the bill as it is."""
    return await commands.refuse_cancellation(tx, cancellation_id, body)


@door.post("/bills/{bill_id}/rebill", needs=CANCEL_BILLS, status_code=201, idempotent=True)
async def post_rebill(tx: WriteTx, bill_id: BillId) -> Rebilled:
    """Bill a cancelled bill's period anew, from the readings and the tariff as they stand now; twice makes one."""
    return await commands.rebill(tx, bill_id)


@door.get("/cancellations", needs=READ_CANCELLATIONS)
async def list_cancellations(
    tx: ReadTx, page: PageQuery, state: CorrectionState | None = None, account_id: AccountId | None = None,
    bill_id: BillId | None = None,
) -> Page[CancellationSummary]:  # fmt: skip
    """Cancellations, newest first; `state=proposed` are those that wait for approval."""
    return await views.list_cancellations(tx, page, state=state, account_id=account_id, bill_id=bill_id)


@door.get("/cancellations/{cancellation_id}", needs=READ_CANCELLATIONS)
async def get_cancellation(tx: ReadTx, cancellation_id: CancellationId) -> CancellationView:
    """One cancellation, and what it did on the ledger."""
    return await views.find_cancellation(tx, cancellation_id)
