"""What rates go by besides use: what was billed before, and what demand registers showed."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any

from services.billing.domain.circumstances import LOOKED_BACK, Demand, PastUse, Period
from services.billing.domain.exact import ZERO, Exact, exact, most
from shared.ids import AgreementId
from shared.postgres import Tx

_FIND_PAST_USES = """
SELECT agreement_id, period_end_on, quantity::text, unit FROM bills
WHERE agreement_id = ANY($1::uuid[]) AND state <> 'cancelled' AND period_end_on > $2 ORDER BY period_end_on
"""
_FIND_DEMANDS = """
SELECT d.agreement_id, d.read_on, d.kw::text, d.kvar::text FROM demands d
WHERE d.agreement_id = ANY($1::uuid[]) AND d.read_on > $2 ORDER BY d.read_on
"""
_INSERT_DEMAND = """
WITH kept AS (
    INSERT INTO demands (agreement_id, read_on, kw, kvar, taken_at, taken_by)
    SELECT agreement_id, $2, $3::text::numeric, $4::text::numeric, $5, $6 FROM agreements WHERE agreement_id = $1
    ON CONFLICT (agreement_id, read_on) DO NOTHING RETURNING agreement_id)
SELECT EXISTS (SELECT 1 FROM agreements WHERE agreement_id = $1) AS is_known, EXISTS (SELECT 1 FROM kept) AS is_kept
"""


async def find_past_uses(
    tx: Tx, agreement_ids: Collection[AgreementId], since_on: date
) -> dict[AgreementId, tuple[PastUse, ...]]:
    """What was billed to these agreements for periods that ended in the year before a day, and after it."""
    found: dict[AgreementId, tuple[PastUse, ...]] = {}
    for row in await tx.fetch(_FIND_PAST_USES, list(agreement_ids), since_on - LOOKED_BACK):
        use = PastUse(row["period_end_on"], exact(row["quantity"]), row["unit"])
        found[row["agreement_id"]] = (*found.get(row["agreement_id"], ()), use)
    return found


async def find_demands(tx: Tx, periods: Sequence[tuple[AgreementId, Period]]) -> dict[AgreementId, Demand]:
    """The highest demand read in each period, and the highest of the eleven months before it."""
    if not periods:
        return {}
    since_on = min(period.start_on for _, period in periods) - LOOKED_BACK
    read: dict[AgreementId, list[Any]] = {}
    for row in await tx.fetch(_FIND_DEMANDS, [agreement_id for agreement_id, _ in periods], since_on):
        read.setdefault(row["agreement_id"], []).append(row)
    found = {agreement_id: _demand(read.get(agreement_id, []), period) for agreement_id, period in periods}
    return {agreement_id: demand for agreement_id, demand in found.items() if demand is not None}


async def insert_demand(tx: Tx, agreement_id: AgreementId, read_on: date, kw: Exact, kvar: Exact) -> tuple[bool, bool]:
    """Keep what a register showed; answers whether the agreement is known, and whether nothing stood there before."""
    row = await tx.fetchrow(_INSERT_DEMAND, agreement_id, read_on, str(kw), str(kvar), tx.now, tx.actor.subject)
    return row["is_known"], row["is_kept"]


def _demand(rows: Sequence[Any], period: Period) -> Demand | None:
    now = [row for row in rows if period.start_on < row["read_on"] <= period.end_on]
    if not now:
        return None
    eleven_months = timedelta(days=335)
    before = [row for row in rows if period.start_on - eleven_months < row["read_on"] <= period.start_on]
    return Demand(
        most(*(exact(row["kw"]) for row in now)), most(*(exact(row["kvar"]) for row in now)),
        most(ZERO, *(exact(row["kw"]) for row in before)),
    )  # fmt: skip
