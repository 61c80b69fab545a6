"""Posting payments with nothing but the work: one prepared statement a set, writers on disjoint accounts.

It leaves behind what ours leaves behind for an account without open charges: the inbox row, the posting, two entries,
version and balance, and both facts in the outbox with their headers. It starts from memory; it parses, checks and
allocates nothing.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import asyncpg

_HEADERS = (
    '{"ce_id": "%s", "ce_time": "2026-07-01T14:00:00+00:00", "ce_type": "billing.{fact}", "ce_source": "urn:curbstop:'
    'billing", "ce_subject": "%s", "ce_sequence": "%s", "content-type": "application/json", "ce_dataschema":'
    ' "urn:curbstop:billing.{fact}", "ce_partitionkey": "%s", "ce_specversion": "1.0", "ce_correlationid": "%s",'
    ' "ce_causationid": "%s"}'
)

POST = f"""
WITH given AS (
    SELECT g.*, sum(cents) OVER w AS so_far, row_number() OVER w AS nth
    FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[]) WITH ORDINALITY
        AS g (event_id, payment_id, account_id, cents, n)
    WINDOW w AS (PARTITION BY account_id ORDER BY n)
), sums AS (
    SELECT account_id, count(*) AS count, sum(cents)::bigint AS cents FROM given GROUP BY account_id ORDER BY account_id
), heard AS (
    INSERT INTO inbox (consumer, event_id) SELECT 'billing', event_id FROM given ORDER BY event_id
), moved AS (
    UPDATE receivables r SET version = r.version + s.count, balance_cents = r.balance_cents - s.cents
    FROM sums s WHERE r.account_id = s.account_id RETURNING r.account_id, r.version - s.count AS was, r.version,
        r.balance_cents
), posted AS (
    INSERT INTO postings (posting_id, account_id, kind, effective_on, posted_at, posted_by)
    SELECT payment_id, account_id, 'payment', $5::date, now(), 'service:billing' FROM given
), entered AS (
    INSERT INTO entries (posting_id, n, book, account_id, amount_cents, effective_on)
    SELECT payment_id, 1, 'cash', NULL, cents, $5::date FROM given
    UNION ALL SELECT payment_id, 2, 'receivable', account_id, -cents, $5::date FROM given
)
INSERT INTO outbox (event_id, topic, key, version, headers, payload)
SELECT uuidv7(), $6::text, account_id::text, m.was + g.nth,
    format('{_HEADERS.replace("{fact}", "AccountCredited")}', uuidv7(), account_id, m.was + g.nth, account_id,
        g.event_id, g.event_id)::jsonb,
    convert_to(format('{{"version":%s,"account_id":"%s","payment_id":"%s","amount_cents":%s}}', m.was + g.nth,
        account_id, g.payment_id, g.cents), 'UTF8')
FROM given g JOIN moved m USING (account_id)
UNION ALL
SELECT uuidv7(), $6::text, account_id::text, m.version,
    format('{_HEADERS.replace("{fact}", "BalanceChanged")}', uuidv7(), account_id, m.version, account_id, account_id,
        account_id)::jsonb,
    convert_to(format('{{"version":%s,"account_id":"%s","balance_cents":%s,"past_due_cents":0}}', m.version,
        account_id, m.balance_cents), 'UTF8')
FROM moved m
"""


@dataclass(frozen=True)
class Paid:
    """A payment as the kernel needs it."""

    event_id: UUID
    payment_id: UUID
    account_id: UUID
    cents: int


async def post(url: str, payments: Sequence[Paid], set_count: int, writers_count: int) -> float:
    """Post them all; the seconds."""
    shares: list[list[Paid]] = [[] for _ in range(writers_count)]
    for each in payments:
        shares[each.account_id.int % writers_count].append(each)
    writers = [await asyncpg.connect(url) for _ in shares]
    statements = [await writer.prepare(POST) for writer in writers]
    sets = [[columns_of(share[at : at + set_count]) for at in range(0, len(share), set_count)] for share in shares]

    async def write(statement: Any, mine: list[Any]) -> None:
        for columns in mine:
            await statement.fetch(*columns, date(2026, 7, 1), "billing")

    started = time.perf_counter()
    await asyncio.gather(*map(write, statements, sets))
    seconds = time.perf_counter() - started
    for writer in writers:
        await writer.close()
    return seconds


def columns_of(part: Sequence[Paid]) -> tuple[list[Any], ...]:
    """Payments as the statement takes them."""
    return (
        [each.event_id for each in part], [each.payment_id for each in part], [each.account_id for each in part],
        [each.cents for each in part],
    )  # fmt: skip
