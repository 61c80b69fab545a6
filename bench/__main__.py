"""Measures: `python -m bench` all cases, `python -m bench relay inbox` some; `--quick` to try the harness itself."""

import argparse
import asyncio
import importlib
import logging
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from bench import report
from bench.cases import Case
from bench.measure import Row
from bench.stage import standing
from town.ground import Ground, ground
from town.trouble import Trouble

CASES = ("latency", "relay", "inbox", "post", "counter", "read", "billrun", "start")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, show, write. 1 when something could not be measured or was void."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("cases", nargs="*", metavar="case", help=f"of {', '.join(CASES)}; all when none is named")
    parser.add_argument("--rounds", type=int, default=5, help="of each side, interleaved (default: %(default)s)")
    parser.add_argument("--quick", action="store_true", help="one small round, written nowhere: is the harness sound?")
    asked = parser.parse_args(arguments)
    if unknown := sorted(set(asked.cases) - set(CASES)):
        parser.error(f"no such case: {', '.join(unknown)}; there are {', '.join(CASES)}")
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    console = Console() if sys.stdout.isatty() else Console(width=170)
    chosen = [case for case in CASES if case in asked.cases or not asked.cases]
    rounds_count, size = (1, 0.05) if asked.quick else (asked.rounds, 1.0)
    try:
        rows, troubled = asyncio.run(measure(chosen, rounds_count, size, console))
    except Trouble as trouble:
        console.print(f"[red]{trouble}[/]")
        return 1
    except asyncio.CancelledError:
        console.print("[red]ended before everything was measured; nothing was written[/]")
        return 1
    if not asked.quick:
        console.print(f"written: {report.write(rows, rounds_count, size)}")
    return 1 if troubled or any(row.void_because for row in rows) else 0


async def measure(cases: Sequence[str], rounds_count: int, size: float, console: Console) -> tuple[list[Row], bool]:
    """The rows of these cases, on a ground of our own or the one that CURBSTOP_KAFKA and _POSTGRES name."""
    rows: list[Row] = []
    troubled = False
    whole = asyncio.current_task()
    if whole is not None:  # whoever is asked to end still takes down what it started
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, whole.cancel)
    with tempfile.TemporaryDirectory(prefix="curbstop-bench-ground-") as folder:
        async with ground(Path(folder)) as standing_ground:
            for name in cases:
                console.print(f"[bold]{name}[/] …", end=" ")
                started = time.perf_counter()
                try:
                    measured = await _measure(name, standing_ground, rounds_count, size)
                except (RuntimeError, OSError, TimeoutError, ImportError) as trouble:
                    troubled = True
                    console.print(f"[red]could not be measured: {trouble!r}[/]")
                    continue
                console.print(f"{time.perf_counter() - started:.0f} s")
                report.show(measured, console)
                rows += measured
    return rows, troubled


async def _measure(name: str, ground_of_all: Ground, rounds_count: int, size: float) -> list[Row]:
    case: Case = getattr(importlib.import_module(f"bench.cases.{name}"), name)
    async with standing(ground_of_all, rounds_count, size) as stage:
        return await case(stage)


if __name__ == "__main__":
    sys.exit(main())
