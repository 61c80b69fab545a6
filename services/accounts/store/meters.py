"""Meters that crews hang: what is on record of them, and the spans for which they hang."""

from collections.abc import Iterable, Sequence

from services.accounts.domain.meters import Installation, Meter
from services.accounts.domain.results import Hung
from shared.ids import MeterId, ServicePointId, new_id
from shared.postgres import Tx

_FIND = """
SELECT m.meter_id, m.serial, m.size, m.dials, m.multiplier, m.unit, m.version,
       i.service_point_id, i.installed_on, i.installed_reading
FROM meters m LEFT JOIN meter_installations i ON i.meter_id = m.meter_id AND i.removed_on IS NULL
WHERE m.serial = ANY($1::text[]) ORDER BY m.meter_id FOR NO KEY UPDATE OF m
"""
_ADD_METERS = """
INSERT INTO meters (meter_id, serial, size, dials, multiplier, unit, recorded_at)
SELECT m.*, $7 FROM unnest($1::uuid[], $2::text[], $3::text[], $4::smallint[], $5::int[], $6::text[]) AS m
"""
_TAKE_DOWN = """
UPDATE meter_installations i SET removed_on = h.removed_on, removed_reading = h.reading, version = i.version + 1
FROM unnest($1::uuid[], $2::date[], $3::bigint[]) AS h (service_point_id, removed_on, reading)
WHERE i.service_point_id = h.service_point_id AND i.removed_on IS NULL
"""
_HANG = """
INSERT INTO meter_installations (meter_installation_id, meter_id, service_point_id, installed_on, installed_reading)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::date[], $5::bigint[])
"""
_SAVE_SERIALS = """
UPDATE account_documents d SET document = d.document || ' ' || h.words
FROM unnest($1::uuid[], $2::text[]) AS h (service_point_id, words)
     JOIN service_agreements g ON g.service_point_id = h.service_point_id AND g.stopped_on IS NULL
WHERE d.account_id = g.account_id
"""


async def lock_meters(tx: Tx, serials: Iterable[str]) -> dict[str, tuple[Meter, Installation | None]]:
    """The meters of these serials that are on record, each with where it hangs."""
    wanted = sorted(set(serials))
    found: dict[str, tuple[Meter, Installation | None]] = {}
    for row in await tx.fetch(_FIND, wanted) if wanted else []:
        *about, point_id, installed_on, reading = row.values()
        meter = Meter(*about)
        found[meter.serial] = (meter, Installation(meter, point_id, installed_on, reading) if point_id else None)
    return found


async def save_hung(tx: Tx, hung: Sequence[tuple[ServicePointId, Hung]], words: Sequence[str]) -> None:
    """Take down the meters that hung at these points, hang the new ones, and find their accounts by the serials."""
    if not hung:
        return
    points = [point_id for point_id, _ in hung]
    days = [one.on for _, one in hung]
    made = [one.meter for _, one in hung if one.is_new]
    if made:
        rows = [(one.meter_id, one.serial, one.size, one.dials, one.multiplier, one.unit) for one in made]
        await tx.execute(_ADD_METERS, *map(list, zip(*rows, strict=True)), tx.now)
    await tx.execute(_TAKE_DOWN, points, days, [one.old_reading for _, one in hung])
    meter_ids: list[MeterId] = [one.meter.meter_id for _, one in hung]
    await tx.execute(_HANG, [new_id() for _ in hung], meter_ids, points, days, [one.reading for _, one in hung])
    await tx.execute(_SAVE_SERIALS, points, list(words))
