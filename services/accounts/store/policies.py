"""The town's policies by date."""

from datetime import timedelta
from typing import Any

from services.accounts.domain.move_outs import policy_hours
from services.accounts.domain.policies import ShutoffGate, policy_from
from shared.postgres import Tx


async def find_shutoff_gate(tx: Tx) -> ShutoffGate:
    """The shut-off policy of the town's pack in force today. Raises ShutoffHoursBreakLaw, AnswerTimeTooLong."""
    return ShutoffGate(policy_from(tx.policy_pack, await _body(tx)), tx.zone)


async def find_final_reading_time(tx: Tx) -> timedelta:
    """Within which time of a notice the meter is read, today. Raises FinalReadingTooLate."""
    return policy_hours((await _body(tx))["final_reading"]["within_hours"])


async def _body(tx: Tx) -> Any:
    return await tx.fetchval(
        "SELECT body FROM policies WHERE name = $1 AND effective_on <= $2 ORDER BY effective_on DESC LIMIT 1",
        tx.policy_pack,
        tx.today,
    )
