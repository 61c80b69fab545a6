"""What a customer usually uses a day, and by which of three it is known: the season, the last periods, or peers.

Source: rulebook 2. Use is kept as what passed in a number of days, never as a fraction: nothing is rounded away.
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple

ReferenceKind = Literal["same_season", "last_periods", "peers"]


class Use(NamedTuple):
    """What passed a meter, in its unit, over a number of days."""

    used: int
    days_count: int


class Reference(NamedTuple):
    """The use with which a reading is compared, and whose it is."""

    kind: ReferenceKind
    use: Use


class History(NamedTuple):
    """What is known of the usual use when a reading comes. `periods` are the last ones, newest first."""

    season: Use | None = None
    periods: tuple[Use, ...] = ()
    peers: Use | None = None


def reference_of(history: History) -> Reference | None:
    """The same season last year, else the median of the last three actual periods, else the median of peers."""
    if history.season is not None:
        return Reference("same_season", history.season)
    if history.periods:
        return Reference("last_periods", median(history.periods))
    return None if history.peers is None else Reference("peers", history.peers)


def median(uses: Sequence[Use]) -> Use:
    """The middle one by use a day; of two, the larger. Each lasts a day at least."""
    ordered = sorted(uses, key=lambda one: (one.used * 1_000_000 // one.days_count, one.used))
    return ordered[len(ordered) // 2]


def expected(use: Use, days_count: int) -> int:
    """What passes in a number of days at this use a day, rounded half up: round(reference ADU × days)."""
    return (2 * use.used * days_count + use.days_count) // (2 * use.days_count)


def per_day(use: Use) -> str:
    """A use a day as people read it, with two decimals, rounded half up; nothing to say of no days."""
    if use.days_count <= 0:
        return ""
    hundredths = expected(Use(100 * abs(use.used), use.days_count), 1)
    return f"{'-' if use.used < 0 else ''}{hundredths // 100}.{hundredths % 100:02}"
