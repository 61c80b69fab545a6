"""Letters as they are kept: drawn up, mailed, voided; and what lacks a fact."""

import json
from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from services.billing.domain.letters import TEMPLATE_VERSION, Kind, Letter, Matter
from shared.ids import BillId, LetterId, new_id
from shared.postgres import Tx

_INSERT = """
INSERT INTO letters (letter_id, kind, about_id, account_id, bill_id, language, template_version, facts, drawn_up_at,
    drawn_up_on, drawn_up_by)
SELECT m.letter_id, $1, m.about_id, m.account_id, m.bill_id, m.language, $2, m.facts::jsonb, $3, $4, $5
FROM unnest($6::uuid[], $7::uuid[], $8::uuid[], $9::uuid[], $10::text[], $11::text[])
    AS m (letter_id, about_id, account_id, bill_id, language, facts)
ON CONFLICT DO NOTHING RETURNING letter_id
"""
_LOCK = """
SELECT letter_id, account_id, kind, state, drawn_up_on FROM letters WHERE letter_id = ANY($1::uuid[])
ORDER BY letter_id FOR NO KEY UPDATE
"""
_SAVE_MAILINGS = """
UPDATE letters SET state = 'mailed', mailed_on = $2, mailed_at = $3, mailed_by = $4 WHERE letter_id = ANY($1::uuid[])
"""
_SAVE_VOIDED = """
UPDATE letters SET state = 'voided', voided_at = $2, voided_by = $3, voided_why = $4 WHERE letter_id = ANY($1::uuid[])
"""
_LOCK_WAITING = """
SELECT letter_id, about_id FROM letters WHERE kind = $1 AND bill_id = ANY($2::uuid[]) AND state = 'waiting'
ORDER BY letter_id FOR NO KEY UPDATE
"""
_INSERT_EXCEPTIONS = """
INSERT INTO letter_exceptions (exception_id, kind, about_id, account_id, missing, found_at)
SELECT x.exception_id, $1, x.about_id, x.account_id, string_to_array(x.missing, ' '), $2
FROM unnest($3::uuid[], $4::uuid[], $5::uuid[], $6::text[]) AS x (exception_id, about_id, account_id, missing)
ON CONFLICT (kind, about_id) DO UPDATE SET missing = excluded.missing, found_at = excluded.found_at
"""


async def insert_letters(tx: Tx, kind: Kind, matters: Sequence[Matter]) -> list[LetterId]:
    """Keep letters; a matter that has one keeps that. Answers those that are new."""
    rows = [
        (new_id(), one.about_id, one.account_id, one.bill_id, one.language, json.dumps(one.facts)) for one in matters
    ]
    if not rows:
        return []
    of = (kind, TEMPLATE_VERSION, tx.now, tx.today, tx.actor.subject)
    return [row["letter_id"] for row in await tx.fetch(_INSERT, *of, *zip(*rows, strict=True))]


async def lock_letters(tx: Tx, letter_ids: Collection[LetterId]) -> dict[LetterId, Letter]:
    """Lock letters."""
    return {row["letter_id"]: Letter(**row) for row in await tx.fetch(_LOCK, list(letter_ids))}


async def lock_waiting_letters(tx: Tx, kind: Kind, bill_ids: Collection[BillId]) -> dict[LetterId, UUID]:
    """Lock the letters of bills that were not mailed yet; answers what each is about."""
    return {row["letter_id"]: row["about_id"] for row in await tx.fetch(_LOCK_WAITING, kind, list(bill_ids))}


async def save_mailings(tx: Tx, letter_ids: Collection[LetterId], mailed_on: date) -> None:
    """Keep the postmark of letters, and who put it on record."""
    await tx.execute(_SAVE_MAILINGS, list(letter_ids), mailed_on, tx.now, tx.actor.subject)


async def save_voided(tx: Tx, letter_ids: Collection[LetterId], why: str) -> None:
    """Keep that letters are not mailed, and why."""
    await tx.execute(_SAVE_VOIDED, list(letter_ids), tx.now, tx.actor.subject, why)


async def insert_letter_exceptions(tx: Tx, kind: Kind, lacking: Sequence[tuple[Matter, tuple[str, ...]]]) -> None:
    """Keep which letters lack which facts."""
    rows = [(new_id(), one.about_id, one.account_id, " ".join(missing)) for one, missing in lacking]
    if rows:
        await tx.execute(_INSERT_EXCEPTIONS, kind, tx.now, *zip(*rows, strict=True))
