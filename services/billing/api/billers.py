"""What people ask of who bills: the facts that stand on every bill."""

from services.billing import commands, views
from services.billing.commands import NewBiller
from services.billing.views import BillerView
from shared.auth import Role, permission
from shared.http import Door, Page, PageQuery, ReadTx, WriteTx

door = Door()

READ_BILLERS = permission(
    "billers.read", Role.CSR, Role.SENIOR, Role.SUPERVISOR, Role.CASHIER, Role.BILLING, Role.SERVICE
)
SET_BILLERS = permission("billers.set", Role.SUPERVISOR)


@door.post("/billers", needs=SET_BILLERS, status_code=201)
async def post_biller(tx: WriteTx, body: NewBiller) -> NewBiller:
    """Set the name, addresses, hours and ways to pay that stand on bills, from a day on."""
    return await commands.set_biller(tx, body)


@door.get("/billers", needs=READ_BILLERS)
async def list_billers(tx: ReadTx, page: PageQuery) -> Page[BillerView]:
    """What stands on bills of who bills, and from which day on; newest first."""
    return await views.list_billers(tx, page)
