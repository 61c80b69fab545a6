"""An application just filed: who applies, for what, with which answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.licensing.domain.applications import Application, State
from services.licensing.domain.forms import check_answers
from services.licensing.domain.types import LicenseType


@dataclass(frozen=True, slots=True)
class Applicant:
    """Who applies; `subject` where it is somebody who works here."""

    name: str
    contact: Mapping[str, Any]
    person_id: UUID | None = None
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class Filing:
    """An application with what only its first row holds."""

    application: Application
    application_number: str
    applicant: Applicant


def file(
    license_type: LicenseType, applicant: Applicant, answers: Mapping[str, Any], *,
    application_id: UUID, application_number: str, filed_by: str, now: datetime,
) -> Filing:  # fmt: skip
    """File an application whose answers fit the form. Raises AnswerDoesNotFitTheForm, AnswerIsUnreadable."""
    check_answers(license_type.form, answers)
    application = Application(
        application_id=application_id, license_type=license_type, state=State.SUBMITTED, round_number=1, version=1,
        filed_by=filed_by, applicant_name=applicant.name,
        applicant_subject=applicant.subject, submitted_at=now, answers=answers,
    )  # fmt: skip
    return Filing(application, application_number, applicant)
