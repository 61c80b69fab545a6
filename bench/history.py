"""A ledger with a year behind it: every account was billed and has paid in each quarter, and owes nothing."""

from bench.measure import tell
from bench.stage import connected

AGES_DAYS = (370, 280, 190, 100)
CHUNK_COUNT = 50_000

_ACCOUNTS = """
INSERT INTO receivables (account_id, version, balance_cents) SELECT uuidv7(), $2, 0 FROM generate_series(1, $1::int)
"""
_QUARTER = """
WITH moved AS MATERIALIZED (
    SELECT uuidv7(make_interval(days => -$2::int)) AS posting_id, account_id, kind
    FROM unnest($1::uuid[]) AS a (account_id) CROSS JOIN (VALUES ('bill'), ('payment')) AS k (kind)
), posted AS (
    INSERT INTO postings (posting_id, account_id, kind, effective_on, posted_at, posted_by)
    SELECT posting_id, account_id, kind, current_date - $2::int, now() - make_interval(days => $2::int), 'bench'
    FROM moved
)
INSERT INTO entries (posting_id, n, book, account_id, amount_cents, effective_on)
SELECT posting_id, n, book, CASE book WHEN 'receivable' THEN account_id END, cents, current_date - $2::int
FROM moved JOIN (VALUES ('bill', 1, 'receivable', 9000), ('bill', 2, 'revenue', -9000),
    ('payment', 1, 'cash', 9000), ('payment', 2, 'receivable', -9000)) AS e (kind, n, book, cents) USING (kind)
"""


async def live_through(url: str, accounts_count: int) -> None:
    """Give a fresh ledger of billing so many accounts and their year, oldest first, in the partitions of its time."""
    async with connected(url) as connection:
        await connection.execute(f"SELECT make_ledger_partitions(current_date - {AGES_DAYS[0] + 1}, current_date)")
        await connection.execute(_ACCOUNTS, accounts_count, 2 * len(AGES_DAYS))
        rows = await connection.fetch("SELECT account_id FROM receivables ORDER BY account_id")
        accounts = [row["account_id"] for row in rows]
        for age_days in AGES_DAYS:
            tell(f"{accounts_count:,} accounts: what happened {age_days} days ago")
            for first in range(0, accounts_count, CHUNK_COUNT):
                await connection.execute(_QUARTER, accounts[first : first + CHUNK_COUNT], age_days)
        await connection.execute("VACUUM ANALYZE receivables")
        await connection.execute("VACUUM ANALYZE postings")
        await connection.execute("VACUUM ANALYZE entries")
