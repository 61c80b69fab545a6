"""Licenses: for the desk in full, for the public whether one holds and nothing else."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, Field

from services.licensing.domain.licenses import LicenseUnknown
from shared.ids import ApplicationId, LicenseId
from shared.postgres import Reader

_LICENSE = """
SELECT l.license_id, l.license_number, t.code AS license_type, t.name AS license_name, l.application_id,
    coalesce(
        (SELECT m.holder_name FROM amendments m WHERE m.application_id = l.application_id AND m.ignored_for IS NULL
         ORDER BY m.effective_on DESC, m.amendment_id DESC LIMIT 1), l.holder_name) AS holder_name,
    l.state, l.reason_code, l.issued_on, l.starts_on, l.expires_on, l.version
FROM licenses l JOIN license_types t USING (license_type_id)
"""


class LicenseView(BaseModel):
    """An issued license."""

    license_id: LicenseId
    license_number: str
    license_type: str
    license_name: str
    application_id: ApplicationId
    holder_name: str = Field(description="As it was amended last; `/versions` has what it said before.")
    state: Literal["active", "suspended", "revoked", "expired"]
    reason_code: str | None = Field(description="Why it is suspended.")
    issued_on: date
    starts_on: date
    expires_on: date = Field(description="Its last day.")
    version: int


class LicenseStatus(BaseModel):
    """What the public page says, and all it says."""

    status: Literal["valid", "not valid"]


async def find_license(reader: Reader, license_id: LicenseId) -> LicenseView:
    """One license. Raises LicenseUnknown."""
    row = await reader.fetchrow(f"{_LICENSE} WHERE l.license_id = $1", license_id)
    if row is None:
        raise LicenseUnknown(field="license_id", license_id=license_id)
    return LicenseView(**row)


async def find_license_by_number(reader: Reader, license_number: str) -> LicenseView:
    """One license by the number printed on it. Raises LicenseUnknown."""
    row = await reader.fetchrow(f"{_LICENSE} WHERE l.license_number = $1", license_number)
    if row is None:
        raise LicenseUnknown(field="license_number", license_number=license_number)
    return LicenseView(**row)


async def find_license_status(reader: Reader, license_number: str) -> LicenseStatus:
    """Whether a license holds today; a number that does not exist is not valid either."""
    valid = await reader.fetchval(
        "SELECT EXISTS (SELECT FROM licenses WHERE license_number = $1 AND state = 'active'"
        " AND $2 BETWEEN starts_on AND expires_on)",
        license_number, reader.today,
    )  # fmt: skip
    return LicenseStatus(status="valid" if valid else "not valid")
