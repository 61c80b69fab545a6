"""The usual use of those alike: found anew every night, so that no reading ever counts its peers."""

from datetime import date

from services.billing.domain.policies import ReadingPolicy
from shared.postgres import Tx

# The median of what was used a day, of the actual readings of a month that were accepted.
_SAVE_PEER_USES = """
INSERT INTO peer_uses (commodity, customer_class, meter_size, unit, month, used, days_count, peers_count, found_on)
SELECT commodity, customer_class, meter_size, unit, extract(month FROM $1::date), used[(peers + 1) / 2],
    days[(peers + 1) / 2], peers, $3
FROM (
    SELECT g.commodity, g.customer_class, coalesce(g.meter_size, '') AS meter_size, g.unit, count(*) AS peers,
        array_agg(r.used_units * g.multiplier ORDER BY r.used_units * g.multiplier::numeric / r.days_count) AS used,
        array_agg(r.days_count ORDER BY r.used_units * g.multiplier::numeric / r.days_count) AS days
    FROM readings r JOIN agreements g USING (agreement_id)
    WHERE r.state = 'accepted' AND r.quality = 'actual' AND r.source IN ('head_end', 'staff', 'field')
        AND r.read_on >= $1 AND r.read_on < $2 AND r.days_count >= $4 AND r.used_units >= 0
    GROUP BY g.commodity, g.customer_class, coalesce(g.meter_size, ''), g.unit
) AS classes
WHERE peers >= $5
ON CONFLICT (commodity, customer_class, meter_size, unit, month) DO UPDATE SET used = EXCLUDED.used,
    days_count = EXCLUDED.days_count, peers_count = EXCLUDED.peers_count, found_on = EXCLUDED.found_on
"""


async def save_peer_uses(tx: Tx, month: tuple[date, date], policy: ReadingPolicy) -> None:
    """Keep the usual use of each class in a month: from its first day to before the next one's."""
    await tx.execute(_SAVE_PEER_USES, *month, tx.today, policy.compared_from_days, policy.peers_from_count)
