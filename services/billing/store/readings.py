"""Readings on record, and the meters against which the next ones are judged."""

from collections.abc import Collection, Sequence
from typing import Any

from services.billing.domain.flags import Use
from services.billing.domain.readings import Mark, Metered, Reading
from services.billing.store.columns import list_columns
from shared.ids import AgreementId, ReadingId
from shared.postgres import Tx

_LOCK_METERS = """
SELECT agreement_id FROM agreements WHERE meter_serial = ANY($1::text[]) AND stopped_on IS NULL
ORDER BY agreement_id FOR NO KEY UPDATE
"""
_LOCK_AGREEMENTS = """
SELECT agreement_id FROM agreements WHERE agreement_id = ANY($1::uuid[]) AND meter_id IS NOT NULL
ORDER BY agreement_id FOR NO KEY UPDATE
"""
# Twelve readings back are looked at for the last three periods: a head-end that reads daily must not cost a scan.
_FIND_METERED = """
SELECT g.agreement_id, g.account_id, g.meter_id, g.meter_serial, g.dials, g.multiplier, g.unit,
    l.reading_id AS last_id, l.value AS last_value, l.read_at AS last_at, l.read_on AS last_on,
    a.reading_id AS accepted_id, a.value AS accepted_value, a.read_at AS accepted_at, a.read_on AS accepted_on,
    u.used, u.days
FROM agreements g
LEFT JOIN LATERAL (
    SELECT reading_id, value, read_at, read_on FROM readings
    WHERE agreement_id = g.agreement_id AND state <> 'superseded' ORDER BY read_at DESC LIMIT 1) l ON true
LEFT JOIN LATERAL (
    SELECT reading_id, value, read_at, read_on FROM readings
    WHERE agreement_id = g.agreement_id AND state = 'accepted' ORDER BY read_at DESC LIMIT 1) a ON true
LEFT JOIN LATERAL (
    SELECT array_agg(used_units) AS used, array_agg(days_count) AS days FROM (
        SELECT used_units, days_count FROM (
            SELECT used_units, days_count, quality, source, read_at FROM readings
            WHERE agreement_id = g.agreement_id AND state = 'accepted' ORDER BY read_at DESC LIMIT 12) AS late
        WHERE quality = 'actual' AND source <> 'start' AND days_count >= $2 ORDER BY read_at DESC LIMIT 3) AS three
    ) u ON true
WHERE g.agreement_id = ANY($1::uuid[]) ORDER BY g.agreement_id
"""
# The account and the meter are joined from the agreement, the day follows from the moment. unnest fills a shorter array
# up with nulls: most sets have no flags and no roll-over, and these columns are then empty arrays.
_INSERT = """
INSERT INTO readings (reading_id, agreement_id, account_id, meter_id, value, read_at, read_on, quality, source, state,
    flags, rolled_over_units, used_units, days_count, previous_reading_id, taken_at, taken_by)
SELECT r.reading_id, r.agreement_id, g.account_id, g.meter_id, r.value, r.read_at, (r.read_at AT TIME ZONE $14)::date,
    r.quality, $11, CASE WHEN r.flags IS NULL THEN 'accepted' ELSE 'flagged' END,
    coalesce(string_to_array(r.flags, ','), '{}'), coalesce(r.rolled_over, 0), r.used, r.days, r.previous_id, $12, $13
FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::timestamptz[], $5::text[], $6::text[], $7::bigint[], $8::bigint[],
    $9::int[], $10::uuid[])
    AS r (reading_id, agreement_id, value, read_at, quality, flags, rolled_over, used, days, previous_id)
JOIN agreements g USING (agreement_id)
"""
_INSERT_ENDS = f"{_INSERT} ON CONFLICT (agreement_id) WHERE source = '%s' DO NOTHING"
_LOCK_READINGS = """
SELECT r.*, g.meter_serial FROM readings r JOIN agreements g USING (agreement_id)
WHERE r.reading_id = ANY($1::uuid[]) ORDER BY g.agreement_id, r.reading_id FOR NO KEY UPDATE OF g, r
"""
_FIND_LATER = """
SELECT r.reading_id FROM readings r WHERE r.reading_id = ANY($1::uuid[]) AND EXISTS (
    SELECT 1 FROM readings later WHERE later.agreement_id = r.agreement_id AND later.state = ANY($2::text[])
    AND later.read_at > r.read_at)
"""
_FIND_BILLED = "SELECT end_reading_id FROM bills WHERE end_reading_id = ANY($1::uuid[]) AND state <> 'cancelled'"
_SAVE_ACCEPTANCES = """
UPDATE readings SET state = 'accepted', reviewed_at = $2, reviewed_by = $3, review_why = $4
WHERE reading_id = ANY($1::uuid[])
"""
_SAVE_SUPERSESSION = """
UPDATE readings SET state = 'superseded', superseded_by = $2, reviewed_at = $3, reviewed_by = $4, review_why = $5
WHERE reading_id = $1
"""


