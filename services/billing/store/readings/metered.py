"""What a reading finds at its meter: a few steps down one index, however many readings there are.

`value + turned_units` is what endless dials would show, so a use between any two readings is one subtraction: nothing
is summed up, and nothing has to be kept right when a reading comes late or is corrected.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from services.billing.domain.dials import Mark
from services.billing.domain.policies import ReadingPolicy
from services.billing.domain.readings import Metered, Point
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


_MARK = "reading_id, value, read_at, read_on, turned_units"
_KIND = "state, quality, flags && '{zero,stuck}' AS still"
_READ = "agreement_id = g.agreement_id AND state = 'accepted' AND quality = 'actual'"


def _latest(condition: str, columns: str) -> str:
    """One step back: the last reading of the agreement that fits."""
    return (
        f"LEFT JOIN LATERAL (SELECT {columns} FROM readings WHERE agreement_id = g.agreement_id AND {condition}"
        " ORDER BY read_at DESC LIMIT 1)"
    )


def _read(until: str, limit: int, condition: str = "true") -> str:
    """The last actual readings until a moment, newest first: a column of each in one step."""
    return (
        "LEFT JOIN LATERAL (SELECT array_agg(endless) AS endless, array_agg(read_on) AS days, array_agg(read_at) AS at"
        f" FROM (SELECT value + turned_units AS endless, read_on, read_at FROM readings WHERE {_READ}"
        f" AND read_at <= {until} AND {condition} ORDER BY read_at DESC LIMIT {limit}) AS latest)"
    )


# As a rule the last reading is accepted, and somebody read it: then it is `before` and `actual`, too, and no other step
# is taken for these (a condition on what stands left of a step is asked once, before it). $3 is how far apart two
# readings are compared, $4 and $5 what counts as the same season. Four readings back are three periods, and two are
# a season, as a rule; a head-end that reads every hour is followed in steps of the days that are asked for.
_FIND_METERED = f"""
SELECT g.agreement_id, g.account_id, g.meter_id, g.dials, g.multiplier, g.unit, l.*, b.*, a.*, n.*,
    CASE WHEN k.often THEN m.endless[1:1] || m1.endless || m2.endless || m3.endless ELSE m.endless END,
    CASE WHEN k.often THEN m.days[1:1] || m1.days || m2.days || m3.days ELSE m.days END,
    CASE WHEN k.in_season THEN CASE WHEN k.daily THEN s.endless[1:1] || s1.endless ELSE s.endless END END,
    CASE WHEN k.in_season THEN CASE WHEN k.daily THEN s.days[1:1] || s1.days ELSE s.days END END,
    p.used, p.days_count,
    CASE WHEN a.reading_id IS NOT NULL THEN (SELECT count(*) FROM readings WHERE agreement_id = g.agreement_id
        AND state = 'accepted' AND quality = 'estimated' AND read_at > a.read_at AND read_at < c.read_at)
    ELSE 0 END
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
{_read("c.read_at - $3::interval", 4)} m ON true
{_read("c.read_at - interval '1 year' + $4::interval", 2,
       "g.started_on < c.read_at - interval '1 year' + $4::interval")} s ON true
CROSS JOIN LATERAL (
    SELECT $3 > least(m.at[1] - m.at[2], m.at[2] - m.at[3], m.at[3] - m.at[4]) AS often,
        $5 > s.at[1] - s.at[2] AS daily, s.at[1] >= c.read_at - interval '1 year' - $4 AS in_season) k
{_read("m.at[1] - $3::interval", 1, "k.often")} m1 ON true
{_read("m1.at[1] - $3::interval", 1, "k.often")} m2 ON true
{_read("m2.at[1] - $3::interval", 1, "k.often")} m3 ON true
{_read("s.at[1] - $5::interval", 1, "k.daily")} s1 ON true
LEFT JOIN peer_uses p ON m.at[2] IS NULL AND p.commodity = g.commodity
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
    last, state, quality, stands = _mark(row[6:11]), row[11], row[12], row[13]
    before, actual = _mark(row[14:19]), _mark(row[22:27])
    same = last if last is not None and last.read_at == at else None
    if before is None and same is None and state == "accepted":
        before = last
    guessed = (row[20] or quality) == "estimated"
    still = bool(state == "flagged" and quality == "actual" and stands)
    history = History(_season(row), _periods(row), None if row[36] is None else Use(row[36], row[37]))
    base = Point(row[32][0], row[33][0]) if row[32] else None
    return Metered(
        row[0], row[1], row[2], row[3], row[4], row[5], same, before, actual if guessed else before, _mark(row[27:32]),
        base, history, still, row[38],
    )  # fmt: skip


def _periods(row: tuple[Any, ...]) -> tuple[Use, ...]:
    """From the newest to the oldest: what lies between each reading and the one before it."""
    multiplier, endless, days = row[4], row[32] or (), row[33] or ()
    return tuple(
        Use((end - start) * multiplier, (until - since).days)
        for (end, start), (until, since) in zip(pairwise(endless), pairwise(days), strict=True)
    )


def _season(row: tuple[Any, ...]) -> Use | None:
    multiplier, endless, days = row[4], row[34], row[35]
    if endless is None or len(endless) < 2:
        return None
    return Use((endless[0] - endless[1]) * multiplier, (days[0] - days[1]).days)
