"""What letters are about, with the facts on record that they state: one statement a kind, for many at once."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from services.billing.domain.letters import Kind, Language, Matter
from shared.postgres import Tx

_BILL = """CASE WHEN b.bill_id IS NOT NULL THEN jsonb_build_object('bill_id', b.bill_id, 'rate_code', b.rate_code,
    'period_start_on', b.period_start_on, 'period_end_on', b.period_end_on, 'total_cents', b.total_cents,
    'due_on', b.due_on) END"""
_BALANCE = "(SELECT balance_cents FROM receivables r WHERE r.account_id = m.account_id)"
# What a posting charges anew: a back-bill, or what is left of a disputed part.
_CHARGED = """(SELECT {what} FROM entries e JOIN charges c USING (charge_id)
    WHERE e.posting_id = m.posting_id AND e.book = 'receivable' AND e.amount_cents > 0)"""
_ADJUSTMENTS = f"""
SELECT m.adjustment_id AS about_id, m.account_id, m.bill_id, jsonb_build_object('form', m.form, 'cause', m.cause,
    'total_cents', m.total_cents, 'bill', {_BILL}, 'balance_cents', {_BALANCE},
    'cents_by_service', (SELECT jsonb_object_agg(service, amount_cents) FROM adjustment_lines l
        WHERE l.adjustment_id = m.adjustment_id),
    'due_on', CASE WHEN m.form = 'back_bill' THEN {_CHARGED.format(what="max(c.due_on)")} END) AS facts
FROM adjustments m LEFT JOIN bills b USING (bill_id)
WHERE m.adjustment_id = ANY($1::uuid[]) AND m.state = 'approved'
"""
_CANCELLATIONS = f"""
SELECT m.cancellation_id AS about_id, m.account_id, m.bill_id, jsonb_build_object('reason_code', m.reason_code,
    'bill', {_BILL}, 'balance_cents', {_BALANCE},
    'rebilled', (SELECT jsonb_build_object('bill_id', n.bill_id, 'total_cents', n.total_cents, 'due_on', n.due_on)
        FROM bills n WHERE n.bill_id = m.rebilled_as AND n.state = 'issued')) AS facts
FROM bill_cancellations m JOIN bills b USING (bill_id)
WHERE m.cancellation_id = ANY($1::uuid[]) AND m.state = 'approved' AND m.posting_id IS NOT NULL
"""
_DISPUTES = f"""
SELECT m.dispute_id AS about_id, m.account_id, m.bill_id, jsonb_build_object('outcome', m.state,
    'reason_code', m.reason_code, 'bill', {_BILL}, 'new_due_on', m.due_on,
    'adjusted_cents', (SELECT total_cents FROM adjustments a WHERE a.adjustment_id = m.adjustment_id),
    'left_cents', coalesce({_CHARGED.format(what="sum(e.amount_cents)")}, 0),
    'cents_by_service', (SELECT jsonb_object_agg(service, amount_cents) FROM dispute_lines l
        WHERE l.dispute_id = m.dispute_id)) AS facts
FROM disputes m JOIN bills b USING (bill_id)
WHERE m.dispute_id = ANY($1::uuid[]) AND m.state IN ('upheld', 'adjusted', 'withdrawn')
"""
_METER_TESTS = """
SELECT m.order_id AS about_id, m.account_id, NULL::uuid AS bill_id, jsonb_build_object('finding', m.finding,
    'meter_serial', m.meter_serial, 'tested_on', m.tested_on, 'error_hundredths', m.error_hundredths,
    'tolerance_hundredths', m.tolerance_hundredths, 'wrong_since_on', m.wrong_since_on,
    'credit_cents', (SELECT coalesce(sum(amount_cents), 0) FROM meter_test_credits c
        WHERE c.order_id = m.order_id)) AS facts
FROM meter_tests m WHERE m.order_id = ANY($1::uuid[])
"""
_BILLS = f"""
SELECT b.bill_id AS about_id, b.account_id, b.bill_id, jsonb_build_object('bill', {_BILL}) AS facts
FROM bills b WHERE b.bill_id = ANY($1::uuid[]) AND b.state = 'issued'
"""
_LINES = """
SELECT l.bill_id, jsonb_agg(jsonb_build_array(component, label, service, basis, quantity::text, unit, rate::text,
    rate_since_on, days_count, base_cents, other_cents, amount_cents, rounding, rule, label_es, working)
    ORDER BY n) AS lines
FROM bill_lines l WHERE l.bill_id = ANY($1::uuid[]) GROUP BY l.bill_id
"""
_OF_KIND: Mapping[Kind, str] = {
    "high_bill_findings": _BILLS,
    "bill_explanation": _BILLS,
    "adjustment": _ADJUSTMENTS,
    "cancellation": _CANCELLATIONS,
    "dispute_decision": _DISPUTES,
    "meter_test_result": _METER_TESTS,
}
# A letter speaks the language of the account's last letter, unless somebody asks for another; English is the first.
_ADDRESSED = """
WITH matter AS ({matter})
SELECT m.about_id, m.account_id, m.bill_id, coalesce($3, l.language, 'en') AS language, m.facts || jsonb_build_object(
    'account_number', a.account_number, 'holder_name', a.holder_name, 'mailing_address', a.mailing_address,
    'service_address', a.service_address,
    'biller', (SELECT body FROM billers WHERE effective_on <= $2 ORDER BY effective_on DESC LIMIT 1)) AS facts
FROM matter m LEFT JOIN accounts a USING (account_id)
LEFT JOIN LATERAL (
    SELECT language FROM letters WHERE account_id = m.account_id ORDER BY letter_id DESC LIMIT 1) l ON true
ORDER BY m.about_id
"""


async def find_matters(tx: Tx, kind: Kind, about_ids: Collection[UUID], language: Language | None) -> list[Matter]:
    """What letters of a kind are to be about, as far as it is on record and decided."""
    rows = await tx.fetch(_ADDRESSED.format(matter=_OF_KIND[kind]), list(about_ids), tx.today, language)
    return [Matter(**row) for row in rows]


async def find_bill_lines(tx: Tx, bill_ids: Collection[UUID]) -> dict[UUID, list[list[Any]]]:
    """The lines of bills, each with its working, as the domain reads them."""
    return {row["bill_id"]: row["lines"] for row in await tx.fetch(_LINES, list(bill_ids))}
