"""What makes a reading stand out: use that runs backwards, stands still, or is not this customer's usual.

Source: rulebook 2; every threshold is policy (practice, not law).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from services.billing.domain.policies import ReadingPolicy, Unit


class _Meter(Protocol):
    @property
    def dials(self) -> int: ...
    @property
    def multiplier(self) -> int: ...
    @property
    def unit(self) -> Unit: ...


@dataclass(frozen=True, slots=True)
class Use:
    """What passed a meter, in its unit, over a number of days."""

    used: int
    days_count: int


def turned(before: int, value: int, days_count: int, meter: _Meter, policy: ReadingPolicy) -> tuple[int, int]:
    """How many units the roll-over counts for, and the units used: dials that passed their end begin at zero again.

    A turn is believed only if the use it implies is at most half of the dials and no more than the meter can pass
    in that time; else the use is negative, and a person looks at it.
    """
    if value >= before:
        return 0, value - before
    modulus = 10**meter.dials
    implied = value + modulus - before
    can_pass = policy.rollover_per_day_max.get(meter.unit, 0) * max(days_count, 1)
    if 2 * implied <= modulus and implied * meter.multiplier <= can_pass:
        return modulus, implied
    return 0, value - before


def flags_of(use: Use, usual: Sequence[Use], unit: Unit, policy: ReadingPolicy) -> tuple[str, ...]:
    """Why a person must look at it; empty for a reading that may be billed as it is.

    The reference is the middle one of the last periods' uses a day; without one there is nothing to compare with.
    """
    if use.used < 0:
        return ("negative",)
    reference = _middle(usual)
    if reference is None or use.days_count < policy.compared_from_days:
        return ()
    percent = 100 * use.used * reference.days_count
    of_usual = reference.used * use.days_count
    if use.used == 0:
        return ("zero",) if reference.used > 0 else ()
    if use.used > policy.high_floor_per_day.get(unit, 0) * use.days_count:
        if percent >= policy.very_high_percent * of_usual:
            return ("very_high",)
        if percent >= policy.high_percent * of_usual:
            return ("high",)
    return ("low",) if percent <= policy.low_percent * of_usual else ()


def _middle(usual: Sequence[Use]) -> Use | None:
    """The median by use a day; of two, the larger."""
    comparable = [one for one in usual if one.days_count > 0]
    ordered = sorted(comparable, key=lambda one: (one.used * 1_000_000 // one.days_count, one.used))
    return ordered[len(ordered) // 2] if ordered else None
