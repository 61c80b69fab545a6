"""A bill that explains itself, bills in lists, and what a run came to."""

from datetime import date, datetime
from functools import lru_cache
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field
from pydantic_core import from_json

from services.billing.domain.bills import BillUnknown
from services.billing.domain.exact import exact
from services.billing.domain.explanations import Language, explain, explain_use, label_of
from services.billing.domain.lines import line_from
from services.billing.views.budget_plans import BudgetShare, share_from
from services.billing.views.cursors import after_id
from shared.http import Page, PageRequest
from shared.ids import AccountId, AccountNumber, AgreementId, BillId, JobId, ReadingId, TariffId
from shared.postgres import Reader

BillState = Literal["held", "issued", "cancelled"]
LINES_REMEMBERED_MAX = 2_000

_FIND = """
SELECT b.*, b.quantity::text AS quantity_text,
    s.value AS begin_value, s.read_on AS begin_on, s.quality AS begin_quality, s.source AS begin_source,
    e.value AS end_value, e.read_on AS end_on, e.quality AS end_quality, e.source AS end_source,
    (SELECT coalesce(sum(open_cents), 0) FROM charges c WHERE c.bill_id = b.bill_id)::bigint AS open_cents,
    (SELECT array_agg(jsonb_build_array(component, label, service, basis, quantity::text, unit, rate::text,
        rate_since_on, days_count, base_cents, other_cents, amount_cents, rounding, rule, label_es, working)::text
        ORDER BY n)
     FROM bill_lines l WHERE l.bill_id = b.bill_id) AS lines,
    EXISTS (SELECT 1 FROM readings r WHERE r.agreement_id = b.agreement_id AND r.state = 'accepted'
        AND r.rolled_over_units > 0 AND r.read_at > s.read_at AND r.read_at <= e.read_at) AS rolled_over,
    EXISTS (SELECT 1 FROM readings r WHERE r.agreement_id = b.agreement_id AND r.state = 'accepted'
        AND r.source = 'exchange' AND r.read_at > s.read_at AND r.read_at < e.read_at) AS exchanged,
    (SELECT jsonb_build_array(m.plan_id, m.asked_cents, m.deferred_cents, m.balance_cents, p.until_on,
        (SELECT t.asked_cents FROM budget_plan_postings t WHERE t.bill_id = m.bill_id AND t.kind = 'true_up'
            AND t.effective_on = m.effective_on AND p.state = 'completed' ORDER BY t.posting_id LIMIT 1))
     FROM budget_plan_postings m JOIN budget_plans p USING (plan_id)
     WHERE m.bill_id = b.bill_id AND m.kind = 'bill') AS budget
FROM bills b
LEFT JOIN readings s ON s.reading_id = b.begin_reading_id
LEFT JOIN readings e ON e.reading_id = b.end_reading_id
WHERE b.bill_id = $1
"""
_LIST = """
SELECT b.bill_id, b.account_id, b.account_number, b.agreement_id, b.rate_code, b.period_start_on, b.period_end_on,
    b.total_cents, b.state, b.held_for, b.issued_on, b.due_on, b.version,
    (SELECT coalesce(sum(open_cents), 0) FROM charges c WHERE c.bill_id = b.bill_id)::bigint AS open_cents
FROM bills b
"""
_FILTERS = {"account_id": "b.account_id = {}", "state": "b.state = {}", "job_id": "b.job_id = {}"}


class ReadView(BaseModel):
    """A reading as the bill shows it."""

    reading_id: ReadingId
    value: int
    read_on: date
    quality: str = Field(description="How it was obtained: actual, estimated, customer.")
    source: str


class LineView(BaseModel):
    """One line, with all that is needed to work it out again."""

    component: str
    label: str
    service: str
    basis: str
    quantity: str
    unit: str
    rate: str
    rate_since_on: date
    days_count: int
    base_cents: int | None = Field(description="What a percentage was taken of.")
    other_cents: int | None = Field(description="What the way not taken came to, where a minimum was weighed.")
    amount_cents: int
    rounding: str
    rule: str
    in_words: str


