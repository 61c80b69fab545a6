"""A license is amended: the holder has another name, as accounts told it or as somebody at the desk saw it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.licensing import store
from services.licensing.commands.keeping import keep
from services.licensing.domain import amending
from services.licensing.domain.amendments import Amendment
from services.licensing.domain.applications import Application
from services.licensing.domain.licenses import LicenseUnknown
from services.licensing.domain.steps import Step
from shared.errors import Stale
from shared.events.accounts import HolderNameChanged
from shared.events.fields import Day, Line
from shared.ids import LicenseId, new_id
from shared.postgres import Tx


class NewAmendment(BaseModel):
    """Another name of the holder: the same person, and the same license."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    holder_name: Line
    effective_on: Day | None = Field(default=None, description="From when the name holds; left out: from today.")
    evidence: Line = Field(description="What was seen: a marriage certificate and its number, a court's order.")


class AmendedLicense(BaseModel):
    """What the license says now."""

    license_id: LicenseId
    license_number: str
    holder_name: str
    version: int


async def amend_holders(tx: Tx, changed: Sequence[HolderNameChanged]) -> None:
    """Amend what is licensed to people whose names changed, and what they may still get.

    A change that names no person was told before facts did so; the desk amends by hand.
    """
    told = [(fact.person_id, _told(fact, fact.change_id)) for fact in changed if fact.person_id and fact.change_id]
    applied = await store.find_applied(tx, [person_id for person_id, _ in told])
    files = await store.lock_applications(tx, [one for each in applied.values() for one in each])
    after = dict(files)
    for person_id, amendment in told:
        for application_id in applied.get(person_id, []):
            after[application_id] = amending.take_in(after[application_id], amendment)
    await keep(tx, [_step(one, after[key]) for key, one in files.items() if after[key] is not one])


async def amend_licenses(
    tx: Tx, amended: Mapping[LicenseId, NewAmendment], versions: Mapping[LicenseId, int | None]
) -> list[AmendedLicense]:
    """Amend licenses by hand, on evidence.

    Raises LicenseUnknown, Stale, NobodyDecidesTheirOwnApplication, LicenseIsOver, AmendmentLiesAhead, NothingIsAmended.
    """
    files = await store.lock_applications(tx, await store.find_licensed(tx, amended))
    licensed = {LicenseId(one.license.license_id): one for one in files.values() if one.license is not None}
    steps = []
    for license_id, new in amended.items():
        before = _as_seen(licensed.get(license_id), license_id, versions.get(license_id))
        amendment = Amendment(new_id(), new.effective_on or tx.today, new.holder_name, new.evidence)
        steps.append(_step(before, amending.amend(before, amendment, by=tx.actor.subject, today=tx.today)))
    await keep(tx, steps)
    return [_amended(tx, step.after) for step in steps]


def _told(fact: HolderNameChanged, change_id: UUID) -> Amendment:
    evidence = f"Change of name {change_id}: accounts keeps what was seen."
    return Amendment(change_id, fact.effective_on, fact.holder_name, evidence)


def _as_seen(found: Application | None, license_id: LicenseId, seen: int | None) -> Application:
    if found is None or found.license is None:
        raise LicenseUnknown(field="license_id", license_id=license_id)
    if seen is not None and found.license.version != seen:
        raise Stale(field="If-Match", version=found.license.version, seen=seen)
    return found


def _step(before: Application, after: Application) -> Step:
    step = Step(before, after, "holder_name_changed")
    details = [
        {"amendment_id": one.amendment_id, "effective_on": one.effective_on, "ignored_for": one.ignored_for}
        for one in step.new_amendments
    ]
    return replace(step, details={"amendments": details})


def _amended(tx: Tx, one: Application) -> AmendedLicense:
    if one.license is None:
        raise LicenseUnknown(application_id=one.application_id)
    return AmendedLicense(
        license_id=LicenseId(one.license.license_id), license_number=one.license.license_number,
        holder_name=amending.holder_on(one, tx.today), version=one.license.version,
    )  # fmt: skip
