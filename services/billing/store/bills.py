"""Bills with their lines, what could not be billed, and the agreements that a run finds."""

import json
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from services.billing.domain.bills import Bill, Billable, Head
from services.billing.domain.circumstances import PROMPT
from services.billing.domain.dials import Mark
from services.billing.domain.exact import Exact
from services.billing.domain.lines import Line, Step, document_of
from services.billing.store.columns import list_columns
from shared.errors import Invalid
from shared.ids import AgreementId, BillId, JobId, new_id
from shared.postgres import Tx

_COUNT_CYCLE = """
SELECT count(*) FROM agreements
WHERE billing_cycle = $1 AND started_on <= $3 AND (stopped_on IS NULL OR stopped_on >= $2)
"""
_LOCK_CYCLE = """
SELECT agreement_id FROM agreements
WHERE billing_cycle = $1 AND started_on <= $3 AND (stopped_on IS NULL OR stopped_on >= $2) AND agreement_id > $4
ORDER BY agreement_id LIMIT $5 FOR NO KEY UPDATE
"""
_FIND_BILLABLES = """
SELECT g.agreement_id, g.account_id, a.account_number, g.rate_code, g.origin, g.unit, g.multiplier,
    g.meter_size, coalesce(r.dwelling_units, g.dwelling_units) AS dwelling_units,
    coalesce(r.customer_class, g.customer_class) AS customer_class, coalesce(r.discounts, g.discounts) AS discounts,
    NOT EXISTS (
        SELECT 1 FROM charges c WHERE c.account_id = g.account_id AND c.open_cents > 0 AND c.due_on < $4) AS is_prompt,
    g.started_on, g.stopped_on, b.period_end_on,
    s.reading_id AS begin_id, s.value AS begin_value, s.read_at AS begin_at, s.read_on AS begin_on,
    e.reading_id AS end_id, e.value AS end_value, e.read_at AS end_at, e.read_on AS end_on, e.quality,
    CASE WHEN e.reading_id IS NOT NULL THEN (
        SELECT sum(used_units) FROM readings WHERE agreement_id = g.agreement_id AND state = 'accepted'
        AND read_at > s.read_at AND read_at <= e.read_at) END::bigint AS used,
    CASE WHEN e.reading_id IS NULL THEN (
        SELECT count(*) FROM readings WHERE agreement_id = g.agreement_id AND state = 'flagged'
        AND read_at > s.read_at AND read_on BETWEEN $2 AND $3) END AS waiting,
    (SELECT 1 + count(*) FROM bills c WHERE c.agreement_id = g.agreement_id AND c.state = 'cancelled'
        AND c.period_end_on = coalesce(e.read_on, least($3, g.stopped_on))) AS version
FROM agreements g
LEFT JOIN accounts a ON a.account_id = g.account_id
LEFT JOIN LATERAL (
    SELECT period_end_on, end_reading_id FROM bills
    WHERE agreement_id = g.agreement_id AND state <> 'cancelled' ORDER BY period_end_on DESC LIMIT 1) b ON true
LEFT JOIN LATERAL (
    SELECT reading_id, value, read_at, read_on FROM readings WHERE reading_id = b.end_reading_id
    UNION ALL
    SELECT reading_id, value, read_at, read_on FROM readings
    WHERE agreement_id = g.agreement_id AND source = 'start' AND b.end_reading_id IS NULL
    LIMIT 1) s ON true
LEFT JOIN LATERAL (
    SELECT reading_id, value, read_at, read_on, quality FROM readings
    WHERE agreement_id = g.agreement_id AND state = 'accepted' AND source <> 'start'
    AND read_on BETWEEN $2 AND $3 AND read_at > coalesce(s.read_at, '-infinity')
    ORDER BY read_at DESC LIMIT 1) e ON true
LEFT JOIN LATERAL (
    SELECT customer_class, dwelling_units, discounts FROM rate_changes
    WHERE agreement_id = g.agreement_id AND effective_on <= coalesce(e.read_on, least($3, g.stopped_on))
    ORDER BY effective_on DESC LIMIT 1) r ON true
WHERE g.agreement_id = ANY($1::uuid[]) ORDER BY g.agreement_id
"""
# What a bill copies from its account and its tariff does not travel: it is joined where it stands.
_INSERT_BILLS = """
INSERT INTO bills (bill_id, agreement_id, account_id, account_number, holder_name, mailing_address, service_address,
    rate_code, tariff_id, period_start_on, period_end_on, days_count, begin_reading_id, end_reading_id, quality,
    quantity, unit, total_cents, held_for, state, issued_on, due_on, job_id, made_at, version)
SELECT b.bill_id, b.agreement_id, b.account_id, a.account_number, a.holder_name, a.mailing_address, a.service_address,
    t.rate_code, b.tariff_id, b.start_on, b.end_on, b.end_on - b.start_on, b.begin_id, b.end_id, b.quality,
    b.quantity::numeric, t.body ->> 'unit', b.total_cents, b.held_for,
    CASE WHEN b.held_for IS NULL THEN 'issued' ELSE 'held' END,
    CASE WHEN b.held_for IS NULL THEN $13::date END, CASE WHEN b.held_for IS NULL THEN $14::date END, $15, $16,
    b.version
FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::date[], $6::date[], $7::uuid[], $8::uuid[], $9::text[],
    $10::text[], $11::bigint[], $12::text[], $17::int[])
    AS b (bill_id, agreement_id, account_id, tariff_id, start_on, end_on, begin_id, end_id, quality, quantity,
    total_cents, held_for, version)
JOIN accounts a USING (account_id) JOIN tariffs t USING (tariff_id)
"""
# Bills that are alike have the same sheet of lines, and most of a line is the same on every sheet of a tariff: both
# travel once, and are named by their place.
_INSERT_LINES = """
INSERT INTO bill_lines (bill_id, n, component, label, service, basis, quantity, unit, rate, rate_since_on, days_count,
    base_cents, other_cents, amount_cents, rounding, rule, label_es, working)
SELECT b.bill_id, l.n, k.component, k.label, k.service, k.basis, l.quantity::numeric, k.unit, k.rate::numeric,
    k.rate_since_on, l.days_count, l.base_cents, l.other_cents, l.amount_cents, k.rounding, k.rule, k.label_es,
    k.working::jsonb
FROM unnest($1::uuid[], $2::int[]) AS b (bill_id, sheet)
JOIN unnest($3::int[], $4::int[], $5::text[], $6::bigint[], $7::bigint[], $8::bigint[], $9::int[]) WITH ORDINALITY
    AS l (sheet, place, quantity, base_cents, other_cents, amount_cents, days_count, n)
    USING (sheet)
JOIN unnest($10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::date[], $17::text[],
    $18::text[], $19::text[], $20::text[]) WITH ORDINALITY
    AS k (component, label, service, basis, unit, rate, rate_since_on, rounding, rule, label_es, working, place)
    USING (place)
"""
_INSERT_EXCEPTIONS = """
INSERT INTO billing_exceptions (exception_id, job_id, agreement_id, account_id, reason, rule, remedy, facts, found_at)
SELECT x.exception_id, $1, x.agreement_id, x.account_id, x.reason, x.rule, x.remedy, x.facts::jsonb, $2
FROM unnest($3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::text[], $8::text[], $9::text[])
    AS x (exception_id, agreement_id, account_id, reason, rule, remedy, facts)
"""
_LOCK_BILLS = """
SELECT b.bill_id, b.agreement_id, b.account_id, b.account_number, b.period_start_on, b.period_end_on, b.total_cents,
    b.state, b.version AS bill_version, (SELECT coalesce(jsonb_object_agg(service, cents), '{}') FROM (
        SELECT service, sum(amount_cents) AS cents FROM bill_lines l WHERE l.bill_id = b.bill_id GROUP BY service
    ) AS services) AS cents_by_service
FROM bills b WHERE b.bill_id = ANY($1::uuid[]) ORDER BY b.bill_id FOR NO KEY UPDATE OF b
"""
_SAVE_RELEASES = """
UPDATE bills SET state = 'issued', issued_on = $2, due_on = $3, released_by = $4 WHERE bill_id = ANY($1::uuid[])
"""


