"""Service agreements: found by account, by point or by premise; changed where completed work starts and stops them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from services.accounts.domain.agreements import Agreement
from services.accounts.domain.circumstances import Circumstances
from shared.events.accounts import Commodity
from shared.ids import AccountId, AgreementId, PremiseId, ServicePointId
from shared.postgres import Tx

_FIND = """
SELECT s.premise_id, g.agreement_id, g.account_id, g.service_point_id, s.commodity, g.rate_code, a.billing_cycle,
       g.started_on, g.start_reading, g.origin, g.stopped_on, g.stop_reading, g.version,
       g.customer_class, g.dwelling_units, g.discounts
FROM service_agreements g JOIN service_points s USING (service_point_id) JOIN accounts a USING (account_id)
WHERE {column} = ANY($1::uuid[]) ORDER BY g.agreement_id
"""


async def find_agreements(tx: Tx, account_ids: Iterable[AccountId]) -> list[Agreement]:
    """All agreements of accounts, the oldest first."""
    rows = await tx.fetch(_FIND.format(column="g.account_id"), sorted(set(account_ids)))
    return [_agreement(row) for row in rows]


async def find_agreements_at(tx: Tx, point_ids: Iterable[ServicePointId]) -> list[Agreement]:
    """All agreements at service points, the oldest first."""
    rows = await tx.fetch(_FIND.format(column="g.service_point_id"), sorted(set(point_ids)))
    return [_agreement(row) for row in rows]


async def find_agreements_by_premise(tx: Tx, premise_ids: Iterable[PremiseId]) -> dict[PremiseId, list[Agreement]]:
    """All agreements at the points of premises, the oldest first."""
    found: dict[PremiseId, list[Agreement]] = {}
    for row in await tx.fetch(_FIND.format(column="s.premise_id"), sorted(set(premise_ids))):
        found.setdefault(row["premise_id"], []).append(_agreement(row))
    return found


async def find_agreement_homes(
    tx: Tx, agreement_ids: Iterable[AgreementId]
) -> dict[AgreementId, tuple[AccountId, ServicePointId]]:
    """The account and the service point of agreements; both never change."""
    rows = await tx.fetch(
        "SELECT agreement_id, account_id, service_point_id FROM service_agreements"
        " WHERE agreement_id = ANY($1::uuid[])",
        sorted(set(agreement_ids)),
    )
    return {row["agreement_id"]: (row["account_id"], row["service_point_id"]) for row in rows}


async def save_agreements(tx: Tx, agreements: Sequence[Agreement]) -> None:
    """Keep the starts and stops of agreements, all in one statement: one may stop on the day the next one starts."""
    rows = [
        (one.agreement_id, one.origin, one.started_on, one.start_reading, one.stopped_on, one.stop_reading, one.version)
        for one in agreements
    ]
    if rows:
        await tx.execute(
            "UPDATE service_agreements g SET origin = c.origin, started_on = c.started_on,"
            " start_reading = c.start_reading, stopped_on = c.stopped_on, stop_reading = c.stop_reading,"
            " version = c.version"
            " FROM unnest($1::uuid[], $2::text[], $3::date[], $4::bigint[], $5::date[], $6::bigint[], $7::bigint[])"
            " AS c (agreement_id, origin, started_on, start_reading, stopped_on, stop_reading, version)"
            " WHERE g.agreement_id = c.agreement_id",
            *map(list, zip(*rows, strict=True)),
        )


def _agreement(row: Any) -> Agreement:
    _, agreement_id, account_id, point_id, commodity, *rest, customer_class, dwelling_units, discounts = row.values()
    found = Agreement(agreement_id, account_id, point_id, Commodity(commodity), *rest)
    return replace(found, circumstances=Circumstances(customer_class, dwelling_units, tuple(discounts)))
