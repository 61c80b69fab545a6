"""Bills that are questioned, with what they are weighed against; and what was started from their reviews."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from services.billing.domain.circumstances import Circumstances
from services.billing.domain.circumstances import Period as Days
from services.billing.domain.exact import exact
from services.billing.domain.high_bills import Questioned, beside
from services.billing.domain.periods import Period
from services.billing.domain.review_steps import OrderKind, Started
from services.billing.domain.tariffs import tariff_from
from services.billing.domain.trials import Tried, try_tariff
from shared.events.accounts import FieldWorkProgressed
from shared.ids import AdjustmentId, BillId, OrderId
from shared.postgres import Reader, Tx

_FIND = """
SELECT b.*, b.quantity::text AS quantity_text, e.flags, s.quality = 'estimated' AS begins_estimated,
    coalesce(r.customer_class, g.customer_class) AS customer_class, g.meter_size,
    coalesce(r.dwelling_units, g.dwelling_units) AS dwelling_units, coalesce(r.discounts, g.discounts) AS discounts,
    g.unit AS metered_in, g.started_on, g.stopped_on,
    (SELECT jsonb_agg(to_jsonb(h) ORDER BY h.period_end_on) FROM (
        SELECT bill_id, tariff_id, period_start_on, period_end_on, quantity::text AS quantity_text, days_count, quality,
            total_cents
        FROM bills p WHERE p.agreement_id = b.agreement_id AND p.unit = b.unit AND p.state <> 'cancelled'
            AND p.period_end_on < b.period_end_on
        ORDER BY p.period_end_on DESC LIMIT 14) h) AS before
FROM bills b JOIN agreements g USING (agreement_id)
LEFT JOIN LATERAL (
    SELECT customer_class, dwelling_units, discounts FROM rate_changes
    WHERE agreement_id = g.agreement_id AND effective_on <= b.period_end_on
    ORDER BY effective_on DESC LIMIT 1) r ON true
LEFT JOIN readings s ON s.reading_id = b.begin_reading_id LEFT JOIN readings e ON e.reading_id = b.end_reading_id
WHERE b.bill_id = ANY($1::uuid[])
"""
_TARIFFS = "SELECT tariff_id::text, body FROM tariffs WHERE tariff_id = ANY($1::uuid[])"
_STARTED = """
SELECT 'order' AS what, order_id AS id, kind, state, state_at, scheduled_on, reason_code, reason, finding, why,
    asked_at AS started_at, asked_by AS started_by
FROM review_orders WHERE bill_id = $1
UNION ALL
SELECT 'adjustment', adjustment_id, a.form, a.state, coalesce(a.decided_at, a.proposed_at), NULL, NULL, r.reason,
    r.finding, a.why, a.proposed_at, a.proposed_by
FROM review_adjustments r JOIN adjustments a USING (adjustment_id) WHERE r.bill_id = $1
UNION ALL
SELECT 'letter', letter_id, kind, state, coalesce(mailed_at, voided_at, drawn_up_at), NULL, NULL, NULL, NULL,
    voided_why, drawn_up_at, drawn_up_by
FROM letters WHERE kind = 'high_bill_findings' AND about_id = $1
    OR kind = 'adjustment' AND about_id IN (SELECT adjustment_id FROM review_adjustments WHERE bill_id = $1)
ORDER BY started_at, id
"""
_INSERT_ORDER = """
INSERT INTO review_orders (order_id, bill_id, kind, reason, finding, why, asked_at, asked_by, state_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $7)
"""
_INSERT_ADJUSTMENT = "INSERT INTO review_adjustments (adjustment_id, bill_id, reason, finding) VALUES ($1, $2, $3, $4)"
_SAVE_PROGRESS = """
UPDATE review_orders o SET state = f.state, state_at = f.at, reason_code = f.reason_code,
    scheduled_on = coalesce(f.scheduled_on, o.scheduled_on)
FROM (
    SELECT DISTINCT ON (order_id) * FROM unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::date[], $5::text[])
        WITH ORDINALITY AS t (order_id, state, at, scheduled_on, reason_code, place)
    ORDER BY order_id, place DESC) f
