"""What people ask of meter tests."""

from services.billing import views
from services.billing.api.readings import READ_READINGS
from services.billing.views import Finding, MeterTestView
from shared.http import Door, Page, PageQuery, ReadTx
from shared.ids import AccountId

door = Door()


@door.get("/meter-tests", needs=READ_READINGS)
async def list_meter_tests(
    tx: ReadTx, page: PageQuery, account_id: AccountId | None = None, finding: Finding | None = None
) -> Page[MeterTestView]:
    """Tests of meters, what was found, and what is to be given back of which bill; newest first."""
    return await views.list_meter_tests(tx, page, account_id, finding)
