"""What people ask of refunds: credit that one person proposes to pay out and another approves."""

from services.billing import commands, views
from services.billing.commands import NewDecision, NewRefund, RefundDecided
from services.billing.views import RefundState, RefundView
from shared.auth import Role, permission
from shared.http import Door, Page, PageQuery, ReadTx, WriteTx
from shared.ids import AccountId, RefundId

door = Door()

_DESK = (Role.CSR, Role.SENIOR, Role.SUPERVISOR, Role.BILLING)
PROPOSE_REFUNDS = permission("refunds.propose", *_DESK)
APPROVE_REFUNDS = permission("refunds.approve", Role.SUPERVISOR)
READ_REFUNDS = permission("refunds.read", *_DESK, Role.CASHIER)


@door.post("/accounts/{account_id}/refunds", needs=PROPOSE_REFUNDS, status_code=201, idempotent=True)
async def post_refund(tx: WriteTx, account_id: AccountId, body: NewRefund) -> RefundDecided:
    """Propose to pay credit on account out to its holder; it waits for another person's approval."""
    return await commands.propose_refund(tx, account_id, body)


@door.post("/refunds/{refund_id}/approval", needs=APPROVE_REFUNDS, status_code=201, idempotent=True)
async def post_refund_approval(tx: WriteTx, refund_id: RefundId, body: NewDecision) -> RefundDecided:
    """Take the credit off the account and have it paid out; never what oneself proposed."""
    return await commands.approve_refund(tx, refund_id, body)


@door.post("/refunds/{refund_id}/refusal", needs=APPROVE_REFUNDS, status_code=201, idempotent=True)
async def post_refund_refusal(tx: WriteTx, refund_id: RefundId, body: NewDecision) -> RefundDecided:
    """Leave the credit on the account."""
    return await commands.refuse_refund(tx, refund_id, body)


@door.get("/refunds", needs=READ_REFUNDS)
async def list_refunds(
    tx: ReadTx, page: PageQuery, *, state: RefundState | None = None, account_id: AccountId | None = None
) -> Page[RefundView]:
    """Refunds, newest first; `state=proposed` are those that wait for approval."""
    return await views.list_refunds(tx, page, state, account_id)


@door.get("/refunds/{refund_id}", needs=READ_REFUNDS)
async def get_refund(tx: ReadTx, refund_id: RefundId) -> RefundView:
    """One refund, and what became of it."""
    return await views.find_refund(tx, refund_id)
