"""Tariffs as they were loaded."""

from collections.abc import Collection
from datetime import date

from services.billing.domain.bills import Version
from services.billing.domain.tariffs import Tariff, body_of, tariff_from
from shared.ids import TariffId
from shared.postgres import Tx

_INSERT = """
INSERT INTO tariffs (tariff_id, rate_code, effective_on, body, loaded_at, loaded_by) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT ON CONSTRAINT one_tariff_begins_on_a_day DO NOTHING RETURNING tariff_id
"""
_FIND = """
SELECT tariff_id, rate_code, effective_on, body FROM tariffs WHERE rate_code = ANY($1::text[]) AND effective_on <= $2
"""


async def insert_tariff(tx: Tx, tariff_id: TariffId, rate_code: str, effective_on: date, tariff: Tariff) -> bool:
    """Keep a version; False where one begins on that day already."""
    kept = await tx.fetchval(_INSERT, tariff_id, rate_code, effective_on, body_of(tariff), tx.now, tx.actor.subject)
    return kept is not None


async def find_tariffs(tx: Tx, rate_codes: Collection[str], through_on: date) -> dict[str, list[Version]]:
    """All versions of these rate codes that begin by a day."""
    versions: dict[str, list[Version]] = {}
    for row in await tx.fetch(_FIND, sorted(set(rate_codes)), through_on):
        version = Version(row["tariff_id"], row["effective_on"], tariff_from(row["body"]))
        versions.setdefault(row["rate_code"], []).append(version)
    return versions
