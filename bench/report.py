"""Writes what was measured: a table for people and for the record, and a plot."""

import math
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bench.measure import Row
from bench.stage import cores_count

RESULTS = Path(__file__).parent / "results"
_HEADINGS = ("case", "what", "unit", "ours", "limit", "ratio", "p50 ms", "p99 ms", "limit p99", "aim", "met")


def show(rows: Sequence[Row], console: Console) -> None:
    """Print the table."""
    table = Table(*_HEADINGS)
    for row in rows:
        table.add_row(*_cells(row))
    console.print(table)
    for row in rows:
        if row.void_because:
            console.print(f"[red]void[/] {row.case}, {row.what}: {escape(row.void_because)}")


def sum_up(rows: Sequence[Row]) -> str:
    """In a sentence: how many lines reach what they should."""
    aimed = [row for row in rows if row.aims]
    void = sum(row.void_because is not None for row in rows)
    return f"{sum(row.met is True for row in aimed)} of {len(aimed)} lines with an aim reach it; {void} are void"


def write(rows: Sequence[Row], rounds_count: int) -> Path:
    """Write latest.md and latest.svg; where they are."""
    RESULTS.mkdir(exist_ok=True)
    machine = f"{platform.machine()}, {cores_count()} cores for everything, Python {platform.python_version()}"
    lines = [
        "# The latest run of `make bench`",
        "",
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {machine}, {rounds_count} rounds.",
        "Both sides of a line are interleaved in one run; the ratio is the median of the rounds' ratios. A figure for",
        "itself moves from run to run and machine to machine: compare ratios. What each limit leaves behind is what",
        "ours leaves behind; `bench/kernels/` shows them. An aim in parentheses is the next one.",
        "",
        "| " + " | ".join((*_HEADINGS, "the limit beside it")) + " |",
        "|" + "---|" * (len(_HEADINGS) + 1),
        *("| " + " | ".join((*_cells(row), row.limit_is)) + " |" for row in rows),
        "",
    ]
    lines += [sum_up(rows) + ".", ""]
    voids = [f"- {row.case}, {row.what}: {row.void_because}" for row in rows if row.void_because]
    if voids:
        lines += ["Void, because an invariant failed or nothing could be measured:", "", *voids, ""]
    lines += ["![rates beside their limits](latest.svg)", ""]
    page = RESULTS / "latest.md"
    page.write_text("\n".join(lines))
    _plot(rows)
    return page


def _cells(row: Row) -> list[str]:
    met = {True: "yes", False: "no", None: "–"}[row.met]
    return [
        row.case, row.what, row.unit, _number(row.ours), _number(row.limit), "void" if row.void_because
        else _number(row.ratio), _number(row.p50_ms), _number(row.p99_ms), _number(row.limit_p99_ms),
        ", ".join(map(str, row.aims)) or "–", met,
    ]  # fmt: skip


def _number(value: float) -> str:
    if math.isnan(value):
        return "–"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}"


def _plot(rows: Sequence[Row]) -> None:
    """Each line's ratio, a dot a round, with its aim as a mark."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "curbstop"
    from matplotlib import pyplot as plt

    shown = [row for row in rows if not math.isnan(row.ratio) and not row.void_because]
    figure, axes = plt.subplots(figsize=(9, 1.2 + 0.42 * len(shown)), layout="constrained")
    for place, row in enumerate(shown):
        axes.plot([mine / theirs for mine, theirs in row.rounds], [place] * len(row.rounds), "o", alpha=0.35, ms=5)
        axes.plot([row.ratio], [place], "k|", ms=16)
        for aim in row.aims:
            if aim.measured == "ratio" and aim.at_least is not None:
                axes.plot([aim.at_least], [place], "r^", ms=7)
    axes.set_yticks(range(len(shown)), [f"{row.case}: {row.what}" for row in shown])
    axes.axvline(1, color="gray", lw=1)
    axes.set_xlim(left=0)
    axes.invert_yaxis()
    axes.set_xlabel("ours / limit, a dot a round; | the median, ▲ the aim")
    figure.savefig(RESULTS / "latest.svg", metadata={"Date": None})
    plt.close(figure)
