"""The numbers that the town sets for its counter, with the law's ceilings: data with a date, never constants."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from shared.errors import Invalid

STALE_DAYS_CEILING = 183
CONFIRMATION_MINUTES_CEILING = 60


class PolicyBreaksLaw(Invalid):
    """A policy may not allow what a law or the safety of a shut-off forbids."""

    remedy = "Set the policy within the limit that is named, and give it a later date if it is to change."


@dataclass(frozen=True, slots=True)
class Policy:
    """What the counter goes by on one day.

    `payees` are the names that a check may be made out to; empty leaves it to the cashier's eye.
    """

    check_stale_after_days: int
    confirmation_good_for: timedelta
    payees: tuple[str, ...]


def policy_from(body: Mapping[str, Any]) -> Policy:
    """The policy in a row's body. Raises PolicyBreaksLaw.

    Source: N.J.S.A. 12A:4-404 (UCC 4-404): a bank need not pay a check older than six months; rulebook 5: a
    confirmation lasts minutes, so that the gates are asked on the day and at the hour of executing.
    """
    stale_days, minutes = int(body["check_stale_after_days"]), int(body["confirmation_good_for_minutes"])
    if not 1 <= stale_days <= STALE_DAYS_CEILING:
        raise PolicyBreaksLaw(field="check_stale_after_days", given=stale_days, law="N.J.S.A. 12A:4-404", ceiling=183)
    if not 1 <= minutes <= CONFIRMATION_MINUTES_CEILING:
        raise PolicyBreaksLaw(field="confirmation_good_for_minutes", given=minutes, law="rulebook 5", ceiling=60)
    return Policy(stale_days, timedelta(minutes=minutes), tuple(body["payees"]))
