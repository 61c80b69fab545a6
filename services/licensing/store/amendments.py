"""Amendments: kept beside the application they belong to, once each, and never rewritten."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict
from uuid import UUID

from services.licensing.domain.amendments import Amendment
from services.licensing.domain.steps import Step
from services.licensing.store.records import save_records
from shared.postgres import Tx

_INSERT = """
INSERT INTO amendments (application_id, amendment_id, effective_on, holder_name, evidence, ignored_for, recorded_at,
    recorded_by)
SELECT application_id, amendment_id, effective_on, holder_name, evidence, ignored_for, $2, $3
FROM jsonb_to_recordset($1::jsonb) AS n (
    application_id uuid, amendment_id uuid, effective_on date, holder_name text, evidence text, ignored_for text)
"""
_OF_PEOPLE = """
SELECT person_id, application_id FROM applications
WHERE person_id = ANY($1::uuid[]) AND state NOT IN ('denied', 'withdrawn', 'abandoned')
"""


async def find_amendments(tx: Tx, application_ids: Collection[UUID]) -> dict[UUID, tuple[Amendment, ...]]:
    """What amends these applications and their licenses."""
    found: defaultdict[UUID, tuple[Amendment, ...]] = defaultdict(tuple)
    rows = await tx.fetch(
        "SELECT application_id, amendment_id, effective_on, holder_name, evidence, ignored_for FROM amendments"
        " WHERE application_id = ANY($1::uuid[]) ORDER BY amendment_id",
        application_ids,
    )
    for application_id, *columns in rows:
        found[application_id] += (Amendment(*columns),)
    return found


async def find_applied(tx: Tx, person_ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """What these people applied for and have, or may still get: the applications of each."""
    found: defaultdict[UUID, list[UUID]] = defaultdict(list)
    for person_id, application_id in await tx.fetch(_OF_PEOPLE, sorted(set(person_ids))):
        found[person_id].append(application_id)
    return found


async def save_amendments(tx: Tx, steps: Sequence[Step]) -> None:
    """Keep what amended licenses, or was ignored for a reason."""
    await save_records(tx, _INSERT, _amendments(steps), tx.now, tx.actor.subject)


def _amendments(steps: Sequence[Step]) -> Iterator[dict[str, object]]:
    for step in steps:
        for one in step.new_amendments:
            yield {"application_id": step.after.application_id, **asdict(one)}
