"""The counter's policies by date."""

from datetime import date

from services.payments.domain.policies import Policy, policy_from
from shared.postgres import Tx


async def find_policy(tx: Tx, on: date) -> Policy:
    """The policy of the town's pack in force on a day. Raises PolicyBreaksLaw."""
    body = await tx.fetchval(
        "SELECT body FROM policies WHERE name = $1 AND effective_on <= $2 ORDER BY effective_on DESC LIMIT 1",
        tx.policy_pack, on,
    )  # fmt: skip
    return policy_from(body)
