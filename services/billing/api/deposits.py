"""What people ask of deposits: keep a payment as one, and see what it earned."""

from services.billing import commands, views
from services.billing.api.ledger import READ_BALANCES
from services.billing.commands import DepositReceived, NewDepositReceipt
from services.billing.views import DepositView
from shared.auth import Role, permission
from shared.http import Door, Page, PageQuery, ReadTx, WriteTx
from shared.ids import AccountId, DepositId

door = Door()

RECEIVE_DEPOSITS = permission(
    "deposits.receive", Role.CSR, Role.SENIOR, Role.SUPERVISOR, Role.CASHIER, Role.BILLING
)  # fmt: skip


@door.post("/deposits/{deposit_id}/receipt", needs=RECEIVE_DEPOSITS, status_code=201, idempotent=True)
async def post_deposit_receipt(tx: WriteTx, deposit_id: DepositId, body: NewDepositReceipt) -> DepositReceived:
    """Keep a payment on the account as the deposit that was asked for; what it had paid meanwhile is open again."""
    return await commands.receive_deposit(tx, deposit_id, body)


@door.get("/accounts/{account_id}/deposits", needs=READ_BALANCES)
async def list_deposits(tx: ReadTx, page: PageQuery, account_id: AccountId) -> Page[DepositView]:
    """An account's deposits, newest first: what was asked, what is kept, and its interest line by line."""
    return await views.list_deposits(tx, page, account_id)
