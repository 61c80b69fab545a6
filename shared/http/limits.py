"""How often one person or account may ask: a bucket of tokens each, filled at a steady rate."""

from collections import OrderedDict
from time import monotonic

SUBJECTS_MAX = 10_000


class Buckets:
    """The buckets of all who asked lately. Who has not asked for longest is forgotten first: that bucket is full."""

    def __init__(self, per_second: float, burst: float) -> None:
        self._per_second = per_second
        self._burst = burst
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, subject: str) -> float:
        """Take one token: 0.0 when there was one, else the seconds until there is."""
        now = monotonic()
        left, at = self._left.pop(subject, (self._burst, now))
        left = min(self._burst, left + (now - at) * self._per_second)
        if left < 1.0:
            self._left[subject] = (left, now)
            return (1.0 - left) / self._per_second
        self._left[subject] = (left - 1.0, now)
        if len(self._left) > SUBJECTS_MAX:
            self._left.popitem(last=False)
        return 0.0
