"""What a reviewer finds wrong, in a few words or by the name of a requirement, becomes an item with law and remedy."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from services.licensing.domain.applications import Application
from services.licensing.domain.deficiencies import Deficiency, Standing
from services.licensing.domain.forms import has_field
from services.licensing.domain.requirements import Finding, requirement_named
from shared.errors import Invalid


class ItemNamesOneThing(Invalid):
    """An item is about a field of the form or about a requirement, one of the two."""

    remedy = "Name `field` or `requirement`."


class FieldNotAsked(Invalid):
    """An item is about a field that the form asks."""

    remedy = "Read the license type: its form lists the fields."


class ItemSaysWhatToDo(Invalid):
    """An item about a field says why it is wrong, what was found, and what to do about it."""

    remedy = "Give reason_code, found and remedy."


@dataclass(frozen=True, slots=True)
class Complaint:
    """What the reviewer says; what is left out comes from the requirement."""

    requirement: str | None
    field: str | None
    reason_code: str | None
    citation: str | None
    found: str | None
    remedy: str | None
    evidence: str | None


def item_from(
    complaint: Complaint, application: Application, findings: tuple[Finding, ...], *,
    place: str, deficiency_id: UUID, due_on: date,
) -> Deficiency:  # fmt: skip
    """The item to put on the application. `place` is where it stands in the request, for a refusal.

    Raises ItemNamesOneThing, FieldNotAsked, ItemSaysWhatToDo, RequirementUnknown.
    """
    if (complaint.requirement is None) == (complaint.field is None):
        raise ItemNamesOneThing(field=place)
    if complaint.requirement is not None:
        texts = _about_requirement(complaint, application, findings, place)
    else:
        texts = _about_field(complaint, application, place)
    return Deficiency(
        deficiency_id=deficiency_id, standing=Standing.OPEN, due_on=due_on, raised_round=application.round_number,
        **texts,
    )  # fmt: skip


def _about_requirement(
    complaint: Complaint, application: Application, findings: tuple[Finding, ...], place: str
) -> dict[str, Any]:
    code = complaint.requirement or ""
    requirement = requirement_named(application.license_type.rules, code, f"{place}.requirement")
    unmet = next((each.unmet for each in findings if each.requirement.code == code), None)
    return {
        "requirement_code": code,
        "fields": requirement.fields,
        "reason_code": complaint.reason_code or requirement.reason_code,
        "citation": complaint.citation or requirement.citation,
        "found": complaint.found or unmet or "It was not shown.",
        "remedy": complaint.remedy or requirement.remedy,
        "evidence": complaint.evidence or requirement.evidence,
    }


def _about_field(complaint: Complaint, application: Application, place: str) -> dict[str, Any]:
    name, license_type = complaint.field or "", application.license_type
    if not has_field(license_type.form, name):
        raise FieldNotAsked(field=f"{place}.field", given=name)
    if complaint.reason_code is None or complaint.found is None or complaint.remedy is None:
        raise ItemSaysWhatToDo(field=place)
    return {
        "requirement_code": None,
        "fields": (name,),
        "reason_code": complaint.reason_code,
        "citation": complaint.citation or license_type.citation,
        "found": complaint.found,
        "remedy": complaint.remedy,
        "evidence": complaint.evidence or "The corrected form.",
    }
