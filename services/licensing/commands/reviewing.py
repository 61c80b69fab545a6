"""The desk reviews: asks for corrections, finds them made, waives what the law lets it waive."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.licensing.commands.keeping import Versions, keep, lock_known
from services.licensing.commands.standings import ApplicationStanding, standing_of
from services.licensing.domain import applications as desk
from services.licensing.domain.complaints import Complaint, item_from
from services.licensing.domain.steps import Step
from shared.events.fields import Code, Day, Line, Sentence
from shared.ids import ApplicationId, new_id
from shared.postgres import Tx


class NewItem(BaseModel):
    """One thing to correct. For a requirement, what is left out comes from the license type's own words."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    field: Line | None = Field(default=None, description="A field of the form; or else `requirement`.")
    requirement: Code | None = Field(default=None, description="The code of a requirement; or else `field`.")
    reason_code: Code | None = None
    citation: Line | None = Field(default=None, description="The law or ordinance.")
    found: Sentence | None = Field(default=None, description="What was found.")
    remedy: Sentence | None = Field(default=None, description="What to do about it.")
    evidence: Sentence | None = Field(default=None, description="What to show.")


class NewCorrections(BaseModel):
    """What must be corrected, and by when."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    items: Annotated[list[NewItem], Field(max_length=50)] = Field(
        default_factory=list, description="May be empty while earlier items are still open."
    )
    respond_by: Day | None = Field(default=None, description="Left out: as many days as the license type gives.")


class NewClearance(BaseModel):
    """Items that were put right."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    deficiency_ids: Annotated[list[UUID], Field(min_length=1, max_length=200)]
    why: Sentence = Field(description="What shows it.")


class NewWaiver(BaseModel):
    """A requirement that is let go."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    requirement: Code
    why: Sentence = Field(description="The reason, and the evidence for it.")


async def request_corrections(
    tx: Tx, asked: Mapping[ApplicationId, NewCorrections], versions: Versions | None = None
) -> list[ApplicationStanding]:
    """Hand applications back with what to correct; the applicants' clock runs from now.

    Raises ApplicationUnknown, Stale, StepOutOfTurn, NothingToCorrect, AnswerDayNotAhead, ItemNamesOneThing,
    FieldNotAsked, ItemSaysWhatToDo, RequirementUnknown.
    """
    files = await lock_known(tx, asked, versions)
    steps = [_request(tx, files[application_id], each) for application_id, each in asked.items()]
    await keep(tx, steps)
    return [standing_of(step.after) for step in steps]


async def clear_items(
    tx: Tx, cleared: Mapping[ApplicationId, NewClearance], versions: Versions | None = None
) -> list[ApplicationStanding]:
    """Find items put right. Raises ApplicationUnknown, Stale, StepOutOfTurn, DeficiencyUnknown, DeficiencyNotOpen."""
    files = await lock_known(tx, cleared, versions)
    steps = [_clearance(tx, files[application_id], each) for application_id, each in cleared.items()]
    await keep(tx, steps)
    return [standing_of(step.after) for step in steps]


async def waive_requirements(
    tx: Tx, waived: Mapping[ApplicationId, NewWaiver], versions: Versions | None = None
) -> list[ApplicationStanding]:
    """Let requirements go, with the reason. Raises as clear_items, RequirementUnknown, RequirementCannotBeWaived."""
    files = await lock_known(tx, waived, versions)
    steps = [_waiver(tx, files[application_id], each) for application_id, each in waived.items()]
    await keep(tx, steps)
    return [standing_of(step.after) for step in steps]


def _request(tx: Tx, before: desk.Application, asked: NewCorrections) -> Step:
    respond_by: date = asked.respond_by or tx.today + timedelta(days=before.license_type.rules.respond_days)
    findings = desk.findings_on(before, tx.now, tx.today)
    items = tuple(
        item_from(
            Complaint(**item.model_dump()), before, findings, place=f"items.{n}", deficiency_id=new_id(),
            due_on=respond_by,
        )
        for n, item in enumerate(asked.items)
    )  # fmt: skip
    after = desk.request_corrections(before, items, respond_by, tx.today)
    details = {"reason_codes": [item.reason_code for item in after.open_items], "respond_by": respond_by}
    return Step(before, after, "corrections_requested", details=details)


def _clearance(tx: Tx, before: desk.Application, new: NewClearance) -> Step:
    chosen = frozenset(new.deficiency_ids)
    after = desk.clear_items(before, chosen, why=new.why, by=tx.actor.subject, now=tx.now)
    return Step(before, after, "items_cleared", new.why, {"deficiency_ids": sorted(chosen)})


def _waiver(tx: Tx, before: desk.Application, new: NewWaiver) -> Step:
    after = desk.waive_requirement(before, new.requirement, why=new.why, by=tx.actor.subject, now=tx.now)
    return Step(before, after, "requirement_waived", new.why, {"requirement": new.requirement})