async def lock_meters(tx: Tx, serials: Collection[str], compared_from_days: int) -> dict[str, Metered]:
    """Lock the running agreements at these meters; answers them by serial with what was read before."""
    rows = await tx.fetch(_LOCK_METERS, list(serials))
    metered = await _find_metered(tx, [row["agreement_id"] for row in rows], compared_from_days)
    return {row["meter_serial"]: _metered(row) for row in metered}


async def lock_agreements(
    tx: Tx, agreement_ids: Collection[AgreementId], compared_from_days: int
) -> dict[AgreementId, Metered]:
    """Lock these agreements, as far as they have a meter; answers them with what was read before."""
    rows = await tx.fetch(_LOCK_AGREEMENTS, list(agreement_ids))
    metered = await _find_metered(tx, [row["agreement_id"] for row in rows], compared_from_days)
    return {row["agreement_id"]: _metered(row) for row in metered}


async def insert_readings(tx: Tx, readings: Sequence[Reading], source: str) -> None:
    """Put readings of one source on record."""
    if readings:
        await tx.execute(_INSERT, *_columns(tx, readings, source))


async def insert_end_readings(tx: Tx, readings: Sequence[Reading], source: str) -> None:
    """Put on record the readings at which services started, or stopped; heard again, they stand already."""
    if readings:
        await tx.execute(_INSERT_ENDS % source, *_columns(tx, readings, source))


async def lock_readings(tx: Tx, reading_ids: Collection[ReadingId]) -> dict[ReadingId, tuple[Reading, str]]:
    """Lock readings and their agreements, so that nothing is read meanwhile; answers each with its meter's serial."""
    rows = await tx.fetch(_LOCK_READINGS, list(reading_ids))
    return {row["reading_id"]: (_reading(row), row["meter_serial"]) for row in rows}


async def find_outrun(tx: Tx, reading_ids: Collection[ReadingId], states: Collection[str]) -> frozenset[ReadingId]:
    """Which of these have a later reading of their agreement in one of these states."""
    rows = await tx.fetch(_FIND_LATER, list(reading_ids), list(states))
    return frozenset(row["reading_id"] for row in rows)


async def find_billed(tx: Tx, reading_ids: Collection[ReadingId]) -> frozenset[ReadingId]:
    """Which of these end a bill that stands."""
    return frozenset(row["end_reading_id"] for row in await tx.fetch(_FIND_BILLED, list(reading_ids)))


async def save_acceptances(tx: Tx, reading_ids: Collection[ReadingId], why: str) -> None:
    """Keep that a person looked at flagged readings and accepted them."""
    await tx.execute(_SAVE_ACCEPTANCES, list(reading_ids), tx.now, tx.actor.subject, why)


async def save_supersession(tx: Tx, old: ReadingId, new: ReadingId, why: str) -> None:
    """Keep that another reading stands in the place of this one."""
    await tx.execute(_SAVE_SUPERSESSION, old, new, tx.now, tx.actor.subject, why)


async def _find_metered(tx: Tx, agreement_ids: Sequence[AgreementId], compared_from_days: int) -> list[Any]:
    return await tx.fetch(_FIND_METERED, agreement_ids, compared_from_days)


def _columns(tx: Tx, readings: Sequence[Reading], source: str) -> tuple[Any, ...]:
    rows = [
        (r.reading_id, r.agreement_id, r.value, r.read_at, r.quality, ",".join(r.flags) or None,
         r.rolled_over_units or None, r.used_units, r.days_count, r.previous_reading_id)
        for r in readings
    ]  # fmt: skip
    return *list_columns(rows, 10), source, tx.now, tx.actor.subject, str(tx.zone)


def _mark(row: Any, which: str) -> Mark | None:
    if row[f"{which}_id"] is None:
        return None
    return Mark(row[f"{which}_id"], row[f"{which}_value"], row[f"{which}_at"], row[f"{which}_on"])


def _metered(row: Any) -> Metered:
    usual = tuple(
        Use(used * row["multiplier"], days) for used, days in zip(row["used"] or (), row["days"] or (), strict=True)
    )
    return Metered(
        row["agreement_id"], row["account_id"], row["meter_id"], row["dials"], row["multiplier"], row["unit"],
        _mark(row, "last"), _mark(row, "accepted"), usual,
    )  # fmt: skip


def _reading(row: Any) -> Reading:
    return Reading(
        row["reading_id"], row["agreement_id"], row["account_id"], row["meter_id"], row["value"], row["read_at"],
        row["read_on"], row["quality"], row["source"], row["state"], tuple(row["flags"]), row["rolled_over_units"],
        row["used_units"], row["days_count"], row["previous_reading_id"],
    )  # fmt: skip
