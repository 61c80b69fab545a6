"""What time ends: applications that nobody answered, and licenses whose term is over."""

from collections.abc import Callable, Collection
from datetime import date
from uuid import UUID

from services.licensing import store
from services.licensing.commands.keeping import keep
from services.licensing.domain import applications as desk
from services.licensing.domain import issuing
from services.licensing.domain.applications import Application
from services.licensing.domain.steps import Step
from shared.postgres import Tx


async def abandon_applications(tx: Tx, application_ids: Collection[UUID]) -> None:
    """Close applications whose corrections did not come by the day they were asked for."""
    await _lapse(tx, application_ids, desk.abandon, "abandoned")


async def expire_licenses(tx: Tx, license_ids: Collection[UUID]) -> None:
    """End licenses whose last day is past."""
    await _lapse(tx, await store.find_licensed(tx, license_ids), issuing.expire, "expired")


async def _lapse(
    tx: Tx, application_ids: Collection[UUID], end: Callable[[Application, date], Application], action: str
) -> None:
    files = await store.lock_applications(tx, application_ids)
    steps = [Step(one, end(one, tx.today), action) for one in files.values()]
    await keep(tx, [step for step in steps if step.after is not step.before])
