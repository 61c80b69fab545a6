"""What other services' facts are about, as the table keeps it."""

from collections.abc import Sequence
from typing import Any

from services.tickets.domain.matters import Matter, MatterKey
from services.tickets.domain.tickets import Resolution
from shared.postgres import Tx

_PLACE = """
INSERT INTO matters (kind, matter_id)
SELECT m.kind, m.matter_id FROM unnest($1::text[], $2::uuid[]) AS m (kind, matter_id) ORDER BY m.kind, m.matter_id
ON CONFLICT (kind, matter_id) DO NOTHING
"""
_LOCK = """
SELECT m.kind, m.matter_id, m.ticket_id, m.authorization_id, m.failed_at, m.withdrawn_at, m.ended_at, m.ending_code,
       m.ending_text
FROM matters m JOIN unnest($1::text[], $2::uuid[]) AS k (kind, matter_id) USING (kind, matter_id)
ORDER BY m.kind, m.matter_id FOR UPDATE OF m
"""
_SAVE = """
UPDATE matters m SET ticket_id = s.ticket_id, authorization_id = s.authorization_id, failed_at = s.failed_at,
    withdrawn_at = s.withdrawn_at, ended_at = s.ended_at, ending_code = s.code, ending_text = s.said
FROM unnest($1::text[], $2::uuid[], $3::uuid[], $4::uuid[], $5::timestamptz[], $6::timestamptz[], $7::timestamptz[],
            $8::text[], $9::text[])
     AS s (kind, matter_id, ticket_id, authorization_id, failed_at, withdrawn_at, ended_at, code, said)
WHERE m.kind = s.kind AND m.matter_id = s.matter_id
"""


async def lock_matters(
    tx: Tx, keys: Sequence[MatterKey], remembered: Sequence[MatterKey] = ()
) -> dict[MatterKey, Matter]:
    """These matters, locked in key order. Those `remembered` are put down now if they were never heard of."""
    if remembered:
        await tx.execute(_PLACE, *map(list, zip(*sorted(set(remembered)), strict=True)))
    if not keys:
        return {}
    rows = await tx.fetch(_LOCK, *map(list, zip(*sorted(set(keys)), strict=True)))
    return {(row["kind"], row["matter_id"]): _matter(row) for row in rows}


def _matter(row: Any) -> Matter:
    ended = row["ending_code"] is not None
    return Matter(
        kind=row["kind"],
        matter_id=row["matter_id"],
        ticket_id=row["ticket_id"],
        authorization_id=row["authorization_id"],
        failed_at=row["failed_at"],
        withdrawn_at=row["withdrawn_at"],
        ended_at=row["ended_at"],
        ending=Resolution(row["ending_code"], row["ending_text"]) if ended else None,
    )


async def save_matters(tx: Tx, matters: Sequence[Matter]) -> None:
    """Write matters as they are now; their rows are locked."""
    if not matters:
        return
    rows = [
        (m.kind, m.matter_id, m.ticket_id, m.authorization_id, m.failed_at, m.withdrawn_at, m.ended_at,
         m.ending.code if m.ending else None, m.ending.text if m.ending else None)
        for m in matters
    ]  # fmt: skip
    await tx.execute(_SAVE, *map(list, zip(*rows, strict=True)))
