"""Measures each case beside its limit, prints what it finds against the aims, and writes bench/results/."""

import argparse
import ast
import asyncio
import importlib
import logging
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from bench import report
from bench.cases import CASES, LARGE_SECONDS, Case
from bench.measure import Row, not_measured, telling
from bench.stage import standing
from town.ground import Ground, ground
from town.trouble import Trouble

_QUICK_SIZE = 0.05
_EXAMPLES = """
examples:
  python -m bench                         every case, five rounds each; `make bench` does the same
  python -m bench post inbox --rounds 7   two cases, more rounds
  python -m bench kills --quick           a few kills, written nowhere: does the harness work?
  python -m bench flat --large            a million accounts as well: some twenty minutes more

It measures on servers of its own, or on those that CURBSTOP_KAFKA and CURBSTOP_POSTGRES name.
Let the machine do nothing else meanwhile; compare ratios, not figures. An aim in parentheses is the next one.
It ends with 1 when a case could not be measured or an invariant failed; an aim that is not met is no failure.
"""


@dataclass(frozen=True)
class Asked:
    """What the person at the terminal wants."""

    cases: Sequence[str]
    rounds_count: int
    size: float
    large: bool


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, show, write. 1 when something could not be measured or was void."""
    asked = _asked(arguments)
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    console = Console() if sys.stdout.isatty() else Console(width=170)
    try:
        rows = asyncio.run(measure(asked, console))
    except Trouble as trouble:
        console.print(f"[red]{trouble}[/]")
        return 1
    except (asyncio.CancelledError, KeyboardInterrupt):
        console.print("[red]ended before everything was measured; nothing was written[/]")
        return 1
    if len(asked.cases) > 1:
        report.show(rows, console)
    console.print(report.sum_up(rows))
    if asked.size == 1:
        console.print(f"written: {report.write(rows, asked.rounds_count)}")
    return 1 if any(row.void_because for row in rows) else 0


def _asked(arguments: Sequence[str] | None) -> Asked:
    about = "\n".join(f"  {_first_line(Path(__file__).parent / 'cases' / f'{name}.py')}" for name in CASES)
    parser = argparse.ArgumentParser(
        prog="python -m bench", description=f"{__doc__}\n\ncases:\n{about}", epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("cases", nargs="*", metavar="case", help="of those above; all when none is named")
    parser.add_argument("--rounds", type=int, default=5, help="of each side, interleaved (default: %(default)s)")
    parser.add_argument("--quick", action="store_true", help="one small round, written nowhere: is the harness sound?")
    parser.add_argument("--large", action="store_true", help="the sizes that take many minutes, too")
    given = parser.parse_args(arguments)
    if unknown := sorted(set(given.cases) - set(CASES)):
        parser.error(f"no such case: {', '.join(unknown)}; there are {', '.join(CASES)}")
    if given.rounds < 1:
        parser.error("--rounds must be at least 1")
    chosen = [name for name in CASES if name in given.cases or not given.cases]
    rounds_count, size = (1, _QUICK_SIZE) if given.quick else (given.rounds, 1.0)
    return Asked(chosen, rounds_count, size, given.large)


async def measure(asked: Asked, console: Console) -> list[Row]:
    """The rows of these cases, on a ground of our own or the one that CURBSTOP_KAFKA and _POSTGRES name."""
    rows: list[Row] = []
    whole = asyncio.current_task()
    if whole is not None:  # whoever is asked to end still takes down what it started
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, whole.cancel)
    with tempfile.TemporaryDirectory(prefix="curbstop-bench-ground-") as folder:
        async with ground(Path(folder)) as standing_ground:
            for name in asked.cases:
                started = time.monotonic()
                measured = await _measured(name, standing_ground, asked, console)
                console.print(f"[bold]{name}[/]: {time.monotonic() - started:.0f} s")
                report.show(measured, console)
                rows += measured
    return rows


async def _measured(name: str, ground_of_all: Ground, asked: Asked, console: Console) -> list[Row]:
    """The rows of a case; of one that fails or takes too long, a row that says so."""
    limit_seconds = CASES[name] + (LARGE_SECONDS if asked.large else 0)
    with console.status(f"{name} …") as status:
        if console.is_terminal:
            telling.set(lambda how_far: status.update(f"{name}: {how_far}"))
        else:
            telling.set(lambda how_far: console.print(f"{name}: {how_far}", style="dim", highlight=False))
        measuring = asyncio.wait_for(_measure(name, ground_of_all, asked), limit_seconds)
        (outcome,) = await asyncio.gather(measuring, return_exceptions=True)
    if isinstance(outcome, list):
        return outcome
    if isinstance(outcome, TimeoutError) and not str(outcome):
        return [not_measured(name, f"it was given up after {limit_seconds} s")]
    if isinstance(outcome, Exception):
        return [not_measured(name, f"{type(outcome).__name__}: {outcome}")]
    raise outcome


async def _measure(name: str, ground_of_all: Ground, asked: Asked) -> list[Row]:
    case: Case = getattr(importlib.import_module(f"bench.cases.{name}"), name)
    async with standing(ground_of_all, asked.rounds_count, asked.size, large=asked.large) as stage:
        return await case(stage)


def _first_line(module: Path) -> str:
    """What a case says it is; read and not imported, so that one that is broken spoils no other."""
    return (ast.get_docstring(ast.parse(module.read_text("utf-8"))) or "").partition("\n")[0]


if __name__ == "__main__":
    sys.exit(main())
