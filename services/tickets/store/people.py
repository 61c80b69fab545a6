"""The representatives, as the tables keep them."""

from collections.abc import Sequence
from datetime import time
from typing import Any

from services.tickets.domain.escalation import Superior
from services.tickets.domain.people import Representative, on_shift
from shared.postgres import Tx

_FIND = """
SELECT r.subject, r.name, r.level, r.availability, r.capacity,
       coalesce((SELECT jsonb_object_agg(s.skill, s.level) FROM representative_skills s WHERE s.subject = r.subject),
                '{}'::jsonb) AS skills,
       ARRAY(SELECT s.weekday FROM representative_shifts s WHERE s.subject = r.subject
             ORDER BY s.weekday, s.starts) AS weekdays,
       ARRAY(SELECT s.starts FROM representative_shifts s WHERE s.subject = r.subject
             ORDER BY s.weekday, s.starts) AS starts,
       ARRAY(SELECT s.ends FROM representative_shifts s WHERE s.subject = r.subject
             ORDER BY s.weekday, s.starts) AS ends
FROM representatives r WHERE ($1::text[] IS NULL OR r.subject = ANY($1)) ORDER BY r.subject
"""
_SUPERIORS = """
SELECT e.escalated_to, count(*) AS escalations_count FROM escalations e JOIN tickets t USING (ticket_id)
WHERE e.escalated_to = ANY($1::text[]) AND t.cycle = e.cycle
  AND t.state IN ('new', 'assigned', 'in_progress', 'waiting', 'reopened')
GROUP BY e.escalated_to
"""
_SAVE = """
INSERT INTO representatives (subject, name, level, availability, capacity, changed_at)
SELECT r.subject, r.name, r.level, r.availability, r.capacity, $6
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::int[])
     AS r (subject, name, level, availability, capacity)
ORDER BY r.subject
ON CONFLICT (subject) DO UPDATE SET name = EXCLUDED.name, level = EXCLUDED.level, capacity = EXCLUDED.capacity,
    availability = EXCLUDED.availability, changed_at = EXCLUDED.changed_at, version = representatives.version + 1
"""


async def lock_representatives(tx: Tx, subjects: Sequence[str] | None = None) -> dict[str, int]:
    """The versions of these representatives, or of all, locked in the order of their names."""
    sql = (
        "SELECT subject, version FROM representatives WHERE ($1::text[] IS NULL OR subject = ANY($1))"
        " ORDER BY subject FOR UPDATE"
    )
    rows = await tx.fetch(sql, None if subjects is None else list(subjects))
    return {row["subject"]: row["version"] for row in rows}


async def find_representatives(tx: Tx, subjects: Sequence[str] | None = None) -> list[Representative]:
    """These representatives, or all, in the order of their names."""
    rows = await tx.fetch(_FIND, None if subjects is None else list(subjects))
    return [_representative(row) for row in rows]


def _representative(row: Any) -> Representative:
    shift: dict[int, tuple[tuple[time, time], ...]] = {}
    for weekday, starts, ends in zip(row["weekdays"], row["starts"], row["ends"], strict=True):
        shift[weekday] = (*shift.get(weekday, ()), (starts, ends))
    return Representative(
        subject=row["subject"],
        name=row["name"],
        level=row["level"],
        availability=row["availability"],
        capacity=row["capacity"],
        skills=row["skills"],
        shift=shift,
    )


async def list_superiors(tx: Tx) -> list[Superior]:
    """Everybody above the representatives who is not away, with how much was escalated to each and is still open."""
    people = [
        person
        for person in await find_representatives(tx)
        if person.level != "representative" and person.availability == "available"
    ]
    rows = await tx.fetch(_SUPERIORS, [person.subject for person in people])
    counts = {row["escalated_to"]: row["escalations_count"] for row in rows}
    local = tx.now.astimezone(tx.zone)
    return [
        Superior(p.subject, p.level, on_shift(p, local), frozenset(p.skills), counts.get(p.subject, 0)) for p in people
    ]


async def save_representatives(tx: Tx, people: Sequence[Representative]) -> None:
    """Keep representatives as they are now: their skills and shifts are replaced whole."""
    rows = [(p.subject, p.name, p.level, p.availability, p.capacity) for p in people]
    await tx.execute(_SAVE, *map(list, zip(*rows, strict=True)), tx.now)
    subjects = [person.subject for person in people]
    await tx.execute("DELETE FROM representative_skills WHERE subject = ANY($1::text[])", subjects)
    await tx.execute("DELETE FROM representative_shifts WHERE subject = ANY($1::text[])", subjects)
    skills = [(p.subject, skill, level) for p in people for skill, level in p.skills.items()]
    if skills:
        await tx.execute(
            "INSERT INTO representative_skills SELECT * FROM unnest($1::text[], $2::text[], $3::int[])",
            *map(list, zip(*skills, strict=True)),
        )
    shifts = [
        (p.subject, day, *interval) for p in people for day, intervals in p.shift.items() for interval in intervals
    ]
    if shifts:
        await tx.execute(
            "INSERT INTO representative_shifts SELECT * FROM unnest($1::text[], $2::int[], $3::time[], $4::time[])",
            *map(list, zip(*shifts, strict=True)),
        )
