"""Brings the town up before your eyes: each step with its time, the demo town with bars, then how it is, live."""

import asyncio
import importlib
import importlib.util
import signal
import time
from collections.abc import Callable, Sequence
from typing import Any

from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.status import Status

from cli.addresses import Addresses, folder, leave, take_away
from cli.hints import commands
from cli.showing import console
from town.table import Row, rows_of, table_of
from town.up import Up, town_up

LOOK_EVERY_SECONDS = 2.0
DEMO = "town.demo"
DEMO_LOADED = "demo-loaded"

Report = Callable[[str, int, int | None], None]
"""How far a stage of the demo town is: its name, what is done, and of how much (None while nobody knows)."""


async def bring_up(*, with_demo: bool) -> None:
    """Up until Ctrl-C or SIGTERM; then down, whole. Raises Trouble."""
    asked_to_end = asyncio.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(sign, asked_to_end.set)
    living = asyncio.create_task(_live(with_demo=with_demo))
    ending = asyncio.create_task(asked_to_end.wait())
    await asyncio.wait((living, ending), return_when=asyncio.FIRST_COMPLETED)
    ending.cancel()
    if not living.done():
        console.print("\nEnding the town …")
        living.cancel()
    try:
        await living
    except asyncio.CancelledError:
        console.print("The town is down; `make run` brings it back as it was, `make clean` forgets it.")


async def _live(*, with_demo: bool) -> None:
    started = time.monotonic()
    steps = Steps()
    try:
        async with town_up(folder(), say=steps.say) as up:
            steps.done()
            leave(_addresses_of(up))
            console.print(
                f"[bold]{up.facts.name}, {up.facts.state}[/], is up after {time.monotonic() - started:.1f} s."
            )
            if up.banner:
                console.print(up.banner, style="bold white on red")
            if with_demo and up.is_new:
                await _load_demo(up)
            await _show(up)
    finally:
        steps.stop()
        take_away()


class Steps:
    """The steps of the start, each with a tick and its time when the next one begins."""

    def __init__(self) -> None:
        self._status = Status("", console=console)
        self._step = ""
        self._began_at = 0.0

    def say(self, step: str) -> None:
        """A step begins, and the one before it is done."""
        self.done()
        self._step, self._began_at = step, time.monotonic()
        self._status.update(f"{step} …")
        self._status.start()

    def done(self) -> None:
        """The step in hand is done."""
        self.stop()
        if self._step:
            console.print(f"[green]✓[/] {self._step} [dim]{time.monotonic() - self._began_at:.1f} s[/]")
            self._step = ""

    def stop(self) -> None:
        """Show nothing moving any more."""
        self._status.stop()


async def _load_demo(up: Up) -> None:
    """Let the demo town happen, where there is one, and keep on record that it did."""
    if importlib.util.find_spec(DEMO) is None:
        return
    demo: Any = importlib.import_module(DEMO)
    bars: dict[str, TaskID] = {}
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:

        def report(stage: str, done: int, total: int | None) -> None:
            if stage not in bars:
                bars[stage] = progress.add_task(stage)
            progress.update(bars[stage], completed=done, total=total)

        said: Sequence[str] = await demo.load(up, report)
    for line in said:
        console.print(line, markup=False)
    (folder() / DEMO_LOADED).touch()


async def _show(up: Up) -> None:
    """How the town is, for ever; on a terminal as a table that moves, else a table whenever something changed."""
    # As they stand, and not within the table: what is cut at the window's edge cannot be pasted.
    for line in ("", "Try next, in another terminal:", *await commands(up), "", "Ctrl-C ends it all.", ""):
        console.print(line, markup=False, soft_wrap=True)
    if not console.is_terminal:
        await _print_changes(up)
    with Live(console=console, auto_refresh=False) as live:
        while True:
            live.update(table_of(await rows_of(up.town)), refresh=True)
            await asyncio.sleep(LOOK_EVERY_SECONDS)


async def _print_changes(up: Up) -> None:
    before: list[tuple[object, ...]] = []
    while True:
        rows = await rows_of(up.town)
        now = [_seen(row) for row in rows]
        if now != before:
            console.print(table_of(rows))
            before = now
        await asyncio.sleep(LOOK_EVERY_SECONDS)


def _seen(row: Row) -> tuple[object, ...]:
    return row.service, row.state, row.aside_count, row.restarts_count


def _addresses_of(up: Up) -> Addresses:
    settings, ports = up.town.settings, up.town.ports
    return Addresses(
        services={service: f"http://127.0.0.1:{port}" for service, port in ports.items()},
        kafka=settings.kafka, issuer=settings.oidc_issuer, postgres=settings.postgres,
        topic_prefix=settings.topic_prefix, database_prefix=settings.database_prefix,
    )  # fmt: skip
