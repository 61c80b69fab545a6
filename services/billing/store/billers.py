"""Who bills, from which day on."""

from datetime import date

from services.billing.domain.billers import Biller
from shared.postgres import Tx

_INSERT = """
INSERT INTO billers (effective_on, body, set_at, set_by) VALUES ($1, $2, $3, $4)
ON CONFLICT DO NOTHING RETURNING effective_on
"""


async def insert_biller(tx: Tx, effective_on: date, biller: Biller) -> bool:
    """Keep a version; False where one begins on that day already."""
    body = biller.model_dump(mode="json")
    return await tx.fetchval(_INSERT, effective_on, body, tx.now, tx.actor.subject) is not None
