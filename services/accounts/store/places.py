"""Places of work: service points with what hangs there and the agreements that concern them."""

from collections.abc import Iterable, Sequence
from typing import Any

from services.accounts.domain.meters import Meter
from services.accounts.domain.premises import PremiseUse, ServicePoint
from services.accounts.domain.results import Place
from services.accounts.store.agreements import find_agreements_by_premise
from shared.events.accounts import Commodity
from shared.ids import AccountId, PremiseId, ServicePointId
from shared.postgres import Tx

_POINTS = """
SELECT p.use, s.service_point_id, s.premise_id, s.commodity, s.number, s.off_since, s.off_order_id, s.version
FROM service_points s JOIN premises p USING (premise_id)
WHERE s.service_point_id = ANY($1::uuid[]) ORDER BY s.service_point_id FOR NO KEY UPDATE OF s
"""
_METERS = """
SELECT i.service_point_id, m.meter_id, m.serial, m.size, m.dials, m.multiplier, m.unit, m.version
FROM meter_installations i JOIN meters m USING (meter_id)
WHERE i.service_point_id = ANY($1::uuid[]) AND i.removed_on IS NULL
"""
_SHUTOFF_POINTS = """
SELECT DISTINCT ON (g.account_id) g.account_id, g.service_point_id
FROM service_agreements g JOIN service_points s USING (service_point_id)
WHERE g.account_id = ANY($1::uuid[])
ORDER BY g.account_id, (g.started_on IS NOT NULL AND g.stopped_on IS NULL) DESC,
         array_position(ARRAY['water', 'electric', 'sewer'], s.commodity), g.started_on DESC NULLS LAST, g.agreement_id
"""


async def lock_places(tx: Tx, point_ids: Iterable[ServicePointId]) -> dict[ServicePointId, Place]:
    """Service points with their meter and all agreements of their premise; the points are locked in order."""
    ids = sorted(set(point_ids))
    points = {row["service_point_id"]: row for row in await tx.fetch(_POINTS, ids)}
    meters = {row["service_point_id"]: Meter(*list(row.values())[1:]) for row in await tx.fetch(_METERS, ids)}
    agreements = await find_agreements_by_premise(tx, [row["premise_id"] for row in points.values()])
    return {
        point_id: Place(
            _point(row), PremiseUse(row["use"]), meters.get(point_id), tuple(agreements.get(row["premise_id"], ()))
        )
        for point_id, row in points.items()
    }


async def find_addresses(tx: Tx, premise_ids: Iterable[PremiseId]) -> dict[PremiseId, str]:
    """The street addresses of premises."""
    rows = await tx.fetch(
        "SELECT premise_id, street_address FROM premises WHERE premise_id = ANY($1::uuid[])", sorted(set(premise_ids))
    )
    return {row["premise_id"]: row["street_address"] for row in rows}


async def find_shutoff_points(tx: Tx, account_ids: Iterable[AccountId]) -> dict[AccountId, ServicePointId]:
    """Where an account is shut off: its running service, water before electric; else where it was served last."""
    rows = await tx.fetch(_SHUTOFF_POINTS, sorted(set(account_ids)))
    return {row["account_id"]: row["service_point_id"] for row in rows}


async def save_points(tx: Tx, points: Sequence[ServicePoint]) -> None:
    """Keep which valves are shut, since when and by which order."""
    if points:
        await tx.execute(
            "UPDATE service_points s SET off_since = c.off_since, off_order_id = c.off_order_id, version = c.version"
            " FROM unnest($1::uuid[], $2::timestamptz[], $3::uuid[], $4::bigint[])"
            " AS c (service_point_id, off_since, off_order_id, version)"
            " WHERE s.service_point_id = c.service_point_id",
            [one.service_point_id for one in points],
            [one.off_since for one in points],
            [one.off_order_id for one in points],
            [one.version for one in points],
        )


def _point(row: Any) -> ServicePoint:
    _use, point_id, premise_id, commodity, *rest = row.values()
    return ServicePoint(point_id, premise_id, Commodity(commodity), *rest)
