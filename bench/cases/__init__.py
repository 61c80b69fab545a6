"""One file a case: what is measured, against which limit, with which aim."""

from collections.abc import Awaitable, Callable

from bench.measure import Row
from bench.stage import Stage

Case = Callable[[Stage], Awaitable[list[Row]]]
