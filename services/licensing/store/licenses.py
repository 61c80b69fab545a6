"""Keeps licenses: issued, suspended, restored, expired."""

from collections.abc import Iterator, Sequence

from services.licensing.domain.steps import Step
from services.licensing.store.records import save_records
from shared.postgres import Tx

_LICENSES = """
INSERT INTO licenses (license_id, license_number, license_type_id, application_id, holder_name, state, reason_code,
    issued_on, starts_on, expires_on, period_starts_on, version)
SELECT n.license_id, n.license_number, a.license_type_id, a.application_id, a.applicant_name, n.state, n.reason_code,
    n.issued_on, n.starts_on, n.expires_on, n.period_starts_on, n.version
FROM jsonb_to_recordset($1::jsonb) AS n (
    license_id uuid, license_number text, application_id uuid, state text, reason_code text, issued_on date,
    starts_on date, expires_on date, period_starts_on date, version bigint)
JOIN applications a USING (application_id)
ON CONFLICT (license_id) DO UPDATE SET state = EXCLUDED.state, reason_code = EXCLUDED.reason_code,
    version = EXCLUDED.version
"""


async def save_licenses(tx: Tx, steps: Sequence[Step]) -> None:
    """Keep licenses that were issued or that changed."""
    await save_records(tx, _LICENSES, _licenses(steps))


def _licenses(steps: Sequence[Step]) -> Iterator[dict[str, object]]:
    for step in steps:
        before, license_ = step.license_before, step.after.license
        if license_ is not None and license_ != before:
            yield {
                "license_id": license_.license_id, "license_number": license_.license_number,
                "application_id": step.after.application_id, "state": license_.state,
                "reason_code": license_.reason_code, "issued_on": license_.issued_on,
                "starts_on": license_.term.starts_on, "expires_on": license_.term.expires_on,
                "period_starts_on": license_.term.period_starts_on, "version": license_.version,
            }  # fmt: skip
