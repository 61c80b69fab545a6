"""Applications come in, and come back corrected."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, JsonValue, StringConstraints

from services.licensing import store
from services.licensing.commands.keeping import Versions, keep, lock_known
from services.licensing.commands.standings import ApplicationStanding, standing_of
from services.licensing.domain import applications as desk
from services.licensing.domain.filings import Applicant, Filing, file
from services.licensing.domain.forms import diff
from services.licensing.domain.steps import Step
from services.licensing.domain.types import LicenseType, LicenseTypeUnknown
from shared.events.fields import VISIBLE, Attribute, Line
from shared.ids import ApplicationId, PersonId, new_id
from shared.postgres import Tx

TypeCode = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Answers = Annotated[dict[str, JsonValue], Field(max_length=200, description="By the names of the license type's form.")]
Email = Annotated[str, StringConstraints(max_length=254, pattern=r"^[^\s@]+@[^\s@]+$")]
Phone = Annotated[str, StringConstraints(min_length=3, max_length=30, pattern=VISIBLE)]


class NewApplicant(BaseModel):
    """Who applies, and how to reach them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Line
    email: Email | None = None
    phone: Phone | None = None
    address: Line | None = None
    person_id: PersonId | None = Field(default=None, description="As accounts knows this person.")
    subject: Attribute | None = Field(
        default=None, description="The sign-in name, where the applicant works here: they cannot decide it."
    )


class NewApplication(BaseModel):
    """An application for a license."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    license_type: TypeCode = Field(examples=["dog"])
    applicant: NewApplicant
    answers: Answers


class NewResubmission(BaseModel):
    """The whole form again, corrected."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    answers: Answers


async def submit_applications(tx: Tx, new: Sequence[NewApplication]) -> list[ApplicationStanding]:
    """File applications under the form, fee and rules of today.

    Raises LicenseTypeUnknown, AnswerDoesNotFitTheForm, AnswerIsUnreadable.
    """
    types = await store.find_types(tx, [each.license_type for each in new], tx.today)
    numbers = await store.find_application_serials(tx, len(new))
    filings = [_filing(tx, each, types, number) for each, number in zip(new, numbers, strict=True)]
    await store.insert_applications(tx, filings)
    await keep(tx, [Step(None, each.application, "submitted") for each in filings])
    return [standing_of(each.application) for each in filings]


async def resubmit_applications(
    tx: Tx, corrected: Mapping[ApplicationId, NewResubmission], versions: Versions | None = None
) -> list[ApplicationStanding]:
    """Take corrected forms; what was cleared stays cleared unless its field changed.

    Raises ApplicationUnknown, Stale, StepOutOfTurn, AnswerDoesNotFitTheForm, AnswerIsUnreadable.
    """
    files = await lock_known(tx, corrected, versions)
    steps = [_resubmission(files[application_id], each.answers) for application_id, each in corrected.items()]
    await keep(tx, steps)
    return [standing_of(step.after) for step in steps]


def _filing(tx: Tx, new: NewApplication, types: Mapping[str, LicenseType], number: str) -> Filing:
    if new.license_type not in types:
        raise LicenseTypeUnknown(field="license_type", given=new.license_type)
    who = new.applicant
    contact = who.model_dump(include={"email", "phone", "address"}, exclude_none=True)
    return file(
        types[new.license_type], Applicant(who.name, contact, who.person_id, who.subject), new.answers,
        application_id=new_id(), application_number=number, filed_by=tx.actor.subject, now=tx.now,
    )  # fmt: skip


def _resubmission(before: desk.Application, answers: Mapping[str, Any]) -> Step:
    changed = [change.field for change in diff(before.answers, answers)]
    return Step(before, desk.resubmit(before, answers), "resubmitted", details={"changed": changed})
