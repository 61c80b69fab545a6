"""What the rates of a service go by from a day on, and the history of it."""

from services.accounts import commands, views
from services.accounts.api.changes import CHANGE_ACCOUNTS, READ_CHANGES
from services.accounts.commands.forms import RateChangeForm
from services.accounts.views import RateHistory
from shared.http import Door, IfMatch, ReadTx, WriteTx
from shared.ids import AgreementId

door = Door()


@door.post("/agreements/{agreement_id}/rate-changes", needs=CHANGE_ACCOUNTS, status_code=201, idempotent=True)
async def post_rate_change(
    tx: WriteTx, agreement_id: AgreementId, body: RateChangeForm, expected: IfMatch
) -> RateHistory:
    """Record another class, number of households or set of discounts from a day on, with its reason and evidence.

    A bill goes by what holds on the last day of its period; bills that were issued stay as they are.
    """
    await commands.change_rates(tx, {agreement_id: body}, {agreement_id: expected})
    return await views.find_rate_history(tx, agreement_id)


@door.get("/agreements/{agreement_id}/rate-changes", needs=READ_CHANGES)
async def list_rate_changes(tx: ReadTx, agreement_id: AgreementId) -> RateHistory:
    """What the rates of a service go by now, and all changes of it, with their evidence."""
    return await views.find_rate_history(tx, agreement_id)
