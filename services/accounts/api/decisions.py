"""Before a service starts: what is decided about old debt and about a deposit, and further services of an account."""

from services.accounts import commands, views
from services.accounts.api.roles import DESK
from services.accounts.commands.forms import DebtDecisionForm, DepositDecisionForm, ServiceForm
from services.accounts.views import AccountView, DecisionsView
from shared.auth import Role, permission
from shared.http import Door, IfMatch, ReadTx, WriteTx
from shared.ids import AccountId

door = Door()

READ_DECISIONS = permission("accounts.read-decisions", *DESK, Role.BILLING)
DECIDE_STARTS = permission("accounts.decide-start", *DESK)
ADD_SERVICES = permission("accounts.add-service", *DESK)


@door.post("/accounts/{account_id}/debt-decisions", needs=DECIDE_STARTS, status_code=201, idempotent=True)
async def post_debt_decision(tx: WriteTx, account_id: AccountId, body: DebtDecisionForm) -> DecisionsView:
    """Record what was decided about an applicant's own old debt; one that is refused keeps the service off."""
    await commands.decide_debts(tx, {account_id: body})
    return await views.find_decisions(tx, account_id)


@door.post("/accounts/{account_id}/deposit-decisions", needs=DECIDE_STARTS, status_code=201, idempotent=True)
async def post_deposit_decision(tx: WriteTx, account_id: AccountId, body: DepositDecisionForm) -> DecisionsView:
    """Record whether a deposit is asked for, and how much."""
    await commands.decide_deposits(tx, {account_id: body})
    return await views.find_decisions(tx, account_id)


@door.get("/accounts/{account_id}/decisions", needs=READ_DECISIONS)
async def list_decisions(tx: ReadTx, account_id: AccountId) -> DecisionsView:
    """All that was decided before services of the account started, the first one first."""
    return await views.find_decisions(tx, account_id)


@door.post("/accounts/{account_id}/services", needs=ADD_SERVICES, status_code=201, idempotent=True)
async def post_service(tx: WriteTx, account_id: AccountId, body: ServiceForm, expected: IfMatch) -> AccountView:
    """Add a service at the account's premise: taken over as it runs, or to be turned on by an order."""
    await commands.add_services(tx, {account_id: body}, {account_id: expected})
    return await views.find_account(tx, account_id)
