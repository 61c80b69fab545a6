"""What people tell of demand registers."""

from services.billing import commands
from services.billing.commands import NewDemand
from shared.auth import Role, permission
from shared.http import Door, WriteTx

door = Door()

ENTER_DEMANDS = permission("demands.enter", Role.BILLING, Role.SERVICE)


@door.post("/demands", needs=ENTER_DEMANDS, status_code=201)
async def post_demand(tx: WriteTx, body: NewDemand) -> NewDemand:
    """Enter what a demand register showed when it was read and set back; it is never estimated."""
    return await commands.keep_demand(tx, body)
