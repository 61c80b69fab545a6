"""The serials of meters that were ever read here: filled only from what accounts told, each row once."""

from collections.abc import Mapping

from shared.ids import MeterId
from shared.postgres import Tx

_INSERT = """
INSERT INTO meters (meter_id, serial) SELECT * FROM unnest($1::uuid[], $2::text[]) ON CONFLICT (meter_id) DO NOTHING
"""


async def insert_meters(tx: Tx, serials: Mapping[MeterId, str]) -> None:
    """Keep the serials of these meters; what is there stays."""
    if serials:
        await tx.execute(_INSERT, list(serials), list(serials.values()))
