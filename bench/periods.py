"""Two years behind each household: read and billed every month, all of it paid; the months end before `READ_AT`.

Filled by the database itself, without its foreign keys. What a run writes and never reads of paid bills (lines,
charges, postings, entries) is left out: it would only lie at the other end of its tables.
"""

from bench.households import READ_AT, START_READING
from bench.measure import tell
from bench.stage import connected
from shared.ids import number_from

COUNT = 24
TELL_EVERY = 8

_HOMES = """
CREATE TEMP TABLE homes AS
SELECT n::int, number, 7 + n % 30 AS used, 'N-' || n AS serial, n || ' Main Street, Springfield NJ 07081' AS address,
    CASE WHEN n <= $2 THEN 'C' || (n - 1) / $3 WHEN n <= $2 + $4 THEN 'LARGE' ELSE 'REST' END AS cycle,
    uuidv7('-25 months') AS account_id, uuidv7('-25 months') AS agreement_id, uuidv7('-25 months') AS meter_id,
    uuidv7('-24 months') AS reading_id, $5::timestamptz - interval '25 months' AS read_at
FROM unnest($1::text[]) WITH ORDINALITY AS a (number, n)
"""
_BEGIN = (
    """
INSERT INTO accounts (account_id, account_number, holder_name, service_address, mailing_address, billing_cycle,
    opened_on)
SELECT account_id, number, 'Resident ' || n, address, address, cycle, read_at::date FROM homes
""",
    "INSERT INTO receivables (account_id, version) SELECT account_id, 48 FROM homes",
    "INSERT INTO meters (meter_id, serial) SELECT meter_id, serial FROM homes",
    """
INSERT INTO agreements (agreement_id, account_id, service_point_id, commodity, rate_code, billing_cycle, started_on,
    origin, meter_id, meter_serial, dials, unit)
SELECT agreement_id, account_id, uuidv7(), 'water', 'ALL', cycle, read_at::date, 'conversion', meter_id, serial, 6,
    'hcf' FROM homes
""",
    f"""
INSERT INTO readings (reading_id, agreement_id, account_id, meter_id, value, read_at, read_on, quality, source, state,
    flags, rolled_over_units, used_units, days_count, taken_at, taken_by)
SELECT reading_id, agreement_id, account_id, meter_id, {START_READING}, read_at, read_at::date, 'actual', 'start',
    'accepted', '{{}}', 0, 0, 0, read_at, 'bench' FROM homes
""",
)
_MONTH = f"""
WITH now AS MATERIALIZED (
    SELECT homes.*, uuidv7(make_interval(months => $2 - {COUNT})) AS new_id,
        uuidv7(make_interval(months => $2 - {COUNT})) AS bill_id, read_at::date AS since_on, at, at::date AS read_on
    FROM homes CROSS JOIN (SELECT $1::timestamptz - make_interval(months => {COUNT + 1} - $2) AS at) AS moment
), read AS (
    INSERT INTO readings (reading_id, agreement_id, account_id, meter_id, value, read_at, read_on, quality, source,
        state, flags, rolled_over_units, used_units, days_count, previous_reading_id, taken_at, taken_by)
    SELECT new_id, agreement_id, account_id, meter_id, {START_READING} + $2 * used, at, read_on, 'actual', 'head_end',
        'accepted', '{{}}', 0, used, read_on - since_on, reading_id, at, 'bench' FROM now
), billed AS (
    INSERT INTO bills (bill_id, agreement_id, account_id, account_number, holder_name, mailing_address, service_address,
        rate_code, tariff_id, period_start_on, period_end_on, days_count, begin_reading_id, end_reading_id, quality,
        quantity, unit, total_cents, made_at, state, issued_on, due_on)
    SELECT bill_id, agreement_id, account_id, number, 'Resident ' || n, address, address, 'ALL', tariff_id, since_on,
        read_on, read_on - since_on, reading_id, new_id, 'actual', used, 'hcf', 9000, at, 'issued', read_on,
        read_on + 20 FROM now CROSS JOIN tariffs WHERE $3
)
UPDATE homes SET reading_id = now.new_id, read_at = now.at FROM now WHERE homes.n = now.n
"""


async def live_through(
    url: str, accounts_count: int, cycles: tuple[int, int], *, large_count: int = 0, billed: bool = True
) -> None:
    """Give a fresh billing with a tariff so many households and their months. `cycles`: how many, and of how many."""
    in_cycles = cycles[0] * cycles[1]
    numbers = [number_from(serial) for serial in range(1, accounts_count + 1)]
    async with connected(url) as connection:
        await connection.execute("SET session_replication_role = replica")
        await connection.execute(_HOMES, numbers, in_cycles, cycles[1], large_count, READ_AT)
        for statement in _BEGIN:
            await connection.execute(statement)
        for month in range(1, COUNT + 1):
            if month % TELL_EVERY == 0:
                tell(f"{accounts_count:,} accounts: month {month} of {COUNT}")
            await connection.execute(_MONTH, READ_AT, month, billed)
        for table in ("accounts", "receivables", "agreements", "readings", "bills"):
            await connection.execute(f"VACUUM ANALYZE {table}")
