"""The desk decides, or the applicant takes it back."""

from collections.abc import Collection, Mapping

from pydantic import BaseModel, ConfigDict, Field

from services.licensing import store
from services.licensing.commands.keeping import Versions, keep, lock_known
from services.licensing.commands.paying import with_licenses
from services.licensing.commands.standings import ApplicationStanding, standing_of
from services.licensing.domain import applications as desk
from services.licensing.domain.steps import Step
from shared.events.fields import Code, Line, Sentence
from shared.ids import ApplicationId, new_id
from shared.postgres import Tx


class NewDenial(BaseModel):
    """Why the application is denied, and by which law."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reason_code: Code
    citation: Line = Field(description="The law or ordinance.")
    why: Sentence = Field(description="In words for the applicant.")


class NewWithdrawal(BaseModel):
    """The applicant's wish to take the application back."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    why: Sentence | None = None


async def approve_applications(
    tx: Tx, application_ids: Collection[ApplicationId], versions: Versions | None = None
) -> list[ApplicationStanding]:
    """Approve applications and invoice their fees; where a law asks no fee the license is issued at once.

    Raises ApplicationUnknown, Stale, StepOutOfTurn, NobodyDecidesTheirOwnApplication, OpenItemsRemain,
    BlockingRequirementUnmet.
    """
    files = await lock_known(tx, application_ids, versions)
    numbers = await store.find_invoice_serials(tx, len(files))
    steps = [_approval(tx, each, number) for each, number in zip(files.values(), numbers, strict=True)]
    steps = await with_licenses(tx, steps)
    await keep(tx, steps)
    return [standing_of(step.after) for step in steps]


async def deny_applications(
    tx: Tx, denied: Mapping[ApplicationId, NewDenial], versions: Versions | None = None
) -> list[ApplicationStanding]:
    """Deny applications. Raises ApplicationUnknown, Stale, StepOutOfTurn, NobodyDecidesTheirOwnApplication."""
    files = await lock_known(tx, denied, versions)
    steps = [_denial(tx, files[application_id], each) for application_id, each in denied.items()]
    await keep(tx, steps)
    return [standing_of(step.after) for step in steps]


async def withdraw_applications(
    tx: Tx, withdrawn: Mapping[ApplicationId, NewWithdrawal], versions: Versions | None = None
) -> list[ApplicationStanding]:
    """Take applications back at their applicants' wish. Raises ApplicationUnknown, Stale, StepOutOfTurn."""
    files = await lock_known(tx, withdrawn, versions)
    steps = [
        Step(files[application_id], desk.withdraw(files[application_id], tx.today), "withdrawn", each.why)
        for application_id, each in withdrawn.items()
    ]
    await keep(tx, steps)
    return [standing_of(step.after) for step in steps]


def _approval(tx: Tx, before: desk.Application, invoice_number: str) -> Step:
    after = desk.approve(
        before, by=tx.actor.subject, now=tx.now, today=tx.today, invoice_id=new_id(), invoice_number=invoice_number
    )
    return Step(before, after, "approved")


def _denial(tx: Tx, before: desk.Application, new: NewDenial) -> Step:
    details = {"reason_code": new.reason_code, "citation": new.citation}
    return Step(before, desk.deny(before, by=tx.actor.subject), "denied", new.why, details)
