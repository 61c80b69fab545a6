"""What people ask of adjustments: named forms, approved by another person above an amount."""

from services.billing import commands, views
from services.billing.commands import AdjustmentDecided, NewAdjustment, NewDecision
from services.billing.views import AdjustmentForm, AdjustmentSummary, AdjustmentView, CorrectionState
from shared.auth import Role, permission
from shared.http import Door, Page, PageQuery, ReadTx, WriteTx
from shared.ids import AccountId, AdjustmentId, BillId

door = Door()

PROPOSE_ADJUSTMENTS = permission("adjustments.propose", Role.CSR, Role.SENIOR, Role.SUPERVISOR, Role.BILLING)
APPROVE_ADJUSTMENTS = permission("adjustments.approve", Role.SUPERVISOR)
READ_ADJUSTMENTS = permission("adjustments.read", Role.CSR, Role.SENIOR, Role.SUPERVISOR, Role.BILLING)


@door.post("/adjustments", needs=PROPOSE_ADJUSTMENTS, status_code=201, idempotent=True)
async def post_adjustment(tx: WriteTx, body: NewAdjustment) -> AdjustmentDecided:
    """Adjust what an account owes, on a named form; above an amount it waits for another person's approval."""
    return await commands.propose_adjustment(tx, body)


@door.post("/adjustments/{adjustment_id}/approval", needs=APPROVE_ADJUSTMENTS, status_code=201, idempotent=True)
async def post_adjustment_approval(tx: WriteTx, adjustment_id: AdjustmentId, body: NewDecision) -> AdjustmentDecided:
    """Post what a colleague proposed; never one's own."""
    return await commands.approve_adjustment(tx, adjustment_id, body)


@door.post("/adjustments/{adjustment_id}/refusal", needs=APPROVE_ADJUSTMENTS, status_code=201, idempotent=True)
async def post_adjustment_refusal(tx: WriteTx, adjustment_id: AdjustmentId, body: NewDecision) -> AdjustmentDecided:
    """Leave the ledger as it is."""
    return await commands.refuse_adjustment(tx, adjustment_id, body)


@door.get("/adjustments", needs=READ_ADJUSTMENTS)
async def list_adjustments(
    tx: ReadTx, page: PageQuery, *, state: CorrectionState | None = None, account_id: AccountId | None = None,
    bill_id: BillId | None = None, form: AdjustmentForm | None = None,
) -> Page[AdjustmentSummary]:  # fmt: skip
    """Adjustments, newest first; `state=proposed` are those that wait for approval."""
    return await views.list_adjustments(tx, page, state=state, account_id=account_id, bill_id=bill_id, form=form)


@door.get("/adjustments/{adjustment_id}", needs=READ_ADJUSTMENTS)
async def get_adjustment(tx: ReadTx, adjustment_id: AdjustmentId) -> AdjustmentView:
    """One adjustment, and what it changed on the ledger."""
    return await views.find_adjustment(tx, adjustment_id)
