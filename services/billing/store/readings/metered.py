"""What a reading finds at its meter: a few steps down one index, however many readings there are.

`value + turned_units` is what endless dials would show, so a use between any two readings is one subtraction: nothing
is summed up, and nothing has to be kept right when a reading comes late or is corrected.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from services.billing.domain.dials import Mark
from services.billing.domain.policies import ReadingPolicy
from services.billing.domain.readings import Metered
from services.billing.domain.references import History, Use
from shared.ids import AgreementId
from shared.postgres import Tx

_LOCK_METERS = """
SELECT agreement_id, meter_serial FROM agreements WHERE meter_serial = ANY($1::text[]) AND stopped_on IS NULL
ORDER BY agreement_id FOR NO KEY UPDATE
"""
_LOCK_AGREEMENTS = """
SELECT agreement_id FROM agreements WHERE agreement_id = ANY($1::uuid[]) AND meter_id IS NOT NULL
ORDER BY agreement_id FOR NO KEY UPDATE
"""


def _latest(condition: str, columns: str = "value + turned_units AS endless, read_at, read_on") -> str:
    return (
        f"LEFT JOIN LATERAL (SELECT {columns} FROM readings WHERE agreement_id = g.agreement_id AND {condition}"
        " ORDER BY read_at DESC LIMIT 1)"
    )


_MARK = "reading_id, value, read_at, read_on, turned_units"
_KIND = "state, quality, flags && '{zero,stuck}' AS still"
_READ = "state = 'accepted' AND quality = 'actual'"
# As a rule the last reading is accepted, and somebody read it: then it is `before` and `actual`, too, and no other step
# is taken for these (a condition on what stands left of a step is asked once, before it). $3 is how far apart two
# readings are compared, $4 and $5 what counts as the same season. The middle of the last three periods is found from
# `base` in such steps, so that a head-end may read every hour.
_FIND_METERED = f"""
SELECT g.agreement_id, g.account_id, g.meter_id, g.dials, g.multiplier, g.unit,
    l.*, b.*, a.*, n.*, m0.*,
    m0.value + m0.turned_units - m1.endless AS used1, m0.read_on - m1.read_on AS days1,
    m1.endless - m2.endless AS used2, m1.read_on - m2.read_on AS days2,
    m2.endless - m3.endless AS used3, m2.read_on - m3.read_on AS days3,
    s1.endless - s2.endless AS season_used, s1.read_on - s2.read_on AS season_days,
    p.used AS peers_used, p.days_count AS peers_days,
    CASE WHEN a.reading_id IS NOT NULL THEN (SELECT count(*) FROM readings WHERE agreement_id = g.agreement_id
        AND state = 'accepted' AND quality = 'estimated' AND read_at > a.read_at AND read_at < c.read_at)
    ELSE 0 END AS estimates
FROM unnest($1::uuid[], $2::timestamptz[]) AS c (agreement_id, read_at)
JOIN agreements g USING (agreement_id)
{_latest("state <> 'superseded' AND read_at <= c.read_at", f"{_MARK}, {_KIND}")} l ON true
{_latest("(l.state <> 'accepted' OR l.read_at = c.read_at) AND state = 'accepted' AND read_at < c.read_at",
         f"{_MARK}, {_KIND}")} b ON true
{_latest("coalesce(b.quality, l.quality) = 'estimated' AND state = 'accepted' AND quality <> 'estimated'"
         " AND read_at < c.read_at", _MARK)} a ON true
LEFT JOIN LATERAL (
    SELECT {_MARK} FROM readings WHERE agreement_id = g.agreement_id AND state = 'accepted' AND read_at > c.read_at
    ORDER BY read_at LIMIT 1) n ON true
{_latest(f"{_READ} AND read_at <= c.read_at - $3::interval", _MARK)} m0 ON true
{_latest(f"{_READ} AND read_at <= m0.read_at - $3::interval")} m1 ON true
{_latest(f"{_READ} AND read_at <= m1.read_at - $3::interval")} m2 ON true
{_latest(f"{_READ} AND read_at <= m2.read_at - $3::interval")} m3 ON true
{_latest(f"{_READ} AND read_at BETWEEN c.read_at - interval '1 year' - $4::interval"
         " AND c.read_at - interval '1 year' + $4::interval")} s1 ON true
{_latest(f"{_READ} AND read_at <= s1.read_at - $5::interval")} s2 ON true
LEFT JOIN peer_uses p ON m1.endless IS NULL AND s2.endless IS NULL AND p.commodity = g.commodity
    AND p.customer_class = g.customer_class AND p.meter_size = coalesce(g.meter_size, '') AND p.unit = g.unit
    AND p.month = extract(month FROM c.read_at AT TIME ZONE $6)
"""


async def lock_meters(tx: Tx, serials: Collection[str]) -> dict[str, AgreementId]:
    """Lock the running agreements at these meters; answers them by serial."""
    rows = await tx.fetch(_LOCK_METERS, list(serials))
    return {row["meter_serial"]: row["agreement_id"] for row in rows}


async def lock_agreements(tx: Tx, agreement_ids: Collection[AgreementId]) -> list[AgreementId]:
    """Lock these agreements, as far as they have a meter."""
    return [row["agreement_id"] for row in await tx.fetch(_LOCK_AGREEMENTS, list(agreement_ids))]


async def find_metered(
    tx: Tx, moments: Sequence[tuple[AgreementId, datetime]], policy: ReadingPolicy
) -> dict[AgreementId, Metered]:
    """What a reading at this moment finds, by agreement; each agreement is named once, and locked."""
    if not moments:
        return {}
    rows = await tx.fetch(
        _FIND_METERED, *zip(*moments, strict=True), timedelta(days=policy.compared_from_days),
        timedelta(days=policy.season_within_days), timedelta(days=policy.season_from_days), str(tx.zone),
    )  # fmt: skip
    at = dict(moments)
    return {row["agreement_id"]: _metered(tuple(row), at[row["agreement_id"]]) for row in rows}


def _mark(values: tuple[Any, ...]) -> Mark | None:
    return None if values[0] is None else Mark(*values)


def _metered(row: tuple[Any, ...], at: datetime) -> Metered:
    """The columns in the order of the statement: marks are five wide, the first two are followed by their kind."""
    multiplier = row[4]
    last, state, quality, stands = _mark(row[6:11]), row[11], row[12], row[13]
    before, actual = _mark(row[14:19]), _mark(row[22:27])
    same = last if last is not None and last.read_at == at else None
    if before is None and same is None and state == "accepted":
        before = last
    guessed = (row[20] or quality) == "estimated"
    still = bool(state == "flagged" and quality == "actual" and stands)
    return Metered(
        row[0], row[1], row[2], row[3], multiplier, row[5], same, before, actual if guessed else before,
        _mark(row[27:32]), _mark(row[32:37]), _history(row[37:47], multiplier), still, row[47],
    )  # fmt: skip


def _history(row: tuple[Any, ...], multiplier: int) -> History:
    periods = tuple(Use(row[n] * multiplier, row[n + 1]) for n in (0, 2, 4) if row[n] is not None)
    season = None if row[6] is None else Use(row[6] * multiplier, row[7])
    return History(season, periods, None if row[8] is None else Use(row[8], row[9]))
