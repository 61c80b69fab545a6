"""What people ask when a customer says that a bill is too high, and what they start from the review."""

from services.billing import commands, views
from services.billing.api.adjustments import PROPOSE_ADJUSTMENTS
from services.billing.api.bills import READ_BILLS
from services.billing.api.letters import DRAW_UP_LETTERS
from services.billing.commands import (
    AdjustmentDecided,
    LetterAnswer,
    NewReviewAdjustment,
    NewReviewLetter,
    NewReviewOrder,
    ReviewOrderAsked,
)
from services.billing.views import BillReview
from shared.auth import Role, permission
from shared.http import Door, ReadTx, WriteTx
from shared.ids import BillId

door = Door()

ORDER_FROM_REVIEWS = permission("reviews.order", Role.CSR, Role.SENIOR, Role.SUPERVISOR, Role.BILLING)


@door.get("/bills/{bill_id}/review", needs=READ_BILLS)
async def get_bill_review(tx: ReadTx, bill_id: BillId) -> BillReview:
    """A bill beside the same period last year: each reason weighed, what to do, and what was started already."""
    return await views.find_bill_review(tx, bill_id)


@door.post("/bills/{bill_id}/review/orders", needs=ORDER_FROM_REVIEWS, status_code=201, idempotent=True)
async def post_review_order(tx: WriteTx, bill_id: BillId, body: NewReviewOrder) -> ReviewOrderAsked:
    """Have the meter read again, the home checked for a leak, or the meter tested: accounts sends the crew."""
    return await commands.order_from_review(tx, bill_id, body)


@door.post("/bills/{bill_id}/review/adjustments", needs=PROPOSE_ADJUSTMENTS, status_code=201, idempotent=True)
async def post_review_adjustment(tx: WriteTx, bill_id: BillId, body: NewReviewAdjustment) -> AdjustmentDecided:
    """Propose an adjustment, its form, cause and amounts filled in from the review where they are not given."""
    return await commands.adjust_from_review(tx, bill_id, body)


@door.post("/bills/{bill_id}/review/letters", needs=DRAW_UP_LETTERS, status_code=201, idempotent=True)
async def post_review_letter(tx: WriteTx, bill_id: BillId, body: NewReviewLetter) -> LetterAnswer:
    """Draw up the letter that tells the customer what was found."""
    return await commands.write_from_review(tx, bill_id, body)
