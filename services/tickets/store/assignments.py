"""What the router sees, and what it decided, as the tables keep them."""

import json
from collections.abc import Sequence

from services.tickets.domain.people import on_shift
from services.tickets.domain.router import Candidate, Decision
from services.tickets.domain.tickets import Ticket
from services.tickets.store.people import find_representatives
from shared.ids import TicketId, new_id
from shared.postgres import Tx

_LOADS = """
SELECT r.subject,
       coalesce((SELECT sum(t.weight) FROM tickets t
                 WHERE t.owner = r.subject AND t.state IN ('assigned', 'in_progress', 'waiting')), 0)::int AS load,
       (SELECT max(a.decided_at) FROM assignments a WHERE a.representative = r.subject) AS last_assigned_at
FROM representatives r WHERE ($1::text[] IS NULL OR r.subject = ANY($1))
"""
_FAMILIAR = """
SELECT t.ticket_id, o.owner FROM tickets t
JOIN tickets o ON o.account_id = t.account_id AND o.state IN ('assigned', 'in_progress', 'waiting')
WHERE t.ticket_id = ANY($1::uuid[]) AND o.ticket_id <> t.ticket_id
UNION
SELECT ticket_id, representative FROM (
    SELECT DISTINCT ON (a.ticket_id) a.ticket_id, a.representative FROM assignments a
    WHERE a.ticket_id = ANY($1::uuid[]) AND a.representative IS NOT NULL
    ORDER BY a.ticket_id, a.decided_at DESC) last_owner
"""
_INSERT = """
INSERT INTO assignments (assignment_id, ticket_id, representative, chosen_by, decided_by, decided_at, standings)
SELECT a.assignment_id, a.ticket_id, a.representative, a.chosen_by, $6, $7, a.standings::jsonb
FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[])
     AS a (assignment_id, ticket_id, representative, chosen_by, standings)
WHERE a.representative IS NOT NULL OR NOT EXISTS (
    SELECT 1 FROM assignments before JOIN tickets t ON t.ticket_id = before.ticket_id
    WHERE before.ticket_id = a.ticket_id AND before.representative IS NULL AND before.decided_at >= t.queued_at)
"""


async def find_candidates(tx: Tx, subjects: Sequence[str] | None = None) -> list[Candidate]:
    """Representatives as the router sees them; their rows are locked by now, so their loads only shrink."""
    people = await find_representatives(tx, subjects)
    loads = {row["subject"]: row for row in await tx.fetch(_LOADS, None if subjects is None else list(subjects))}
    local = tx.now.astimezone(tx.zone)
    return [
        Candidate(
            subject=person.subject,
            skills=person.skills,
            capacity=person.capacity,
            load=loads[person.subject]["load"],
            present="away" if person.availability == "away" else "present" if on_shift(person, local) else "off_shift",
            last_assigned_at=loads[person.subject]["last_assigned_at"],
        )
        for person in people
    ]


async def find_familiar(tx: Tx, tickets: Sequence[Ticket]) -> dict[TicketId, frozenset[str]]:
    """By ticket, who holds another open ticket of the same customer, or held this one before it was reopened."""
    familiar: dict[TicketId, frozenset[str]] = {}
    for row in await tx.fetch(_FAMILIAR, [ticket.ticket_id for ticket in tickets]):
        familiar[row["ticket_id"]] = familiar.get(row["ticket_id"], frozenset()) | {row["owner"]}
    return familiar


async def insert_assignments(tx: Tx, decisions: Sequence[Decision], named: Sequence[str | None]) -> None:
    """Keep decisions, each with how every candidate stood; that nobody was found is kept once a wait in the queue."""
    if not decisions:
        return
    rows = [
        (
            new_id(),
            d.ticket_id,
            d.chosen,
            "name" if name else "router",
            json.dumps([one.explain() for one in d.standings]),
        )
        for d, name in zip(decisions, named, strict=True)
    ]
    await tx.execute(_INSERT, *map(list, zip(*rows, strict=True)), tx.actor.subject, tx.now)
