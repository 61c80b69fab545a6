"""Clocks, what they struck, escalations and alarms, as the tables keep them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.tickets.domain.clocks import Clock, Running
from services.tickets.domain.work import Alarm, Escalation, Mark
from shared.ids import TicketId, new_id
from shared.postgres import Tx

_LIST = """
SELECT c.clock_id, c.ticket_id, c.clock, c.cycle, c.state, c.target_minutes, c.started_at, c.warn_at, c.due_at,
       c.paused_at, c.ended_at,
       (SELECT struck_at FROM clock_marks m WHERE m.clock_id = c.clock_id AND m.mark = 'warning') AS warned_at,
       (SELECT struck_at FROM clock_marks m WHERE m.clock_id = c.clock_id AND m.mark = 'breach') AS breached_at,
       ARRAY(SELECT p.paused_at FROM clock_pauses p WHERE p.clock_id = c.clock_id ORDER BY p.paused_at) AS pauses_from,
       ARRAY(SELECT p.resumed_at FROM clock_pauses p WHERE p.clock_id = c.clock_id ORDER BY p.paused_at) AS pauses_to
FROM ticket_clocks c WHERE c.ticket_id = ANY($1::uuid[]) ORDER BY c.ticket_id, c.cycle, c.clock
"""
_SAVE = """
INSERT INTO ticket_clocks (clock_id, ticket_id, clock, cycle, state, target_minutes, started_at, warn_at, due_at,
                           paused_at, ended_at)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::int[], $5::text[], $6::int[], $7::timestamptz[],
                     $8::timestamptz[], $9::timestamptz[], $10::timestamptz[], $11::timestamptz[])
ON CONFLICT (clock_id) DO UPDATE SET state = EXCLUDED.state, warn_at = EXCLUDED.warn_at, due_at = EXCLUDED.due_at,
    paused_at = EXCLUDED.paused_at, ended_at = EXCLUDED.ended_at
"""
_PAUSES = """
INSERT INTO clock_pauses (clock_id, paused_at, resumed_at)
SELECT * FROM unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[]) ON CONFLICT (clock_id, paused_at) DO NOTHING
"""
_MARKS = """
INSERT INTO clock_marks (clock_id, mark, struck_at) SELECT * FROM unnest($1::uuid[], $2::text[], $3::timestamptz[])
"""
_ESCALATE = """
INSERT INTO escalations (ticket_id, cycle, level, escalated_to, reason_code, escalated_at)
SELECT * FROM unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::text[], $6::timestamptz[])
"""
_ALARM = """
INSERT INTO alarms (alarm_id, ticket_id, cycle, kind, subject, raised_at)
SELECT a.alarm_id, a.ticket_id, a.cycle, a.kind, a.subject, $6
FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::text[], $5::text[]) AS a (alarm_id, ticket_id, cycle, kind, subject)
ON CONFLICT (ticket_id, cycle, kind, subject) DO NOTHING
"""


async def list_clocks(tx: Tx, ticket_ids: Sequence[TicketId]) -> dict[TicketId, tuple[Clock, ...]]:
    """The clocks of these tickets, of every cycle; the tickets are locked by now, and their clocks with them."""
    clocks: dict[TicketId, tuple[Clock, ...]] = {}
    for row in await tx.fetch(_LIST, list(ticket_ids)):
        clocks[row["ticket_id"]] = (*clocks.get(row["ticket_id"], ()), _clock(row))
    return clocks


def _clock(row: Any) -> Clock:
    return Clock(
        clock_id=row["clock_id"],
        ticket_id=row["ticket_id"],
        clock=row["clock"],
        cycle=row["cycle"],
        state=Running(row["state"]),
        target_minutes=row["target_minutes"],
        started_at=row["started_at"],
        warn_at=row["warn_at"],
        due_at=row["due_at"],
        pauses=tuple(zip(row["pauses_from"], row["pauses_to"], strict=True)),
        paused_at=row["paused_at"],
        ended_at=row["ended_at"],
        warned_at=row["warned_at"],
        breached_at=row["breached_at"],
    )


async def list_ticket_ids_of_clocks(tx: Tx, clock_ids: Sequence[UUID]) -> dict[UUID, TicketId]:
    """The ticket of each clock."""
    rows = await tx.fetch(
        "SELECT clock_id, ticket_id FROM ticket_clocks WHERE clock_id = ANY($1::uuid[])", list(clock_ids)
    )
    return {row["clock_id"]: row["ticket_id"] for row in rows}


async def save_clocks(tx: Tx, clocks: Sequence[Clock]) -> None:
    """Write clocks as they are now, with the pauses that ended."""
    if not clocks:
        return
    rows = [
        (c.clock_id, c.ticket_id, c.clock, c.cycle, c.state, c.target_minutes, c.started_at, c.warn_at, c.due_at,
         c.paused_at, c.ended_at)
        for c in clocks
    ]  # fmt: skip
    await tx.execute(_SAVE, *map(list, zip(*rows, strict=True)))
    pauses = [(c.clock_id, *pause) for c in clocks for pause in c.pauses]
    if pauses:
        await tx.execute(_PAUSES, *map(list, zip(*pauses, strict=True)))


async def insert_marks(tx: Tx, marks: Sequence[Mark]) -> None:
    """Keep what was struck; each once a clock, or the row is refused."""
    if not marks:
        return
    rows = [(mark.clock_id, mark.mark, mark.struck_at) for mark in marks]
    await tx.execute(_MARKS, *map(list, zip(*rows, strict=True)))


async def insert_escalations(tx: Tx, escalations: Sequence[Escalation]) -> None:
    """Keep who was told at which level; a level is told once a cycle, or the row is refused."""
    if not escalations:
        return
    rows = [(e.ticket_id, e.cycle, e.level, e.escalated_to, e.reason_code, e.escalated_at) for e in escalations]
    await tx.execute(_ESCALATE, *map(list, zip(*rows, strict=True)))


async def insert_alarms(tx: Tx, alarms: Sequence[Alarm]) -> None:
    """Raise alarms, each once a cycle of its ticket."""
    if not alarms:
        return
    rows = [(new_id(), a.ticket_id, a.cycle, a.kind, a.subject) for a in alarms]
    await tx.execute(_ALARM, *map(list, zip(*rows, strict=True)), tx.now)