WHERE o.order_id = f.order_id
"""


async def find_questioned(reader: Reader, bill_ids: Collection[BillId]) -> dict[BillId, Questioned]:
    """Bills with those before them, and what their use would have come to by the tariff of then, where it changed."""
    rows = {row["bill_id"]: row for row in await reader.fetch(_FIND, list(bill_ids))}
    known = {bill_id: _known(row) for bill_id, row in rows.items()}
    old = {bill_id: tariff_id for bill_id, row in rows.items() if (tariff_id := _old_tariff(row, known[bill_id]))}
    bodies = dict(await reader.fetch(_TARIFFS, list(set(old.values())))) if old else {}
    return {
        bill_id: Questioned(
            *known[bill_id], _at_old_cents(row, bodies.get(old.get(bill_id, ""))), bool(row["begins_estimated"]),
            frozenset(row["flags"] or ()), row["unit"],
            tuple(BillId(one) for one in _ids(row)),
        )
        for bill_id, row in rows.items()
    }  # fmt: skip


async def find_started(reader: Reader, bill_id: BillId) -> list[Started]:
    """What was started from a bill's review, and where it stands; the first one first."""
    return [Started(**row) for row in await reader.fetch(_STARTED, bill_id)]


async def insert_review_order(
    tx: Tx, order_id: OrderId, bill_id: BillId, kind: OrderKind, said: tuple[str, str, str]
) -> None:
    """Keep that field work was asked for: for which reason, by which finding, and why."""
    await tx.execute(_INSERT_ORDER, order_id, bill_id, kind, *said, tx.now, tx.actor.subject)


async def insert_review_adjustment(tx: Tx, adjustment_id: AdjustmentId, bill_id: BillId, said: tuple[str, str]) -> None:
    """Keep which adjustment was proposed from a review: for which reason, by which finding."""
    await tx.execute(_INSERT_ADJUSTMENT, adjustment_id, bill_id, *said)


async def save_review_orders(tx: Tx, progressed: Sequence[FieldWorkProgressed]) -> None:
    """Keep how far the field work has come that was asked for here; of other field work nothing is kept."""
    rows = [(fact.order_id, fact.state, fact.at, fact.scheduled_on, fact.reason_code) for fact in progressed]
    await tx.execute(_SAVE_PROGRESS, *zip(*rows, strict=True))


def _known(row: Any) -> tuple[Period, tuple[Period, ...]]:
    return _period(row), tuple(_period(one) for one in row["before"] or ())


def _ids(row: Any) -> list[Any]:
    return [one["bill_id"] for one in row["before"] or ()]


def _old_tariff(row: Any, known: tuple[Period, tuple[Period, ...]]) -> str | None:
    """The tariff of the bill that it is held beside, where it is another one."""
    now, before = known
    base = beside(before, now)
    if base is None:
        return None
    old: str = row["before"][before.index(base)]["tariff_id"]
    return old if old != str(row["tariff_id"]) else None


def _at_old_cents(row: Any, body: Any) -> int | None:
    if body is None:
        return None
    [outcome] = try_tariff(tariff_from(body), [_tried(row)])
    return outcome.after_cents


def _period(row: Any) -> Period:
    return Period(
        _day(row["period_start_on"]), _day(row["period_end_on"]), exact(row["quantity_text"]), row["days_count"],
        row["quality"] == "estimated", row["total_cents"],
    )  # fmt: skip


def _day(day: date | str) -> date:
    return day if isinstance(day, date) else date.fromisoformat(day)


def _tried(row: Any) -> Tried:
    days = Days(row["period_start_on"], row["period_end_on"])
    bill = Circumstances(
        exact(row["quantity_text"]), days, meter_size=row["meter_size"], dwelling_units=row["dwelling_units"],
        classes=frozenset([row["customer_class"], *row["discounts"]]),
        is_partial=row["started_on"] == days.start_on or row["stopped_on"] == days.end_on,
    )  # fmt: skip
    return Tried(
        row["bill_id"], row["agreement_id"], row["account_id"], row["customer_class"], row["total_cents"], row["unit"],
        row["metered_in"] is not None, bill,
    )  # fmt: skip
