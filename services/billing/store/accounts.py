"""The copy of accounts and agreements: filled only from what accounts told, each row once."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import date

from shared.events import accounts
from shared.ids import AccountId, AgreementId
from shared.postgres import Tx

_INSERT_ACCOUNTS = """
INSERT INTO accounts (account_id, account_number, holder_name, service_address, mailing_address, billing_cycle,
    opened_on)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::date[])
ON CONFLICT (account_id) DO NOTHING
"""
_SAVE_CLOSURES = """
UPDATE accounts a SET closed_on = c.closed_on
FROM unnest($1::uuid[], $2::date[]) AS c (account_id, closed_on) WHERE a.account_id = c.account_id
"""
_SAVE_NAMES = """
UPDATE accounts a SET holder_name = c.holder_name
FROM unnest($1::uuid[], $2::text[]) AS c (account_id, holder_name) WHERE a.account_id = c.account_id
"""
_SAVE_ADDRESSES = """
UPDATE accounts a SET mailing_address = c.mailing_address
FROM unnest($1::uuid[], $2::text[]) AS c (account_id, mailing_address) WHERE a.account_id = c.account_id
"""
_INSERT_AGREEMENTS = """
INSERT INTO agreements (agreement_id, account_id, service_point_id, commodity, rate_code, billing_cycle, started_on,
    origin, meter_id, meter_serial, dials, multiplier, unit, meter_size, customer_class, dwelling_units, discounts)
SELECT agreement_id, account_id, service_point_id, commodity, rate_code, billing_cycle, started_on, origin, meter_id,
    meter_serial, dials, multiplier, unit, meter_size, customer_class, dwelling_units,
    ARRAY(SELECT jsonb_array_elements_text(discounts::jsonb))
FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::date[],
    $8::text[], $9::uuid[], $10::text[], $11::smallint[], $12::int[], $13::text[], $14::text[], $15::text[], $16::int[],
    $17::text[])
    AS s (agreement_id, account_id, service_point_id, commodity, rate_code, billing_cycle, started_on, origin, meter_id,
    meter_serial, dials, multiplier, unit, meter_size, customer_class, dwelling_units, discounts)
ON CONFLICT (agreement_id) DO NOTHING
"""
_SAVE_RATE_CHANGES = """
INSERT INTO rate_changes (agreement_id, effective_on, customer_class, dwelling_units, discounts)
SELECT agreement_id, effective_on, customer_class, dwelling_units,
    ARRAY(SELECT jsonb_array_elements_text(discounts::jsonb))
FROM unnest($1::uuid[], $2::date[], $3::text[], $4::int[], $5::text[])
    AS c (agreement_id, effective_on, customer_class, dwelling_units, discounts)
ON CONFLICT (agreement_id, effective_on) DO UPDATE SET customer_class = EXCLUDED.customer_class,
    dwelling_units = EXCLUDED.dwelling_units, discounts = EXCLUDED.discounts
"""
_SAVE_STOPS = """
UPDATE agreements a SET stopped_on = s.stopped_on
FROM unnest($1::uuid[], $2::date[]) AS s (agreement_id, stopped_on) WHERE a.agreement_id = s.agreement_id
"""
_FIND_IN_SERVICE = """
SELECT DISTINCT account_id FROM agreements WHERE account_id = ANY($1::uuid[]) AND stopped_on IS NULL
"""


async def insert_accounts(tx: Tx, opened: Sequence[accounts.AccountOpened]) -> None:
    """Keep accounts that were opened."""
    rows = [
        (fact.account_id, fact.account_number, fact.holder_name, fact.service_address, fact.mailing_address,
         fact.billing_cycle, fact.opened_on)
        for fact in opened
    ]  # fmt: skip
    await tx.execute(_INSERT_ACCOUNTS, *zip(*rows, strict=True))


async def save_closures(tx: Tx, closed: Sequence[accounts.AccountClosed]) -> None:
    """Keep that accounts were closed."""
    await tx.execute(_SAVE_CLOSURES, [fact.account_id for fact in closed], [fact.closed_on for fact in closed])


async def save_names(tx: Tx, names: Mapping[AccountId, str]) -> None:
    """Keep the names that holders have now."""
    await tx.execute(_SAVE_NAMES, list(names), list(names.values()))


async def save_addresses(tx: Tx, addresses: Mapping[AccountId, str]) -> None:
    """Keep where bills go now."""
    await tx.execute(_SAVE_ADDRESSES, list(addresses), list(addresses.values()))


async def insert_agreements(tx: Tx, started: Sequence[accounts.ServiceStarted]) -> None:
    """Keep agreements that began."""
    rows = [
        (fact.agreement_id, fact.account_id, fact.service_point_id, fact.commodity.value, fact.rate_code,
         fact.billing_cycle, fact.started_on, fact.origin,
         *((meter.meter_id, meter.serial, meter.dials, meter.multiplier, meter.unit, meter.size)
           if (meter := fact.meter) else (None, None, None, 1, None, None)),
         fact.customer_class, fact.dwelling_units, json.dumps(fact.discounts))
        for fact in started
    ]  # fmt: skip
    await tx.execute(_INSERT_AGREEMENTS, *zip(*rows, strict=True))


async def save_rate_changes(
    tx: Tx, changes: Mapping[tuple[AgreementId, date], accounts.RateCircumstancesChanged]
) -> None:
    """Keep what rates go by from days on."""
    rows = [
        (*key, fact.customer_class, fact.dwelling_units, json.dumps(fact.discounts))
        for key, fact in sorted(changes.items())
    ]
    await tx.execute(_SAVE_RATE_CHANGES, *zip(*rows, strict=True))


async def save_stops(tx: Tx, stopped: Sequence[accounts.ServiceStopped]) -> None:
    """Keep that agreements ended."""
    await tx.execute(_SAVE_STOPS, [fact.agreement_id for fact in stopped], [fact.stopped_on for fact in stopped])


async def find_in_service(tx: Tx, account_ids: Collection[AccountId]) -> frozenset[AccountId]:
    """Which of these accounts take a service now."""
    return frozenset(row["account_id"] for row in await tx.fetch(_FIND_IN_SERVICE, list(account_ids)))
