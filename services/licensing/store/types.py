"""License types as data: what is in force on a day, and a new fee."""

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from services.licensing.domain.fees import FeeSchedule, FeeScheduleAlreadySet
from services.licensing.domain.requirements import Rules
from services.licensing.domain.types import LicenseType
from shared.postgres import Tx

_COLUMNS = """t.license_type_id, t.code, t.citation, t.number_prefix, f.form_id, f.schema, s.fee_schedule_id,
    s.body AS fees, r.rule_set_id, r.body AS rules"""
_OFFERED = f"""
SELECT {_COLUMNS} FROM license_types t
CROSS JOIN LATERAL (SELECT form_id, schema FROM forms f WHERE f.license_type_id = t.license_type_id
    AND f.effective_on <= $2 ORDER BY f.effective_on DESC LIMIT 1) f
CROSS JOIN LATERAL (SELECT fee_schedule_id, body FROM fee_schedules s WHERE s.license_type_id = t.license_type_id
    AND s.effective_on <= $2 ORDER BY s.effective_on DESC LIMIT 1) s
CROSS JOIN LATERAL (SELECT rule_set_id, body FROM rule_sets r WHERE r.license_type_id = t.license_type_id
    AND r.effective_on <= $2 ORDER BY r.effective_on DESC LIMIT 1) r
WHERE t.code = ANY($1::text[]) AND t.offered_from <= $2 AND (t.offered_until IS NULL OR t.offered_until > $2)
"""
_KEPT = f"""
SELECT DISTINCT ON (f.form_id, s.fee_schedule_id, r.rule_set_id) {_COLUMNS}
FROM applications a
JOIN license_types t USING (license_type_id)
JOIN forms f USING (form_id)
JOIN fee_schedules s USING (fee_schedule_id)
JOIN rule_sets r USING (rule_set_id)
WHERE a.application_id = ANY($1::uuid[])
"""
_LAST_SCHEDULE = """
SELECT t.license_type_id, s.body FROM license_types t JOIN fee_schedules s USING (license_type_id)
WHERE t.code = $1 AND s.effective_on <= $2 ORDER BY s.effective_on DESC LIMIT 1
"""


async def find_types(tx: Tx, codes: Collection[str], day: date) -> dict[str, LicenseType]:
    """The types that are offered on a day, by code, each with the form, fee and rules in force."""
    rows = await tx.fetch(_OFFERED, sorted(set(codes)), day)
    return {row["code"]: _license_type(row) for row in rows}


async def find_types_kept(tx: Tx, application_ids: Collection[UUID]) -> dict[tuple[UUID, UUID, UUID], LicenseType]:
    """The types that these applications were filed under, by the ids of their form, fee schedule and rule set."""
    kept = [_license_type(row) for row in await tx.fetch(_KEPT, list(application_ids))]
    return {(each.form_id, each.fee_schedule_id, each.rule_set_id): each for each in kept}


async def lock_fee_schedule(tx: Tx, code: str, day: date) -> tuple[UUID, FeeSchedule] | None:
    """The type, locked, and the fee that would be in force on a day; None where there is no such type."""
    await tx.fetchval("SELECT license_type_id FROM license_types WHERE code = $1 FOR UPDATE", code)
    row = await tx.fetchrow(_LAST_SCHEDULE, code, day)
    return (row["license_type_id"], FeeSchedule.model_validate(row["body"])) if row else None


async def insert_fee_schedule(tx: Tx, license_type_id: UUID, schedule: FeeSchedule, effective_on: date) -> None:
    """Put a fee schedule in force from a day on. Raises FeeScheduleAlreadySet."""
    inserted = await tx.fetchval(
        "INSERT INTO fee_schedules (license_type_id, effective_on, body, set_by, set_at) VALUES ($1, $2, $3, $4, $5)"
        " ON CONFLICT (license_type_id, effective_on) DO NOTHING RETURNING fee_schedule_id",
        license_type_id, effective_on, schedule.model_dump(mode="json"), tx.actor.subject, tx.now,
    )  # fmt: skip
    if inserted is None:
        raise FeeScheduleAlreadySet(field="effective_on", effective_on=effective_on)


def _license_type(row: Any) -> LicenseType:
    return LicenseType(
        row["license_type_id"], row["code"], row["citation"], row["number_prefix"], row["form_id"], row["schema"],
        row["fee_schedule_id"], FeeSchedule.model_validate(row["fees"]),
        row["rule_set_id"], Rules.model_validate(row["rules"]),
    )  # fmt: skip
