"""Readings as they are kept: put on record, accepted, superseded; and their neighbors measured anew."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from services.billing.domain.flags import THRESHOLDS
from services.billing.domain.policies import ReadingPolicy
from services.billing.domain.readings import Reading
from services.billing.domain.references import Reference, Use
from services.billing.domain.reviews import Kept
from services.billing.store.columns import list_columns
from shared.ids import AgreementId, ReadingId
from shared.postgres import Tx

# The account and the meter are joined from the agreement, the day follows from the moment. unnest fills a shorter array
# up with nulls: most sets have no flags and no roll-over, and these columns are then empty arrays.
_INSERT = """
INSERT INTO readings (reading_id, agreement_id, account_id, meter_id, value, read_at, read_on, quality, source, state,
    flags, rolled_over_units, used_units, days_count, previous_reading_id, turned_units, reference_kind, reference_used,
    reference_days, compared_used, compared_days, thresholds, taken_at, taken_by)
SELECT r.reading_id, r.agreement_id, g.account_id, g.meter_id, r.value, r.read_at, (r.read_at AT TIME ZONE $20)::date,
    r.quality, $17, CASE WHEN r.flags IS NULL THEN 'accepted' ELSE 'flagged' END,
    coalesce(string_to_array(r.flags, ','), '{}'), coalesce(r.rolled_over, 0), r.used, r.days, r.previous_id,
    coalesce(r.turned, 0), r.reference_kind, r.reference_used, r.reference_days, r.compared_used, r.compared_days,
    CASE WHEN r.flags IS NOT NULL THEN $21::jsonb END, $18, $19
FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::timestamptz[], $5::text[], $6::text[], $7::bigint[], $8::bigint[],
    $9::int[], $10::uuid[], $11::bigint[], $12::text[], $13::bigint[], $14::int[], $15::bigint[], $16::int[])
    AS r (reading_id, agreement_id, value, read_at, quality, flags, rolled_over, used, days, previous_id, turned,
    reference_kind, reference_used, reference_days, compared_used, compared_days)
JOIN agreements g USING (agreement_id)
"""
_INSERT_ENDS = f"{_INSERT} ON CONFLICT (agreement_id) WHERE source = '%s' DO NOTHING"
_LOCK_READINGS = """
SELECT r.*, g.meter_serial, EXISTS (
    SELECT FROM bills b WHERE b.end_reading_id = r.reading_id AND b.state <> 'cancelled') AS is_billed
FROM readings r JOIN agreements g USING (agreement_id)
WHERE r.reading_id = ANY($1::uuid[]) ORDER BY g.agreement_id, r.reading_id FOR NO KEY UPDATE OF g, r
"""
_SAVE_ACCEPTANCES = """
UPDATE readings r SET state = 'accepted', used_units = a.used, days_count = a.days, previous_reading_id = a.previous_id,
    turned_units = a.turned, rolled_over_units = a.rolled_over, reviewed_at = $8, reviewed_by = $9, review_why = a.why
FROM unnest($1::uuid[], $2::bigint[], $3::int[], $4::uuid[], $5::bigint[], $6::bigint[], $7::text[])
    AS a (reading_id, used, days, previous_id, turned, rolled_over, why)
WHERE r.reading_id = a.reading_id
"""
_SAVE_SUPERSESSIONS = """
UPDATE readings r SET state = 'superseded', superseded_by = s.successor_id, reviewed_at = $4, reviewed_by = $5,
    review_why = s.why
FROM unnest($1::uuid[], $2::uuid[], $3::text[]) AS s (reading_id, successor_id, why)
WHERE r.reading_id = s.reading_id
"""
# What came between two readings splits their use: all that stands after it, on to the next one that was accepted, is
# measured from the accepted one before it. The sum over both parts stays what it was, whatever was billed of it.
_SAVE_NEIGHBORS = """
UPDATE readings r SET previous_reading_id = m.reading_id, days_count = r.read_on - m.read_on,
    used_units = r.value + r.turned_units - m.value - m.turned_units,
    rolled_over_units = CASE WHEN r.meter_id = m.meter_id THEN r.turned_units - m.turned_units ELSE 0 END