async def find_cycle_count(tx: Tx, cycle: str, period: tuple[date, date]) -> int:
    """How many agreements of a cycle ran in a period."""
    count: int = await tx.fetchval(_COUNT_CYCLE, cycle, *period)
    return count


async def lock_cycle(tx: Tx, cycle: str, period: tuple[date, date], after: UUID, limit: int) -> list[AgreementId]:
    """Lock the next agreements of a cycle that ran in a period, in order of their ids."""
    rows = await tx.fetch(_LOCK_CYCLE, cycle, *period, after, limit)
    return [row["agreement_id"] for row in rows]


async def find_billables(tx: Tx, agreement_ids: Sequence[AgreementId], period: tuple[date, date]) -> list[Billable]:
    """What a run finds at these agreements, which are locked."""
    return [_billable(row, period[1]) for row in await tx.fetch(_FIND_BILLABLES, agreement_ids, *period, tx.today)]


async def insert_bills(tx: Tx, bills: Sequence[Bill], issued_on: date, due_on: date, job_id: JobId | None) -> None:
    """Keep bills with their lines; those that are not held are issued."""
    if not bills:
        return
    rows = [
        (b.bill_id, b.agreement_id, b.account_id, b.tariff_id, b.period_start_on, b.period_end_on, b.begin_reading_id,
         b.end_reading_id, b.quality, str(b.quantity), b.total_cents, b.held_for, b.version)
        for b in bills
    ]  # fmt: skip
    *columns, versions = list_columns(rows, 13)
    made = await tx.execute(_INSERT_BILLS, *columns, issued_on, due_on, job_id, tx.now, versions)
    assert made == f"INSERT 0 {len(rows)}", "an account that was just read is gone: the chunk begins again"
    await _insert_lines(tx, bills)


