"""What people decided about readings, on the record; and the crews that are sent to read again."""

import json
from collections.abc import Collection, Sequence

from services.billing.domain.readings import Reading
from services.billing.domain.reviews import Outcome
from shared.ids import ReadingId
from shared.postgres import Tx

_INSERT_REVIEWS = """
INSERT INTO audit_log (at, subject, action, about, before, after, why, correlation_id)
SELECT $6, $7, r.action, r.about, r.before::jsonb, r.after::jsonb, r.why, $8
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[]) AS r (action, about, before, after, why)
"""
_SAVE_REREADS_ASKED = "UPDATE readings SET reread_asked_at = $2 WHERE reading_id = ANY($1::uuid[])"
_FIND_REREADS = """
SELECT r.reading_id AS old_id, n.reading_id AS new_id
FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) AS n (reading_id, agreement_id, read_at)
JOIN readings r ON r.agreement_id = n.agreement_id AND r.state = 'flagged' AND r.read_at < n.read_at
WHERE r.reread_asked_at IS NOT NULL
ORDER BY r.reading_id
"""


async def insert_reviews(tx: Tx, reviews: Sequence[tuple[str, Outcome]]) -> None:
    """Put on the record who decided what, and why."""
    rows = [
        (action, str(one.old.reading_id), json.dumps({"value": one.old.value, "flags": one.old.flags}),
         json.dumps({"value": one.stands.value, "reading_id": str(one.stands.reading_id)}), one.why)
        for action, one in reviews
    ]  # fmt: skip
    if rows:
        await tx.execute(_INSERT_REVIEWS, *zip(*rows, strict=True), tx.now, tx.actor.subject, tx.cause.correlation_id)


async def save_rereads_asked(tx: Tx, reading_ids: Collection[ReadingId]) -> None:
    """Keep that a crew was asked to read these meters again."""
    if reading_ids:
        await tx.execute(_SAVE_REREADS_ASKED, list(reading_ids), tx.now)


async def find_rereads(tx: Tx, taken: Sequence[Reading]) -> list[tuple[ReadingId, ReadingId]]:
    """Which readings waited to be read again, each with the one that takes its place."""
    if not taken:
        return []
    rows = [(one.reading_id, one.agreement_id, one.read_at) for one in taken]
    return [(row["old_id"], row["new_id"]) for row in await tx.fetch(_FIND_REREADS, *zip(*rows, strict=True))]