FROM (
    SELECT later.reading_id AS later_id, prior.*
    FROM unnest($1::uuid[], $2::timestamptz[]) AS x (agreement_id, read_at)
    CROSS JOIN LATERAL (
        SELECT reading_id, read_at FROM readings
        WHERE agreement_id = x.agreement_id AND state <> 'superseded' AND read_at > x.read_at AND read_at <= coalesce((
            SELECT min(read_at) FROM readings
            WHERE agreement_id = x.agreement_id AND state = 'accepted' AND read_at > x.read_at), 'infinity')
    ) AS later
    CROSS JOIN LATERAL (
        SELECT reading_id, meter_id, value, turned_units, read_on FROM readings
        WHERE agreement_id = x.agreement_id AND state = 'accepted' AND read_at < later.read_at
        ORDER BY read_at DESC LIMIT 1) AS prior
) AS m WHERE r.reading_id = m.later_id
"""


async def insert_readings(tx: Tx, readings: Sequence[Reading], source: str, policy: ReadingPolicy) -> None:
    """Put readings of one source on record, those that were flagged with the policy that flagged them."""
    if readings:
        await tx.execute(_INSERT, *_columns(tx, readings, source, policy))


async def insert_end_readings(tx: Tx, readings: Sequence[Reading], source: str, policy: ReadingPolicy) -> None:
    """Put on record the readings at which services started, or stopped; heard again, they stand already."""
    if readings:
        await tx.execute(_INSERT_ENDS % source, *_columns(tx, readings, source, policy))


async def lock_readings(tx: Tx, reading_ids: Collection[ReadingId]) -> dict[ReadingId, Kept]:
    """Lock readings and their agreements, so that nothing is read meanwhile."""
    rows = await tx.fetch(_LOCK_READINGS, list(reading_ids))
    return {
        row["reading_id"]: Kept(_reading(row), row["meter_serial"], row["reread_asked_at"], row["is_billed"])
        for row in rows
    }


async def save_acceptances(tx: Tx, readings: Sequence[Reading], whys: Sequence[str]) -> None:
    """Keep that a person looked at flagged readings and accepted them, and what they come to now."""
    rows = [
        (r.reading_id, r.used_units, r.days_count, r.previous_reading_id, r.turned_units, r.rolled_over_units, why)
        for r, why in zip(readings, whys, strict=True)
    ]
    if rows:
        await tx.execute(_SAVE_ACCEPTANCES, *zip(*rows, strict=True), tx.now, tx.actor.subject)


async def save_supersessions(tx: Tx, successors: Sequence[tuple[ReadingId, ReadingId, str]]) -> None:
    """Keep that other readings stand in the place of these, and why."""
    if successors:
        await tx.execute(_SAVE_SUPERSESSIONS, *zip(*successors, strict=True), tx.now, tx.actor.subject)


async def save_neighbors(tx: Tx, moments: Collection[tuple[AgreementId, datetime]]) -> None:
    """Measure anew what stands after these moments; each agreement is named once, and locked."""
    if moments:
        await tx.execute(_SAVE_NEIGHBORS, *zip(*moments, strict=True))


def _columns(tx: Tx, readings: Sequence[Reading], source: str, policy: ReadingPolicy) -> tuple[Any, ...]:
    nothing = (None, None, None)
    rows = [
        (r.reading_id, r.agreement_id, r.value, r.read_at, r.quality, ",".join(r.flags) or None,
         r.rolled_over_units or None, r.used_units, r.days_count, r.previous_reading_id, r.turned_units or None,
         *((r.reference.kind, *r.reference.use) if r.reference else nothing), *(r.compared or nothing[:2]))
        for r in readings
    ]  # fmt: skip
    thresholds = policy.model_dump(include=THRESHOLDS) if any(r.flags for r in readings) else None
    return *list_columns(rows, 16), source, tx.now, tx.actor.subject, str(tx.zone), thresholds


def _reading(row: Any) -> Reading:
    kind, used, days = row["reference_kind"], row["compared_used"], row["compared_days"]
    return Reading(
        row["reading_id"], row["agreement_id"], row["account_id"], row["meter_id"], row["value"], row["read_at"],
        row["read_on"], row["quality"], row["source"], row["state"], tuple(row["flags"]), row["turned_units"],
        row["rolled_over_units"], row["used_units"], row["days_count"], row["previous_reading_id"],
        None if kind is None else Reference(kind, Use(row["reference_used"], row["reference_days"])),
        None if used is None else Use(used, days),
    )  # fmt: skip
