"""One file a case: what is measured, against which limit, with which aim."""

from collections.abc import Awaitable, Callable

from bench.measure import Row
from bench.stage import Stage

Case = Callable[[Stage], Awaitable[list[Row]]]

CASES = {
    "latency": 600, "relay": 300, "inbox": 240, "post": 300, "counter": 300, "read": 240, "readings": 300,
    "billrun": 300, "cycle": 600, "paper": 120, "start": 300, "fanout": 240, "flat": 300, "hot": 240, "scale": 300,
    "rubbish": 420, "kills": 660,
}  # fmt: skip
"""In the order in which they are measured: by name, the seconds after which a case is given up."""
LARGE_SECONDS = 1_800
"""What a case may take beyond that when it was asked for its large sizes."""
