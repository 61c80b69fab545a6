"""Tickets and their history, as the tables keep them."""

import json
from collections.abc import Sequence
from typing import Any

from services.tickets.domain.consequences import Opening
from services.tickets.domain.tickets import Resolution, State, Ticket
from services.tickets.domain.work import Change
from shared.ids import TicketId, number_from
from shared.postgres import Tx

_LOCK = """
SELECT ticket_id, category, account_id, weight, state, opened_at, queued_at, changed_at, owner, waiting_on, level,
       escalated_at, resolution_code, resolution_text, resolved_at, duplicate_of, cycle, version
FROM tickets WHERE ticket_id = ANY($1::uuid[]) ORDER BY ticket_id FOR UPDATE
"""
_QUEUED = """
SELECT ticket_id FROM tickets WHERE state IN ('new', 'reopened') ORDER BY queued_at, ticket_id LIMIT $1
"""
_INSERT = """
INSERT INTO tickets (ticket_id, ticket_number, category, account_id, weight, channel, summary, state, opened_by,
                     opened_at, queued_at, changed_at)
SELECT t.ticket_id, t.number, t.category, t.account_id, t.weight, t.channel, t.summary, t.state, t.opened_by,
       t.opened_at, t.queued_at, t.changed_at
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::int[], $6::text[], $7::text[], $8::text[], $9::text[],
            $10::timestamptz[], $11::timestamptz[], $12::timestamptz[])
     AS t (ticket_id, number, category, account_id, weight, channel, summary, state, opened_by, opened_at, queued_at,
           changed_at)
"""
_SAVE = """
UPDATE tickets t SET state = s.state, owner = s.owner, waiting_on = s.waiting_on, level = s.level,
    escalated_at = s.escalated_at, resolution_code = s.code, resolution_text = s.said, resolved_at = s.resolved_at,
    duplicate_of = s.duplicate_of, queued_at = s.queued_at, changed_at = s.changed_at, cycle = s.cycle,
    version = s.version
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::text[], $8::text[],
            $9::timestamptz[], $10::uuid[], $11::timestamptz[], $12::timestamptz[], $13::int[], $14::bigint[])
     AS s (ticket_id, state, owner, waiting_on, level, escalated_at, code, said, resolved_at, duplicate_of, queued_at,
           changed_at, cycle, version)
WHERE t.ticket_id = s.ticket_id
"""
_CHANGES = """
INSERT INTO ticket_changes (ticket_id, version, action, from_state, to_state, changed_by, changed_at, recorded_at, note,
                            detail)
SELECT c.ticket_id, c.version, c.action, c.from_state, c.to_state, c.by, c.at, $10, c.note, c.detail::jsonb
FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::text[],
            $9::text[]) AS c (ticket_id, version, action, from_state, to_state, by, at, note, detail)
"""


async def lock_tickets(tx: Tx, ticket_ids: Sequence[TicketId]) -> dict[TicketId, Ticket]:
    """These tickets, locked in the order of their ids; those that do not exist are not in the answer."""
    rows = await tx.fetch(_LOCK, sorted(set(ticket_ids)))
    return {row["ticket_id"]: _ticket(row) for row in rows}


def _ticket(row: Any) -> Ticket:
    answered = row["resolution_code"] is not None
    return Ticket(
        ticket_id=row["ticket_id"],
        category=row["category"],
        account_id=row["account_id"],
        weight=row["weight"],
        state=State(row["state"]),
        opened_at=row["opened_at"],
        queued_at=row["queued_at"],
        changed_at=row["changed_at"],
        owner=row["owner"],
        waiting_on=row["waiting_on"],
        level=row["level"],
        escalated_at=row["escalated_at"],
        resolution=Resolution(row["resolution_code"], row["resolution_text"]) if answered else None,
        resolved_at=row["resolved_at"],
        duplicate_of=row["duplicate_of"],
        cycle=row["cycle"],
        version=row["version"],
    )


async def list_queued_ids(tx: Tx, count_max: int) -> list[TicketId]:
    """The tickets that wait longest for an owner."""
    return [row["ticket_id"] for row in await tx.fetch(_QUEUED, count_max)]


async def insert_tickets(tx: Tx, openings: Sequence[Opening]) -> None:
    """Write new tickets, each with the next ticket number."""
    if not openings:
        return
    serials = await tx.fetch("SELECT nextval('ticket_serials') AS serial FROM generate_series(1, $1)", len(openings))
    rows = [
        (t.ticket_id, number_from(serial["serial"]), t.category, t.account_id, t.weight, opening.channel,
         opening.summary, State.NEW, opening.opened_by, t.opened_at, t.queued_at, t.opened_at)
        for opening, serial in zip(openings, serials, strict=True)
        for t in (opening.ticket,)
    ]  # fmt: skip
    await tx.execute(_INSERT, *map(list, zip(*rows, strict=True)))


async def save_tickets(tx: Tx, tickets: Sequence[Ticket]) -> None:
    """Write tickets as they are now; their rows are locked, or new in this transaction."""
    if not tickets:
        return
    rows = [
        (t.ticket_id, t.state, t.owner, t.waiting_on, t.level, t.escalated_at,
         t.resolution.code if t.resolution else None, t.resolution.text if t.resolution else None, t.resolved_at,
         t.duplicate_of, t.queued_at, t.changed_at, t.cycle, t.version)
        for t in tickets
    ]  # fmt: skip
    await tx.execute(_SAVE, *map(list, zip(*rows, strict=True)))


async def insert_changes(tx: Tx, changes: Sequence[Change]) -> None:
    """Add to the tickets' histories."""
    if not changes:
        return
    rows = [
        (c.ticket_id, c.version, c.action, c.from_state, c.to_state, c.by, c.at, c.note, json.dumps(dict(c.detail)))
        for c in changes
    ]
    await tx.execute(_CHANGES, *map(list, zip(*rows, strict=True)), tx.now)
