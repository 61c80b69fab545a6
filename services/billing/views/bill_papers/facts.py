"""What a bill's paper needs besides the bill: the account as it stood, the periods before, the meter, who bills."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from services.billing.domain.billers import Biller
from services.billing.domain.exact import exact
from services.billing.domain.periods import Period
from services.billing.views.bills import BillView, find_bill
from shared.clock import local_date
from shared.ids import BillId
from shared.paper import Language
from shared.postgres import Reader

# A bill shows its account as it stood when it was issued, however late it is printed again. `since` is what was posted
# after the bill before, so that a payment received earlier and posted later is on the next bill, once.
_AROUND = """
WITH bill AS MATERIALIZED (
    SELECT b.*, coalesce(p.posted_at, $2) AS as_of_at FROM bills b
    LEFT JOIN postings p ON p.account_id = b.account_id AND p.posting_id = b.bill_id WHERE b.bill_id = $1
), moved AS MATERIALIZED (
    SELECT p.posting_id, p.kind, p.posted_at, sum(e.amount_cents)::bigint AS cents
    FROM bill b JOIN postings p ON p.account_id = b.account_id AND p.posted_at <= b.as_of_at
    JOIN entries e ON e.account_id = p.account_id AND e.posting_id = p.posting_id GROUP BY 1, 2, 3
), before AS (
    SELECT coalesce(max(m.posted_at), '-infinity') AS at FROM moved m, bill b
    WHERE m.kind = 'bill' AND m.posted_at < b.as_of_at
)
SELECT b.as_of_at,
    (SELECT coalesce(sum(m.cents), 0)::bigint FROM moved m, before WHERE m.posted_at <= before.at) AS previous_cents,
    (SELECT jsonb_object_agg(kind, cents) FROM (
        SELECT m.kind, sum(m.cents) AS cents FROM moved m, before
        WHERE m.posted_at > before.at AND m.posting_id <> b.bill_id GROUP BY m.kind) k) AS since,
    (SELECT body FROM billers WHERE effective_on <= coalesce(b.issued_on, $3::date)
     ORDER BY effective_on DESC LIMIT 1) AS biller,
    (SELECT jsonb_build_array(a.multiplier, a.unit) FROM agreements a
     WHERE a.agreement_id = b.agreement_id AND a.unit IS NOT NULL) AS meter,
    (SELECT jsonb_agg(jsonb_build_array(r.meter_id, m.serial, r.value, r.read_on, r.quality) ORDER BY r.read_at)
     FROM readings s JOIN readings e ON e.reading_id = b.end_reading_id
     JOIN readings r ON r.agreement_id = b.agreement_id AND (r.reading_id IN (s.reading_id, e.reading_id)
         OR r.source = 'exchange' AND r.state = 'accepted' AND r.read_at > s.read_at AND r.read_at < e.read_at)
     LEFT JOIN meters m ON m.meter_id = r.meter_id WHERE s.reading_id = b.begin_reading_id) AS dials,
    (SELECT jsonb_path_query_array(t.body, '$.components[*].conversion') FROM tariffs t
     WHERE t.tariff_id = b.tariff_id) AS conversions,
    (SELECT jsonb_agg(jsonb_build_array(period_start_on, period_end_on, quantity::text, days_count,
        quality = 'estimated', total_cents) ORDER BY period_end_on)
     FROM (SELECT DISTINCT ON (h.period_end_on) h.* FROM bills h
           WHERE h.agreement_id = b.agreement_id AND h.unit = b.unit AND h.period_end_on < b.period_end_on
               AND h.state <> 'cancelled'
           ORDER BY h.period_end_on DESC, h.version DESC LIMIT 14) p) AS periods
