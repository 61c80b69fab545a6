"""Use a day, period by period, as bars: one chart, laid out once in points, drawn by the sheet and by the page alike.

A bar that rests on an estimate is hatched, the one that the paper is about is dark; where nothing came before, the
places for what will come are shown, and words say so.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

PLACES_COUNT = 13
"""A year of months and the month a year ago."""

Kind = Literal["now", "before"]

_LEFT, _TOP, _FOOT = 34, 14, 28
_LINES_COUNT = 4
_GAP = 0.34


@dataclass(frozen=True, slots=True)
class Bar:
    """One period. `value` is in thousandths of a unit a day, `said` is that number as people read it."""

    label: str
    year: str
    value: int
    said: str
    estimated: bool
    now: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """The bars, oldest first, with the words around them; `empty` is said where there is nothing to compare with."""

    title: str
    bars: tuple[Bar, ...]
    empty: str
    legend: tuple[str, str, str]
    in_words: str


@dataclass(frozen=True, slots=True)
class Box:
    """A bar as it is drawn, from its top left corner."""

    x: float
    y: float
    width: float
    height: float
    kind: Kind
    estimated: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """A word on the chart, its baseline at y."""

    x: float
    y: float
    text: str
    align: Literal["left", "center", "right"]
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart in points, x to the right and y down. A line is level, from x to x."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    lines: tuple[tuple[float, float, float], ...]
    marks: tuple[Mark, ...]


def picture_of(chart: Chart, width: float, height: float) -> Picture:
    """Lay the chart out."""
    step = _step(max((bar.value for bar in chart.bars), default=0))
    foot, left = height - _FOOT, float(_LEFT)
    rise = (foot - _TOP) / (step * _LINES_COUNT)
    lines = [(left, width, foot - rise * step * n) for n in range(_LINES_COUNT + 1)]
    scale = [Mark(left - 5, y + 2.5, _said(step * n), "right") for n, (_, _, y) in enumerate(lines)]
    place = (width - left) / PLACES_COUNT
    boxes: list[Box] = []
    marks: list[Mark] = []
    for n, bar in enumerate(chart.bars[-PLACES_COUNT:], start=PLACES_COUNT - min(len(chart.bars), PLACES_COUNT)):
        x, tall = left + place * (n + _GAP / 2), max(bar.value * rise, 0.8)
        boxes.append(Box(x, foot - tall, place * (1 - _GAP), tall, "now" if bar.now else "before", bar.estimated))
        marks += _marks(bar, left + place * (n + 0.5), (foot - tall, foot))
    if len(chart.bars) <= 1:
        marks.append(Mark(left + (width - left - place) / 2, foot - (foot - _TOP) * 5 / 8 + 3, chart.empty, "center"))
    return Picture(width, height, tuple(boxes), tuple(lines), (*scale, *marks))


def _marks(bar: Bar, x: float, ends: tuple[float, float]) -> Iterator[Mark]:
    top, foot = ends
    yield Mark(x, foot + 11, bar.label, "center", strong=bar.now)
    if bar.year:
        yield Mark(x, foot + 21, bar.year, "center")
    if bar.now:
        yield Mark(x, top - 4, bar.said, "center", strong=True)


def _step(largest: int) -> int:
    """The distance between two lines: 1, 2, 2.5 or 5 times a power of ten, so that the largest bar has room."""
    wanted, power = max(largest, 1), 1
    while True:
        for tenths in (10, 20, 25, 50):
            step = tenths * power
            if step * _LINES_COUNT >= wanted * 11 // 10:
                return step
        power *= 10


def _said(thousandths: int) -> str:
    whole, rest = divmod(thousandths, 1000)
    return f"{whole:,}.{rest:03d}".rstrip("0").rstrip(".")
