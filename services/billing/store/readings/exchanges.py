"""Meters that were exchanged: the agreement goes by the new one, and both readings stand on record."""

from collections.abc import Sequence

from services.billing.domain.exchanges import Exchange
from shared.postgres import Tx

_SAVE_METERS = """
UPDATE agreements g SET meter_id = n.meter_id, meter_serial = n.serial, dials = n.dials, multiplier = n.multiplier,
    unit = n.unit, meter_size = coalesce(n.size, g.meter_size)
FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::smallint[], $5::int[], $6::text[], $7::text[])
    AS n (agreement_id, meter_id, serial, dials, multiplier, unit, size)
WHERE g.agreement_id = n.agreement_id
"""


async def save_meters(tx: Tx, exchanges: Sequence[Exchange]) -> None:
    """Keep which meter is read from now on."""
    rows = [(one.agreement_id, *one.new[:6]) for one in exchanges]
    if rows:
        await tx.execute(_SAVE_METERS, *zip(*rows, strict=True))
