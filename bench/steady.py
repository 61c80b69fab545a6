"""What a steady rate is: both sides have opened their connections and prepared their statements."""

from collections.abc import Mapping

WARM_SECONDS = 1.5
"""How long a rate is kept up before it is measured. Seen before this was left out: the first half second of a relay at
1,000/s took up to 265 ms an event, and what followed 5; so the 99th percentile of four seconds told of the start."""


def latencies_ms(begun_ns: Mapping[str, int], ended_ns: Mapping[str, int]) -> list[float]:
    """How long each took that began after the warm-up and ended; both by the same name, on one monotonic clock."""
    if not begun_ns:
        return []
    warm_at = min(begun_ns.values()) + int(WARM_SECONDS * 1e9)
    return [(ended_ns[name] - at) / 1e6 for name, at in begun_ns.items() if at >= warm_at and name in ended_ns]
