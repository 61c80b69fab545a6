"""The town's policies by date."""

from services.accounts.domain.policies import ShutoffGate, policy_from
from shared.postgres import Tx


async def find_shutoff_gate(tx: Tx) -> ShutoffGate:
    """The shut-off policy of the town's pack in force today. Raises ShutoffHoursBreakLaw, AnswerTimeTooLong."""
    body = await tx.fetchval(
        "SELECT body FROM policies WHERE name = $1 AND effective_on <= $2 ORDER BY effective_on DESC LIMIT 1",
        tx.policy_pack,
        tx.today,
    )
    return ShutoffGate(policy_from(tx.policy_pack, body), tx.zone)
