"""What people ask of readings."""

from services.billing import commands, views
from services.billing.commands import (
    NewAcceptance,
    NewCorrection,
    NewEstimates,
    NewReadings,
    NewResolutions,
    ReadingsResolved,
    ReadingsTaken,
    ReadingTaken,
)
from services.billing.views import Flag, ReadingExceptionView, ReadingHistory, ReadingState, ReadingView
from shared.auth import Role, permission
from shared.http import Door, Page, PageQuery, ReadTx, WriteTx
from shared.ids import AccountId, AgreementId, ReadingId

door = Door()

READ_READINGS = permission(
    "readings.read", Role.CSR, Role.SENIOR, Role.SUPERVISOR, Role.CASHIER, Role.BILLING, Role.FIELD, Role.SERVICE
)
TAKE_READINGS = permission(
    "readings.take", Role.CSR, Role.SENIOR, Role.SUPERVISOR, Role.BILLING, Role.FIELD, Role.SERVICE
)
REVIEW_READINGS = permission("readings.review", Role.SENIOR, Role.SUPERVISOR, Role.BILLING)


@door.post("/readings", needs=TAKE_READINGS, status_code=201)
async def post_readings(tx: WriteTx, body: NewReadings) -> ReadingsTaken:
    """Take readings; of several, those that are refused are named and do not harm the others."""
    return await commands.take_readings(tx, body.readings)


@door.post("/readings/estimates", needs=REVIEW_READINGS, status_code=201)
async def post_estimates(tx: WriteTx, body: NewEstimates) -> ReadingsTaken:
    """Guess what meters show that nobody could read: the usual use a day times the days since the last reading."""
    return await commands.estimate_readings(tx, body)


@door.get("/reading-exceptions", needs=READ_READINGS)
async def list_reading_exceptions(
    tx: ReadTx, page: PageQuery, flag: Flag | None = None, cycle: str | None = None,
    account_id: AccountId | None = None,
) -> Page[ReadingExceptionView]:  # fmt: skip
    """Readings that wait for a person: why, beside which usual use, and a year's use as bars; oldest first."""
    return await views.list_reading_exceptions(tx, page, flag=flag, cycle=cycle, account_id=account_id)


@door.post("/reading-exceptions/resolutions", needs=REVIEW_READINGS, status_code=201)
async def post_resolutions(tx: WriteTx, body: NewResolutions) -> ReadingsResolved:
    """Accept, correct, estimate, or have read again: one or many; what is refused does not harm the others."""
    return await commands.resolve_readings(tx, body.resolutions)


@door.get("/readings", needs=READ_READINGS)
async def list_readings(
    tx: ReadTx, page: PageQuery, account_id: AccountId | None = None, agreement_id: AgreementId | None = None,
    state: ReadingState | None = None,
) -> Page[ReadingView]:  # fmt: skip
    """Readings of an account or an agreement, or those that wait for a person (`state=flagged`); newest first."""
    return await views.list_readings(tx, page, account_id=account_id, agreement_id=agreement_id, state=state)


@door.get("/readings/{reading_id}", needs=READ_READINGS)
async def get_reading(tx: ReadTx, reading_id: ReadingId) -> ReadingHistory:
    """One reading, how it was judged, and the whole chain of those that stood in its place."""
    return await views.find_reading(tx, reading_id)


@door.post("/readings/{reading_id}/acceptance", needs=REVIEW_READINGS, status_code=201)
async def post_acceptance(tx: WriteTx, reading_id: ReadingId, body: NewAcceptance) -> ReadingTaken:
    """Accept a reading that stands out, with a reason."""
    return await commands.accept_reading(tx, reading_id, body)


@door.post("/readings/{reading_id}/correction", needs=REVIEW_READINGS, status_code=201)
async def post_correction(tx: WriteTx, reading_id: ReadingId, body: NewCorrection) -> ReadingTaken:
    """Put a right reading in the place of a wrong one, which stays on record."""
    return await commands.correct_reading(tx, reading_id, body)
