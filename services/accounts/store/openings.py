"""Opening accounts: what is on record of the places that openings name, and COPY of all that they add."""

from collections.abc import Iterable, Sequence
from typing import Any

from services.accounts.domain.accounts import Person
from services.accounts.domain.asked import Extension, Opening, keys_of, people_of, serials_of
from services.accounts.domain.meters import Installation, Meter
from services.accounts.domain.openings import Opened, Register
from services.accounts.domain.premises import Parcel, Premise, PremiseUse, ServicePoint, address_key
from services.accounts.store.agreements import find_agreements_at
from shared.events.accounts import Commodity
from shared.ids import PersonId, ServicePointId
from shared.postgres import Tx

_OPENING_LOCK = 0x6F70656E696E67
"""Openings go one set after another: what one makes, the next one finds. A town opens some twenty accounts a day."""


async def lock_register(tx: Tx, openings: Sequence[Opening | Extension]) -> Register:
    """What is on record of the premises, points, meters and people that openings name; other openings wait."""
    await tx.execute("SELECT pg_advisory_xact_lock($1)", _OPENING_LOCK)
    premises = await _premises(tx, keys_of(openings))
    points = await _points(tx, [premise.premise_id for premise in premises.values()])
    installations, meters = await _meters(tx, serials_of(openings), [point.service_point_id for point in points])
    agreements = await find_agreements_at(tx, [point.service_point_id for point in points])
    return Register(
        premises=premises,
        points={(point.premise_id, point.commodity, point.number): point for point in points},
        meters=meters,
        installations=installations,
        agreements=[agreement for agreement in agreements if agreement.started_on is not None],
        people=await _people(tx, people_of(openings)),
    )


async def find_account_serials(tx: Tx, count: int) -> list[int]:
    """The next serials for account numbers; a number that is not used in the end is lost, and none is used twice."""
    rows = await tx.fetch("SELECT nextval('account_serials') AS serial FROM generate_series(1, $1)", count)
    return [row["serial"] for row in rows]


async def insert_opened(tx: Tx, opened: Opened) -> None:
    """Add everything that openings made, in the order in which the rows refer to each other."""
    await _save_premises(tx, opened.premises)
    await _copy(tx, "people", "person_id name phone email recorded_at", (
        (one.person_id, one.name, one.phone, one.email, tx.now) for one in opened.people
    ))  # fmt: skip
    await _insert_points_and_meters(tx, opened)
    await _copy(tx, "accounts", "account_id account_number holder_id premise_id mailing_address billing_cycle opened_on"
                " recorded_at version", (
        (one.account_id, one.account_number, one.holder_id, one.premise_id, one.mailing_address, one.billing_cycle,
         one.opened_on, tx.now, one.version) for one in opened.accounts
    ))  # fmt: skip
    await _copy(tx, "account_people", "account_person_id account_id person_id role since_on", (
        (one.account_person_id, one.account_id, one.person_id, one.role.value, one.since_on)
        for one in opened.account_people
    ))  # fmt: skip
    await _insert_agreements(tx, opened)
    await _copy(tx, "account_documents", "account_id document", opened.documents.items())


async def insert_extended(tx: Tx, extended: Opened) -> None:
    """Add what further services of accounts made; the accounts are found by their meters, too."""
    await _insert_points_and_meters(tx, extended)
    await _insert_agreements(tx, extended)
    if extended.documents:
        await tx.execute(
            "UPDATE account_documents d SET document = d.document || ' ' || w.words"
            " FROM unnest($1::uuid[], $2::text[]) AS w (account_id, words) WHERE d.account_id = w.account_id",
            list(extended.documents), list(extended.documents.values()),
        )  # fmt: skip


async def _insert_agreements(tx: Tx, opened: Opened) -> None:
    await _copy(tx, "service_agreements", "agreement_id account_id service_point_id rate_code origin started_on"
                " start_reading version customer_class dwelling_units discounts discount_evidence", (
        (one.agreement_id, one.account_id, one.service_point_id, one.rate_code, one.origin, one.started_on,
         one.start_reading, one.version, one.circumstances.customer_class, one.circumstances.dwelling_units,
         list(one.circumstances.discounts), one.discount_evidence) for one in opened.agreements
    ))  # fmt: skip