class BillSummary(BaseModel):
    """A bill in a list."""

    bill_id: BillId
    account_id: AccountId
    account_number: AccountNumber
    agreement_id: AgreementId
    rate_code: str
    period_start_on: date
    period_end_on: date
    total_cents: int
    open_cents: int = Field(description="What of it is not paid.")
    state: BillState
    held_for: str | None
    issued_on: date | None
    due_on: date | None = Field(description="The last day to pay.")
    version: int


class BillView(BillSummary):
    """A bill, line by line, in words and numbers."""

    holder_name: str
    mailing_address: str
    service_address: str
    tariff_id: TariffId
    days_count: int
    begin: ReadView | None
    end: ReadView | None
    quantity: str
    unit: str
    use_in_words: str
    lines: list[LineView]
    job_id: JobId | None
    made_at: datetime
    released_by: str | None
    budget: BudgetShare | None = Field(None, description="What it asks under a budget plan, beside what was used.")


async def find_bill(reader: Reader, bill_id: BillId, language: Language = "en") -> BillView:
    """A bill with every line explained. Raises BillUnknown."""
    row = await reader.fetchrow(_FIND, bill_id)
    if row is None:
        raise BillUnknown(field="bill_id", bill_id=bill_id)
    return BillView(
        **{
            **row,
            "begin": _read(row, "begin"),
            "end": _read(row, "end"),
            "quantity": exact(row["quantity_text"]).plain,
            "use_in_words": explain_use(
                row["begin_value"], row["end_value"], rolled_over=row["rolled_over"],
                exchanged=row["exchanged"], quantity=exact(row["quantity_text"]), unit=row["unit"],
                days_count=row["days_count"], language=language,
            ),
            "lines": [_line(written, language) for written in row["lines"]],
            "budget": None if row["budget"] is None else share_from(row["budget"]),
        }
    )  # fmt: skip


async def list_bills(reader: Reader, page: PageRequest, **named: UUID | str | None) -> Page[BillSummary]:
    """Bills, newest first: those that all the names given fit (see _FILTERS)."""
    wanted = {name: value for name, value in named.items() if value is not None}
    filters = [_FILTERS[name].format(f"${n}") for n, name in enumerate(wanted, start=3)]
    where = " AND ".join(["($1::uuid IS NULL OR b.bill_id < $1)", *filters])
    rows = await reader.fetch(
        f"{_LIST} WHERE {where} ORDER BY b.bill_id DESC LIMIT $2", after_id(page), page.limit, *wanted.values()
    )
    items = [BillSummary.model_validate(dict(row)) for row in rows]
    return Page[BillSummary].of(items, page, key=lambda one: [one.bill_id])


def _read(row: Any, which: str) -> ReadView | None:
    if row[f"{which}_reading_id"] is None:
        return None
    return ReadView(
        reading_id=row[f"{which}_reading_id"], value=row[f"{which}_value"], read_on=row[f"{which}_on"],
        quality=row[f"{which}_quality"], source=row[f"{which}_source"],
    )  # fmt: skip


@lru_cache(LINES_REMEMBERED_MAX)
def _line(written: str, language: Language) -> LineView:
    """A line never changes, and most stand on many bills: what one says is worked out once."""
    line = line_from(from_json(written))
    return LineView(
        component=line.component, label=label_of(line, language), service=line.service, basis=line.basis,
        quantity=line.quantity.plain, unit=line.unit, rate=line.rate.plain, rate_since_on=line.rate_since_on,
        days_count=line.days_count, base_cents=line.base_cents, other_cents=line.other_cents,
        amount_cents=line.amount_cents, rounding=line.rounding, rule=line.rule, in_words=explain(line, language),
    )  # fmt: skip