FROM bill b
"""


@dataclass(frozen=True, slots=True)
class Account:
    """The account as it stood when the bill was issued: what was owed before, what came since, and this bill.

    Under a budget plan that is its budget amount, and what the plan settled meanwhile.
    """

    as_of: date
    previous_cents: int
    payments_cents: int
    returned_cents: int
    adjustments_cents: int
    other_bills_cents: int
    this_cents: int
    true_up_cents: int = 0

    @property
    def due_cents(self) -> int:
        """What is asked; less than nothing is a credit."""
        return (
            self.previous_cents + self.payments_cents + self.returned_cents + self.adjustments_cents
            + self.other_bills_cents + self.this_cents + self.true_up_cents
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Dial:
    """What the dials of a meter showed on a day, and how that was obtained."""

    serial: str
    value: int
    read_on: date
    quality: str


@dataclass(frozen=True, slots=True)
class Metered:
    """How a use was measured: what a dial unit is, how often it counts, and each meter's first and last reading."""

    multiplier: int
    unit: str
    reads: tuple[tuple[Dial, Dial], ...]


@dataclass(frozen=True, slots=True)
class BillFacts:
    """Everything that stands on a bill. `before` are the periods before it, oldest first."""

    bill: BillView
    biller: Biller
    account: Account
    meter: Metered | None
    conversions: tuple[tuple[str, str], ...]
    before: tuple[Period, ...]

    @property
    def period(self) -> Period:
        """The bill's own."""
        bill = self.bill
        estimated = "estimated" in (bill.end.quality if bill.end else "", bill.begin.quality if bill.begin else "")
        return Period(
            bill.period_start_on, bill.period_end_on, exact(bill.quantity), bill.days_count, estimated, bill.total_cents
        )


async def find_bill_facts(reader: Reader, bill_id: BillId, language: Language) -> BillFacts:
    """All that stands on a bill. Raises BillUnknown."""
    bill = await find_bill(reader, bill_id, language)
    row = await reader.fetchrow(_AROUND, bill_id, reader.now, reader.today)
    return BillFacts(
        bill=bill,
        biller=Biller.model_validate(row["biller"]),
        account=_account(row, bill, local_date(row["as_of_at"], reader.zone)),
        meter=_metered(row["meter"], row["dials"]),
        conversions=tuple({(one["factor"], one["to"]): None for one in row["conversions"] or ()}),
        before=tuple(_period(values) for values in row["periods"] or ()),
    )


def _account(row: Any, bill: BillView, as_of: date) -> Account:
    since: dict[str, int] = dict(row["since"] or {})
    payments, returned = since.pop("payment", 0), since.pop("payment_reversal", 0)
    others, true_up = since.pop("bill", 0), since.pop("budget_true_up", 0)
    this_cents = bill.total_cents if bill.budget is None else bill.budget.asked_cents
    return Account(
        bill.issued_on or as_of, row["previous_cents"], payments, returned, sum(since.values()), others, this_cents,
        true_up,
    )  # fmt: skip


def _metered(meter: list[Any] | None, dials: list[Any] | None) -> Metered | None:
    if meter is None or dials is None:
        return None
    multiplier, unit = meter
    return Metered(multiplier, unit, _reads(dials))


def _reads(dials: list[Any]) -> tuple[tuple[Dial, Dial], ...]:
    """Each meter's first and last reading; of one that went or came at an end of the period, nothing was used."""
    by_meter = [[*group] for _, group in groupby(dials, key=lambda values: values[0])]
    used = [group for group in by_meter if len(group) > 1] or [[dials[0], dials[-1]]]
    return tuple((_dial(group[0]), _dial(group[-1])) for group in used)


def _dial(values: list[Any]) -> Dial:
    _, serial, value, read_on, quality = values
    return Dial(serial or "", value, date.fromisoformat(read_on), quality)


def _period(values: list[Any]) -> Period:
    start_on, end_on, quantity, days_count, estimated, total_cents = values
    return Period(
        date.fromisoformat(start_on), date.fromisoformat(end_on), exact(quantity), days_count, bool(estimated),
        total_cents,
    )  # fmt: skip
