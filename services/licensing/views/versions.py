"""What a license said, version after version: one number, and never a word of an earlier version changed."""

from datetime import date, datetime

from pydantic import BaseModel, Field

from services.licensing.domain.licenses import LicenseUnknown
from shared.ids import LicenseId
from shared.postgres import Reader

_VERSIONS = """
WITH said AS (
    SELECT l.license_id, l.license_number, l.holder_name, l.issued_on AS from_on, NULL::uuid AS amendment_id,
        NULL::date AS effective_on, NULL::text AS evidence, NULL::timestamptz AS recorded_at, NULL::text AS recorded_by
    FROM licenses l WHERE l.license_id = $1
    UNION ALL
    SELECT l.license_id, l.license_number, m.holder_name, greatest(m.effective_on, l.issued_on), m.amendment_id,
        m.effective_on, m.evidence, m.recorded_at, m.recorded_by
    FROM licenses l JOIN amendments m USING (application_id) WHERE l.license_id = $1 AND m.ignored_for IS NULL
), numbered AS (
    SELECT *, row_number() OVER (ORDER BY effective_on NULLS FIRST, amendment_id NULLS FIRST) AS version_number
    FROM said
)
SELECT * FROM numbered WHERE from_on <= $2 ORDER BY version_number DESC LIMIT $3
"""
VERSIONS_MAX = 200


class LicenseVersion(BaseModel):
    """What the license said from a day on."""

    version_number: int = Field(description="1 is the license as it was issued; the number on it stays the same.")
    license_number: str
    holder_name: str
    from_on: date
    evidence: str | None = Field(description="What the amendment goes by; null for the license as it was issued.")
    recorded_at: datetime | None
    recorded_by: str | None


async def list_license_versions(reader: Reader, license_id: LicenseId, on: date | None) -> list[LicenseVersion]:
    """All that a license ever said, the newest first; with a day only what it said then. Raises LicenseUnknown.

    A day before it was issued has none.
    """
    rows = await reader.fetch(_VERSIONS, license_id, on or date.max, 1 if on else VERSIONS_MAX)
    if not rows and not await reader.fetchval("SELECT EXISTS (SELECT FROM licenses WHERE license_id = $1)", license_id):
        raise LicenseUnknown(field="license_id", license_id=license_id)
    return [LicenseVersion(**row) for row in rows]
