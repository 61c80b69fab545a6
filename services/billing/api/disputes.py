"""What people ask of disputes: hold the disputed part of a bill, and decide."""

from services.billing import commands, views
from services.billing.commands import DisputeAnswer, NewDispute, NewDisputeDecision
from services.billing.views import DisputeState, DisputeView
from shared.auth import Role, permission
from shared.http import Door, Page, PageQuery, ReadTx, WriteTx
from shared.ids import AccountId, BillId, DisputeId

door = Door()

OPEN_DISPUTES = permission("disputes.open", Role.CSR, Role.SENIOR, Role.SUPERVISOR, Role.BILLING)
READ_DISPUTES = permission("disputes.read", Role.CSR, Role.SENIOR, Role.SUPERVISOR, Role.BILLING)
DECIDE_DISPUTES = permission("disputes.decide", Role.SENIOR, Role.SUPERVISOR, Role.BILLING)


@door.post("/bills/{bill_id}/dispute", needs=OPEN_DISPUTES, status_code=201, idempotent=True)
async def post_dispute(tx: WriteTx, bill_id: BillId, body: NewDispute) -> DisputeAnswer:
    """Hold a part of a bill that the customer questions; the rest stays owed as it was."""
    return await commands.open_dispute(tx, bill_id, body)


@door.post("/disputes/{dispute_id}/decision", needs=DECIDE_DISPUTES, status_code=201, idempotent=True)
async def post_dispute_decision(tx: WriteTx, dispute_id: DisputeId, body: NewDisputeDecision) -> DisputeAnswer:
    """Uphold the bill with a new due date, end the dispute with an adjustment, or note that it was given up."""
    return await commands.decide_dispute(tx, dispute_id, body)


@door.get("/disputes", needs=READ_DISPUTES)
async def list_disputes(
    tx: ReadTx, page: PageQuery, state: DisputeState | None = None, account_id: AccountId | None = None,
    bill_id: BillId | None = None,
) -> Page[DisputeView]:  # fmt: skip
    """Disputes, newest first; `state=open` are those that wait for a decision."""
    return await views.list_disputes(tx, page, state=state, account_id=account_id, bill_id=bill_id)


@door.get("/disputes/{dispute_id}", needs=READ_DISPUTES)
async def get_dispute(tx: ReadTx, dispute_id: DisputeId) -> DisputeView:
    """One dispute, and how it ended."""
    return await views.find_dispute(tx, dispute_id)
