"""What people ask of the ledger, and of how far a debt has gone."""

from services.billing import views
from services.billing.views import Balance, DelinquencyView, PostingView, TrialBalance
from shared.auth import Role, permission
from shared.events.fields import Day
from shared.http import Door, Page, PageQuery, ReadTx
from shared.ids import AccountId

door = Door()

READ_BALANCES = permission(
    "balances.read", Role.CSR, Role.SENIOR, Role.SUPERVISOR, Role.CASHIER, Role.BILLING, Role.SERVICE
)
READ_TRIAL_BALANCE = permission("trial-balance.read", Role.SUPERVISOR, Role.BILLING)


@door.get("/accounts/{account_id}/balance", needs=READ_BALANCES)
async def get_balance(tx: ReadTx, account_id: AccountId, as_of: Day | None = None) -> Balance:
    """What an account owes now, or owed at the end of a past day, and why."""
    return await views.find_balance(tx, account_id, as_of)


@door.get("/accounts/{account_id}/postings", needs=READ_BALANCES)
async def list_postings(tx: ReadTx, page: PageQuery, account_id: AccountId) -> Page[PostingView]:
    """Everything that moved an account's balance, newest first, and where each payment went."""
    return await views.list_postings(tx, account_id, page)


@door.get("/accounts/{account_id}/delinquency", needs=READ_BALANCES)
async def get_delinquency(tx: ReadTx, account_id: AccountId) -> DelinquencyView:
    """How far an unpaid debt has gone, and what the clock does next."""
    return await views.find_delinquency(tx, account_id)


@door.get("/trial-balance", needs=READ_TRIAL_BALANCE)
async def get_trial_balance(tx: ReadTx, through: Day | None = None) -> TrialBalance:
    """Debits equal credits, and the accounts together equal the control account."""
    return await views.find_trial_balance(tx, through)
