"""Keeps what is wrong with applications, and what was waived."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict

from services.licensing.domain.steps import Step
from services.licensing.store.records import save_records
from shared.postgres import Tx

_DEFICIENCIES = """
INSERT INTO deficiencies (application_id, deficiency_id, standing, requirement_code, fields, reason_code, citation,
    found, remedy, evidence, due_on, raised_round, raised_by, raised_at, closed_at, closed_by, closed_why)
SELECT application_id, deficiency_id, standing, requirement_code, fields, reason_code, citation,
    found, remedy, evidence, due_on, raised_round, $2, $3, closed_at, closed_by, closed_why
FROM jsonb_to_recordset($1::jsonb) AS n (
    application_id uuid, deficiency_id uuid, standing text, requirement_code text, fields jsonb, reason_code text,
    citation text, found text, remedy text, evidence text, due_on date, raised_round int, closed_at timestamptz,
    closed_by text, closed_why text)
ON CONFLICT (deficiency_id) DO UPDATE SET standing = EXCLUDED.standing, due_on = EXCLUDED.due_on,
    closed_at = EXCLUDED.closed_at, closed_by = EXCLUDED.closed_by, closed_why = EXCLUDED.closed_why
"""
_WAIVERS = """
INSERT INTO waivers (application_id, requirement_code, why, waived_by, waived_at)
SELECT application_id, code, why, $2, $3
FROM jsonb_to_recordset($1::jsonb) AS n (application_id uuid, code text, why text)
"""
_LAPSED = """
UPDATE waivers w SET lapsed_at = $2
FROM jsonb_to_recordset($1::jsonb) AS n (application_id uuid, code text)
WHERE w.application_id = n.application_id AND w.requirement_code = n.code AND w.lapsed_at IS NULL
"""


async def save_deficiencies(tx: Tx, steps: Sequence[Step]) -> None:
    """Keep items that were raised, cleared, waived or opened again."""
    await save_records(tx, _DEFICIENCIES, _items(steps), tx.actor.subject, tx.now)


async def save_waivers(tx: Tx, steps: Sequence[Step]) -> None:
    """Keep requirements that were waived, with the reason, and those whose waiver lapsed."""
    waived = [
        {"application_id": step.after.application_id, "code": code, "why": step.why}
        for step in steps
        for code in step.after.waived - (step.before.waived if step.before else frozenset())
    ]
    lapsed = [
        {"application_id": step.after.application_id, "code": code}
        for step in steps
        for code in (step.before.waived if step.before else frozenset()) - step.after.waived
    ]
    await save_records(tx, _WAIVERS, waived, tx.actor.subject, tx.now)
    await save_records(tx, _LAPSED, lapsed, tx.now)


def _items(steps: Sequence[Step]) -> Iterator[dict[str, object]]:
    for step in steps:
        before = set(step.before.deficiencies) if step.before else set()
        for item in step.after.deficiencies:
            if item not in before:
                yield {"application_id": step.after.application_id, **asdict(item)}
