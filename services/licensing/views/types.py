"""The license types: what is asked, what it costs, what must be met."""

from datetime import date
from typing import Any

from pydantic import BaseModel, Field

from services.licensing.domain.fees import FeeSchedule
from services.licensing.domain.requirements import Requirement, Rules
from services.licensing.domain.terms import TermRule
from services.licensing.domain.types import LicenseTypeUnknown
from shared.postgres import Reader

_TYPE = """
SELECT t.code, t.name, t.kind, t.citation, f.form_version, f.schema AS form, s.effective_on AS fee_effective_on,
    s.body AS fee, r.body AS rules
FROM license_types t
CROSS JOIN LATERAL (SELECT form_version, schema FROM forms f WHERE f.license_type_id = t.license_type_id
    AND f.effective_on <= $2 ORDER BY f.effective_on DESC LIMIT 1) f
CROSS JOIN LATERAL (SELECT effective_on, body FROM fee_schedules s WHERE s.license_type_id = t.license_type_id
    AND s.effective_on <= $2 ORDER BY s.effective_on DESC LIMIT 1) s
CROSS JOIN LATERAL (SELECT body FROM rule_sets r WHERE r.license_type_id = t.license_type_id
    AND r.effective_on <= $2 ORDER BY r.effective_on DESC LIMIT 1) r
WHERE t.code = $1 AND t.offered_from <= $2 AND (t.offered_until IS NULL OR t.offered_until > $2)
"""
_TYPES = """
SELECT code, name, kind, citation FROM license_types
WHERE offered_from <= $1 AND (offered_until IS NULL OR offered_until > $1) ORDER BY name, code
"""


class LicenseTypeLine(BaseModel):
    """A license that the city offers."""

    code: str
    name: str
    kind: str
    citation: str = Field(description="The law or ordinance behind it.")


class LicenseTypeView(LicenseTypeLine):
    """All that an applicant is asked for."""

    form_version: int
    form: dict[str, Any] = Field(description="A JSON Schema: the answers must fit it.")
    fee_effective_on: date
    fee: FeeSchedule
    requirements: tuple[Requirement, ...]
    term: TermRule
    respond_days: int = Field(description="How long an applicant has to answer a request for corrections.")
    whom_to_call: str


async def list_license_types(reader: Reader) -> list[LicenseTypeLine]:
    """Every license that the city offers today."""
    return [LicenseTypeLine(**row) for row in await reader.fetch(_TYPES, reader.today)]


async def find_license_type(reader: Reader, code: str, day: date | None = None) -> LicenseTypeView:
    """One license type as it stands on a day, today unless named. Raises LicenseTypeUnknown."""
    row = await reader.fetchrow(_TYPE, code, day or reader.today)
    if row is None:
        raise LicenseTypeUnknown(field="code", given=code)
    rules = Rules.model_validate(row["rules"])
    return LicenseTypeView.model_validate(
        {
            **row, "requirements": rules.requirements, "term": rules.term, "respond_days": rules.respond_days,
            "whom_to_call": rules.whom_to_call,
        }
    )  # fmt: skip