async def _insert_points_and_meters(tx: Tx, opened: Opened) -> None:
    await _copy(tx, "service_points", "service_point_id premise_id commodity number", (
        (one.service_point_id, one.premise_id, one.commodity.value, one.number) for one in opened.points
    ))  # fmt: skip
    await _copy(tx, "meters", "meter_id serial size dials multiplier unit recorded_at", (
        (one.meter_id, one.serial, one.size, one.dials, one.multiplier, one.unit, tx.now) for one in opened.meters
    ))  # fmt: skip
    await _copy(tx, "meter_installations", "meter_installation_id meter_id service_point_id installed_on"
                " installed_reading", (
        (new_id, one.meter.meter_id, one.service_point_id, one.installed_on, one.installed_reading)
        for new_id, one in opened.installations
    ))  # fmt: skip


async def _copy(tx: Tx, table: str, columns: str, records: Iterable[tuple[Any, ...]]) -> None:
    rows = list(records)
    if rows:
        await tx.copy(table, columns.split(), rows)


async def _save_premises(tx: Tx, premises: Sequence[Premise]) -> None:
    rows = [
        (one.premise_id, one.street_address, address_key(one.street_address), one.use.value,
         *((one.parcel.block, one.parcel.lot, one.parcel.qualifier) if one.parcel else (None,) * 3), one.version)
        for one in premises
    ]  # fmt: skip
    if rows:
        await tx.execute(
            "INSERT INTO premises (premise_id, street_address, address_key, use, block, lot, qualifier, version)"
            " SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],"
            " $8::bigint[])"
            " ON CONFLICT (premise_id) DO UPDATE SET block = EXCLUDED.block, lot = EXCLUDED.lot,"
            " qualifier = EXCLUDED.qualifier, version = EXCLUDED.version",
            *map(list, zip(*rows, strict=True)),
        )


async def _premises(tx: Tx, keys: list[str]) -> dict[str, Premise]:
    rows = await tx.fetch(
        "SELECT address_key, premise_id, street_address, use, block, lot, qualifier, version FROM premises"
        " WHERE address_key = ANY($1::text[])",
        keys,
    )
    return {row["address_key"]: _premise(row) for row in rows}


def _premise(row: Any) -> Premise:
    parcel = Parcel(row["block"], row["lot"], row["qualifier"]) if row["block"] is not None else None
    return Premise(row["premise_id"], row["street_address"], PremiseUse(row["use"]), parcel, row["version"])


async def _points(tx: Tx, premise_ids: list[Any]) -> list[ServicePoint]:
    rows = await tx.fetch(
        "SELECT service_point_id, premise_id, commodity, number, off_since, off_order_id, version FROM service_points"
        " WHERE premise_id = ANY($1::uuid[])",
        premise_ids,
    )
    return [
        ServicePoint(row["service_point_id"], row["premise_id"], Commodity(row["commodity"]), *list(row.values())[3:])
        for row in rows
    ]


async def _meters(
    tx: Tx, serials: list[str], point_ids: list[ServicePointId]
) -> tuple[list[Installation], dict[str, Meter]]:
    """The meters of these serials and those that hang at these points, and where each of them hangs."""
    rows = await tx.fetch(
        "SELECT m.meter_id, m.serial, m.size, m.dials, m.multiplier, m.unit, m.version,"
        " i.service_point_id, i.installed_on, i.installed_reading"
        " FROM meters m LEFT JOIN meter_installations i ON i.meter_id = m.meter_id AND i.removed_on IS NULL"
        " WHERE m.serial = ANY($1::text[]) OR m.meter_id IN (SELECT meter_id FROM meter_installations"
        " WHERE service_point_id = ANY($2::uuid[]) AND removed_on IS NULL)",
        serials,
        point_ids,
    )
    meters = {row["serial"]: Meter(*list(row.values())[:7]) for row in rows}
    installations = [
        Installation(meters[row["serial"]], *list(row.values())[7:]) for row in rows if row["service_point_id"]
    ]
    return installations, meters


async def _people(tx: Tx, person_ids: list[PersonId]) -> dict[PersonId, Person]:
    rows = await tx.fetch(
        "SELECT person_id, name, phone, email FROM people WHERE person_id = ANY($1::uuid[])"
        " ORDER BY person_id FOR SHARE",
        person_ids,
    )
    return {row["person_id"]: Person(*row.values()) for row in rows}
