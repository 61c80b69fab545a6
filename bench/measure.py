"""What a measurement is: both sides interleaved, the median of the rounds, void if an invariant failed."""

import math
import statistics
import traceback
from collections.abc import Awaitable, Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Literal

from town.trouble import Trouble

_REASON_MAX = 600

Measured = Literal["ratio", "rate", "p50_ms", "p99_ms", "figure"]


@dataclass(frozen=True)
class Run:
    """One side of one round: how many units in how many seconds, how long each took, and what was broken."""

    units_count: int
    seconds: float
    latencies_ms: Sequence[float] = ()
    broken: str | None = None

    @property
    def rate(self) -> float:
        """Units a second."""
        return self.units_count / self.seconds if self.seconds > 0 else math.nan


@dataclass(frozen=True)
class Aim:
    """What a figure should be; `stretch` is what it should be next."""

    measured: Measured
    at_least: float | None = None
    at_most: float | None = None
    stretch: float | None = None

    def met_by(self, value: float) -> bool:
        """Whether a value is good enough."""
        if math.isnan(value):
            return False
        return (self.at_least is None or value >= self.at_least) and (self.at_most is None or value <= self.at_most)

    def __str__(self) -> str:
        sign, bound = ("≥", self.at_least) if self.at_least is not None else ("≤", self.at_most)
        more = "" if self.stretch is None else f" ({self.stretch:g})"
        return f"{self.measured.removesuffix('_ms')} {sign} {bound:g}{more}"


@dataclass
class Row:
    """One line of the table."""

    case: str
    what: str
    unit: str
    limit_is: str
    ours: float
    limit: float
    ratio: float
    p50_ms: float = math.nan
    p99_ms: float = math.nan
    limit_p50_ms: float = math.nan
    limit_p99_ms: float = math.nan
    aims: Sequence[Aim] = ()
    rounds_count: int = 0
    void_because: str | None = None
    rounds: list[tuple[float, float]] = field(default_factory=list)
    """Per round: our rate, and the limit's."""

    def value(self, measured: Measured) -> float:
        """The figure that an aim is about."""
        values: dict[Measured, float] = {
            "ratio": self.ratio, "rate": self.ours, "figure": self.ours, "p50_ms": self.p50_ms, "p99_ms": self.p99_ms,
        }  # fmt: skip
        return values[measured]

    @property
    def met(self) -> bool | None:
        """Whether all aims are met; None where there are none, or the run is void."""
        if not self.aims or self.void_because:
            return None
        return all(aim.met_by(self.value(aim.measured)) for aim in self.aims)


def percentile(values: Sequence[float], share: float) -> float:
    """The nearest-rank percentile; not a number where there is nothing."""
    if not values:
        return math.nan
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, math.ceil(share * len(ordered)) - 1))]


telling: ContextVar[Callable[[str], None] | None] = ContextVar("telling", default=None)
"""To whom a case says how far it is; None where nobody listens."""


def tell(how_far: str) -> None:
    """Say how far the case is."""
    listener = telling.get()
    if listener is not None:
        listener(how_far)


async def broken_by(check: Awaitable[None]) -> str | None:
    """What a check that the tests make, too, does not find as it must be; None when all of it holds."""
    try:
        await check
    except (AssertionError, Trouble) as finding:
        return f"{traceback.extract_tb(finding.__traceback__)[-1].line}: {finding}".removesuffix(": ")
    return None


Side = Callable[[int], Awaitable[Run]]
"""Runs one side once; it is told the number of the round."""


async def interleaved(ours: Side, limit: Side, rounds_count: int) -> tuple[list[Run], list[Run]]:
    """Both sides in turn, each round beginning with the other one, so that a slow minute hits both."""
    mine: list[Run] = []
    theirs: list[Run] = []
    for number in range(rounds_count):
        tell(f"round {number + 1} of {rounds_count}")
        order = ((ours, mine), (limit, theirs))
        for side, runs in order if number % 2 == 0 else reversed(order):
            runs.append(await side(number))
    return mine, theirs


def compared(
    case: str,
    what: str,
    unit: str,
    *,
    limit_is: str,
    ours: Sequence[Run],
    limit: Sequence[Run],
    aims: Sequence[Aim] = (),
) -> Row:
    """The line for two sides: medians of rates, median of the rounds' ratios, percentiles over all rounds."""
    mine_ms = [ms for run in ours for ms in run.latencies_ms]
    theirs_ms = [ms for run in limit for ms in run.latencies_ms]
    broken = [run.broken for run in (*ours, *limit) if run.broken]
    row = of_figures(
        case, what, unit, limit_is=limit_is, aims=aims, void_because=broken[0] if broken else None,
        rounds=[(mine.rate, theirs.rate) for mine, theirs in zip(ours, limit, strict=True)],
    )  # fmt: skip
    row.p50_ms, row.p99_ms = percentile(mine_ms, 0.50), percentile(mine_ms, 0.99)
    row.limit_p50_ms, row.limit_p99_ms = percentile(theirs_ms, 0.50), percentile(theirs_ms, 0.99)
    return row


def of_figures(
    case: str,
    what: str,
    unit: str,
    *,
    limit_is: str,
    rounds: Sequence[tuple[float, float]],
    aims: Sequence[Aim] = (),
    void_because: str | None = None,
) -> Row:
    """The line for what is no rate: by round our figure and the limit's; medians, and the median of the ratios."""
    return Row(
        case, what, unit, limit_is,
        ours=statistics.median(mine for mine, _ in rounds), limit=statistics.median(theirs for _, theirs in rounds),
        ratio=statistics.median(mine / theirs for mine, theirs in rounds),
        aims=aims, rounds_count=len(rounds), void_because=void_because, rounds=list(rounds),
    )  # fmt: skip


def not_measured(case: str, because: str) -> Row:
    """The line of a case that failed: it says so, and the others keep theirs."""
    said = " ".join(because.split())[:_REASON_MAX]
    return Row(case, "could not be measured", "–", "–", math.nan, math.nan, math.nan, void_because=said)
