"""The last beats of every step: keep what it changed, set or take away the clocks it needs, tell what it means."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from services.licensing import store
from services.licensing.domain.applications import Application, ApplicationUnknown, State
from services.licensing.domain.steps import Step, facts_of
from shared import deadlines, outbox
from shared.deadlines import Deadline
from shared.errors import Stale
from shared.ids import ApplicationId
from shared.postgres import Tx

ABANDONMENT, EXPIRY = "abandonment", "expiry"

Versions = Mapping[ApplicationId, int]
"""The version that a person saw of each application, where she said so."""


async def lock_known(
    tx: Tx, application_ids: Collection[ApplicationId], versions: Versions | None = None
) -> dict[ApplicationId, Application]:
    """These applications, locked. Raises ApplicationUnknown, and Stale where one is not as it was seen."""
    found = await store.lock_applications(tx, application_ids)
    for application_id in application_ids:
        if application_id not in found:
            raise ApplicationUnknown(field="application_id", application_id=application_id)
    for application_id, version in (versions or {}).items():
        if found[application_id].version != version:
            raise Stale(field="If-Match", version=found[application_id].version, seen=version)
    return {ApplicationId(key): application for key, application in found.items()}


async def keep(tx: Tx, steps: Sequence[Step]) -> None:
    """Keep these steps, one an application, with their clocks, and tell them."""
    await store.save_steps(tx, steps)
    await deadlines.put(tx, *_clocks(tx, steps))
    await deadlines.remove(tx, ABANDONMENT, _answered(steps))
    await outbox.put(tx, *facts_of(steps, tx.now))


def _clocks(tx: Tx, steps: Sequence[Step]) -> Iterator[Deadline]:
    for step in steps:
        one = step.after
        if one.respond_by is not None and step.came_to is State.CORRECTIONS_REQUESTED:
            yield Deadline(ABANDONMENT, one.application_id, _end_of(tx, one.respond_by))
        if one.license is not None and step.license_before is None:
            yield Deadline(EXPIRY, one.license.license_id, _end_of(tx, one.license.term.expires_on))


def _answered(steps: Sequence[Step]) -> list[UUID]:
    return [
        step.after.application_id
        for step in steps
        if step.before is not None and step.before.respond_by is not None and step.after.respond_by is None
    ]


def _end_of(tx: Tx, day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), tx.zone).astimezone(UTC)
