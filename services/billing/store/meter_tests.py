"""Tests of meters, the charges that they touch, and what is proposed to be given back."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from services.billing.domain.meter_tests import Charged, Credit, Finding, MeterTest
from shared.events.accounts import MeterTested
from shared.ids import OrderId
from shared.postgres import Tx

_FIND_TESTED = """
SELECT t.order_id, g.account_id, g.agreement_id, t.meter_id, t.meter_serial, t.tested_at,
    (t.tested_at AT TIME ZONE $7)::date AS tested_on, t.error_hundredths, g.commodity,
    greatest(g.started_on,
        (SELECT max(read_on) FROM readings r WHERE r.agreement_id = g.agreement_id AND r.source = 'exchange'
            AND r.meter_id = t.meter_id AND r.read_at <= t.tested_at),
        (SELECT max(tested_on) FROM meter_tests b WHERE b.meter_id = t.meter_id AND b.tested_at < t.tested_at)
    ) AS last_right_on
FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::timestamptz[], $6::int[])
    AS t (order_id, agreement_id, meter_id, meter_serial, tested_at, error_hundredths)
JOIN agreements g USING (agreement_id)
WHERE NOT EXISTS (SELECT FROM meter_tests b WHERE b.order_id = t.order_id)
ORDER BY t.order_id
"""
_FIND_CHARGED = """
SELECT t.order_id, b.bill_id, l.service, b.period_start_on, b.period_end_on, sum(l.amount_cents)::bigint AS cents
FROM unnest($1::uuid[], $2::uuid[], $3::date[], $4::date[]) AS t (order_id, agreement_id, since_on, tested_on)
JOIN bills b ON b.agreement_id = t.agreement_id AND b.state = 'issued'
    AND b.period_end_on > t.since_on AND b.period_start_on < t.tested_on
JOIN bill_lines l ON l.bill_id = b.bill_id
GROUP BY t.order_id, b.bill_id, l.service, b.period_start_on, b.period_end_on
HAVING sum(l.amount_cents) > 0
ORDER BY b.period_end_on, b.bill_id, l.service
"""
_INSERT_TESTS = """
INSERT INTO meter_tests (order_id, account_id, agreement_id, meter_id, meter_serial, tested_at, tested_on,
    error_hundredths, last_right_on, tolerance_hundredths, finding, wrong_since_on, heard_at)
SELECT t.*, $13 FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::timestamptz[], $7::date[],
    $8::int[], $9::date[], $10::int[], $11::text[], $12::date[]) AS t
"""
_INSERT_CREDITS = """
INSERT INTO meter_test_credits (order_id, bill_id, service, charged_cents, days_count, of_days, amount_cents)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::bigint[], $5::int[], $6::int[], $7::bigint[])
"""
Judged = tuple[MeterTest, int, Finding, date | None]
"""A test, the tolerance that held, what was found, and from which day charges are given back."""


async def find_tested(tx: Tx, facts: Sequence[MeterTested]) -> list[MeterTest]:
    """Tests that were not heard before, with when each meter was known to be right."""
    rows = [
        (fact.order_id, fact.agreement_id, fact.meter_id, fact.meter_serial, fact.tested_at,
         fact.as_found_error_hundredths)
        for fact in facts
    ]  # fmt: skip
    if not rows:
        return []
    return [MeterTest(*row) for row in await tx.fetch(_FIND_TESTED, *zip(*rows, strict=True), str(tx.zone))]


async def find_charged(tx: Tx, tests: Collection[tuple[MeterTest, date]]) -> dict[OrderId, list[Charged]]:
    """What was charged between these days and the tests."""
    rows = [(one.order_id, one.agreement_id, since_on, one.tested_on) for one, since_on in tests]
    found: dict[OrderId, list[Charged]] = {one.order_id: [] for one, _ in tests}
    if rows:
        for row in await tx.fetch(_FIND_CHARGED, *zip(*rows, strict=True)):
            found[row["order_id"]].append(Charged(*tuple(row)[1:]))
    return found


async def insert_tests(tx: Tx, judged: Sequence[Judged], given_back: Sequence[tuple[OrderId, Credit]]) -> None:
    """Keep tests, and what is proposed to be given back."""
    rows: list[tuple[Any, ...]] = [
        (*one[:8], one.last_right_on, tolerance, finding, since_on) for one, tolerance, finding, since_on in judged
    ]
    if rows:
        await tx.execute(_INSERT_TESTS, *zip(*rows, strict=True), tx.now)
    if given_back:
        credit_rows = [(order_id, *credit) for order_id, credit in given_back]
        await tx.execute(_INSERT_CREDITS, *zip(*credit_rows, strict=True))
