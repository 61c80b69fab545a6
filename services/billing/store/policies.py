"""The policy that is in force, and new versions of it."""

from datetime import date

from services.billing.domain.policies import Policy, policy_from
from shared.postgres import Reader, Tx

_FIND = """
SELECT body FROM policies WHERE name = $1 AND effective_on <= $2 ORDER BY effective_on DESC LIMIT 1
"""
_INSERT = "INSERT INTO policies (name, effective_on, body) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING name"


async def find_policy(tx: Reader, on: date) -> Policy:
    """The numbers of the town's pack that are in force on a day."""
    return policy_from(await tx.fetchval(_FIND, tx.policy_pack, on))


async def insert_policy(tx: Tx, name: str, effective_on: date, policy: Policy) -> bool:
    """Keep a version; False where one begins on that day already."""
    return await tx.fetchval(_INSERT, name, effective_on, policy.model_dump(mode="json")) is not None
