"""What people ask when a customer says that a bill is too high."""

from services.billing import views
from services.billing.api.bills import READ_BILLS
from services.billing.views import BillReview
from shared.http import Door, ReadTx
from shared.ids import BillId

door = Door()


@door.get("/bills/{bill_id}/review", needs=READ_BILLS)
async def get_bill_review(tx: ReadTx, bill_id: BillId) -> BillReview:
    """A bill beside the same period last year: each reason weighed with its evidence and amount, and what to do."""
    return await views.find_bill_review(tx, bill_id)
