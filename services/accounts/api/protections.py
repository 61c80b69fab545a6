"""Who may not be shut off, and where a crew takes care. Why is restricted, and each reading of it is on the record."""

from uuid import UUID

from services.accounts import commands, views
from services.accounts.api.roles import DESK
from services.accounts.commands.forms import EndForm, ProtectionForm, SafetyFlagForm
from services.accounts.views import FlagSet, FlagsView, MeasuresView, ProtectionSet, ProtectionsView
from shared.auth import Role, permission
from shared.http import Door, ReadTx, WriteTx
from shared.ids import AccountId, ProtectionId

door = Door()

PROTECT = permission("protections.record", *DESK)
READ_PROTECTIONS = permission("protections.read", Role.SENIOR, Role.SUPERVISOR)
END_PROTECTIONS = permission("protections.end", Role.SENIOR, Role.SUPERVISOR)
SET_SAFETY_FLAGS = permission("safety-flags.set", Role.SUPERVISOR)
READ_SAFETY_FLAGS = permission("safety-flags.read", Role.SUPERVISOR)
READ_MEASURES = permission("safety-measures.read", *DESK, Role.CASHIER, Role.FIELD)


@door.post("/accounts/{account_id}/protections", needs=PROTECT, status_code=201, idempotent=True)
async def post_protection(tx: WriteTx, account_id: AccountId, body: ProtectionForm) -> ProtectionSet:
    """Record that a customer may not be shut off; a shut-off under way comes back. Everybody sees until when."""
    return ProtectionSet(protection_id=await commands.protect(tx, account_id, body))


@door.get("/accounts/{account_id}/protections", needs=READ_PROTECTIONS, recorded=True)
async def list_protections(tx: ReadTx, account_id: AccountId) -> ProtectionsView:
    """All protections of an account with their kind and evidence. Restricted."""
    return await views.find_protections(tx, account_id)


@door.post("/protections/{protection_id}/end", needs=END_PROTECTIONS, status_code=204)
async def post_protection_end(tx: WriteTx, protection_id: ProtectionId, body: EndForm) -> None:
    """End a protection before its time."""
    await commands.end_protection(tx, protection_id, body)


@door.post("/accounts/{account_id}/safety-flags", needs=SET_SAFETY_FLAGS, status_code=201, idempotent=True)
async def post_safety_flag(tx: WriteTx, account_id: AccountId, body: SafetyFlagForm) -> FlagSet:
    """Warn whoever visits: the facts, the measures, and the day on which it lapses by itself."""
    return FlagSet(flag_id=await commands.set_flag(tx, account_id, body))


@door.get("/accounts/{account_id}/safety-flags", needs=READ_SAFETY_FLAGS, recorded=True)
async def list_safety_flags(tx: ReadTx, account_id: AccountId) -> FlagsView:
    """All safety flags of an account with their facts. Restricted."""
    return await views.find_flags(tx, account_id)


@door.post("/accounts/{account_id}/safety-flags/{flag_id}/end", needs=SET_SAFETY_FLAGS, status_code=204)
async def post_safety_flag_end(tx: WriteTx, account_id: AccountId, flag_id: UUID, body: EndForm) -> None:
    """Lift a safety flag before its review date."""
    await commands.lift_flag(tx, account_id, flag_id, body)


@door.get("/accounts/{account_id}/safety-measures", needs=READ_MEASURES)
async def get_safety_measures(tx: ReadTx, account_id: AccountId) -> MeasuresView:
    """What to take care of at an account, without the facts."""
    return await views.find_measures(tx, account_id)