async def _insert_lines(tx: Tx, bills: Sequence[Bill]) -> None:
    sheets = {id(b.lines): b.lines for b in bills}
    places = {sheet: place for place, sheet in enumerate(sheets, start=1)}
    kinds: dict[Any, int] = {}
    lines = [
        (places[sheet], kinds.setdefault(_kind(line), len(kinds) + 1), str(line.quantity), line.base_cents,
         line.other_cents, line.amount_cents, line.days_count)
        for sheet, of_sheet in sheets.items() for line in of_sheet
    ]  # fmt: skip
    same = [
        (*texts, str(rate), *rest, json.dumps(document_of(working)) if working else None)
        for texts, rate, rest, working in kinds
    ]
    named = [(b.bill_id, places[id(b.lines)]) for b in bills]
    await tx.execute(_INSERT_LINES, *list_columns(named, 2), *list_columns(lines, 7), *list_columns(same, 11))


async def insert_exceptions(tx: Tx, job_id: JobId, exceptions: Sequence[tuple[Billable, Invalid]]) -> None:
    """Keep what could not be billed, with the rule and the remedy."""
    if not exceptions:
        return
    rows = [
        (
            new_id(),
            found.agreement_id,
            found.account_id,
            why.slug,
            why.rule,
            why.remedy,
            json.dumps(why.facts, default=str),
        )
        for found, why in exceptions
    ]
    await tx.execute(_INSERT_EXCEPTIONS, job_id, tx.now, *zip(*rows, strict=True))


async def lock_bills(tx: Tx, bill_ids: Collection[BillId]) -> dict[BillId, Head]:
    """Lock bills; answers their heads."""
    return {row["bill_id"]: Head(**row) for row in await tx.fetch(_LOCK_BILLS, list(bill_ids))}


async def save_releases(tx: Tx, bill_ids: Collection[BillId], issued_on: date, due_on: date) -> None:
    """Keep that held bills were released."""
    await tx.execute(_SAVE_RELEASES, list(bill_ids), issued_on, due_on, tx.actor.subject)


def _billable(row: Any, through_on: date) -> Billable:
    begin = (
        None if row["begin_id"] is None else Mark(row["begin_id"], row["begin_value"], row["begin_at"], row["begin_on"])
    )
    end = None if row["end_id"] is None else Mark(row["end_id"], row["end_value"], row["end_at"], row["end_on"])
    return Billable(
        row["agreement_id"], row["account_id"], row["account_number"], row["rate_code"], row["origin"], row["unit"],
        row["multiplier"],
        since_on=begin.read_on if begin else row["period_end_on"] or row["started_on"],
        through_on=min(through_on, row["stopped_on"] or through_on), stopped_on=row["stopped_on"],
        billed_through_on=row["period_end_on"], begin=begin, end=end, end_quality=row["quality"],
        used_units=row["used"] or 0, waiting_count=row["waiting"] or 0,
        version=row["version"], meter_size=row["meter_size"], dwelling_units=row["dwelling_units"],
        classes=frozenset([row["customer_class"], *row["discounts"], *([PROMPT] if row["is_prompt"] else [])]),
    )  # fmt: skip


def _kind(line: Line) -> tuple[tuple[str, ...], Exact, tuple[Any, ...], tuple[Step, ...]]:
    """What lines of one tariff have in common."""
    return (
        (line.component, line.label, line.service, line.basis, line.unit), line.rate,
        (line.rate_since_on, line.rounding, line.rule, line.label_es), line.working,
    )  # fmt: skip
