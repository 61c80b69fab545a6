"""A tariff's trial, watched and shown: what the town would take, and from whom."""

import asyncio
from typing import Any

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from cli.desk import Desk
from cli.showing import console, errors
from shared.money import dollars

LOOK_EVERY_SECONDS = 0.5
BAR_WIDTH = 40
NUMBERS = ("bills", "before", "after", "difference")


async def watched(desk: Desk, job_id: str, *, quiet: bool) -> dict[str, Any]:
    """The trial when it is done, with a bar until then."""
    columns = (TextColumn("Trying the tariff"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=errors, transient=True, disable=quiet) as progress:
        bar = progress.add_task("")
        while True:
            job = await desk.get("billing", f"/jobs/{job_id}")
            progress.update(bar, completed=job["done_count"], total=job["total_count"])
            if job["finished_at"] or job["failed_at"]:
                break
            await asyncio.sleep(LOOK_EVERY_SECONDS)
    trial: dict[str, Any] = await desk.get("billing", f"/tariff-trials/{job_id}")
    return trial


def show(trial: dict[str, Any]) -> None:
    """Revenue before and after, by class, how many bills by how much, and those that change most."""
    if trial["failed_at"]:
        errors.print(f"The trial failed: {trial['last_error']}", style="red", markup=False)
        return
    if not trial["bills_count"] and not trial["unpriced_count"]:
        console.print(f"No agreement of cycle {trial['cycle']} with rate code {trial['rate_code']} has a bill.")
        return
    console.print(f"{trial['bills_count']:,} bills: {_change(trial)}")
    for one in trial["unpriced"]:
        reason = one["reason"].replace("-", " ")
        console.print(f"{one['bills_count']:,} bills cannot be priced: {reason}.", style="yellow")
    console.print()
    _table(("class", "bills", "before", "after", "difference"), [
        (one["customer_class"], f"{one['bills_count']:,}", *_amounts(one)) for one in trial["by_class"]
    ])  # fmt: skip
    _histogram(trial["histogram"])
    _table(("account", "class", "before", "after", "difference"), [
        (one["account_number"] or one["account_id"], one["customer_class"], *_amounts(one))
        for one in trial["most_changed"]
    ])  # fmt: skip


def _histogram(buckets: list[dict[str, Any]]) -> None:
    most = max(one["bills_count"] for one in buckets) or 1
    _table(("change", "bills", ""), [
        (one["change"], f"{one['bills_count']:,}", "█" * (one["bills_count"] * BAR_WIDTH // most)) for one in buckets
    ])  # fmt: skip


def _table(columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    if not rows:
        return
    table = Table(box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, justify="right" if column in NUMBERS else "left", no_wrap=True)
    for row in rows:
        table.add_row(*row)
    console.print(table)
    console.print()


def _amounts(one: dict[str, Any]) -> tuple[str, str, str]:
    before, after = one["before_cents"], one["after_cents"]
    return dollars(before), dollars(after), f"{'+' if after > before else ''}{dollars(after - before)}"


def _change(trial: dict[str, Any]) -> str:
    before, after, change = _amounts(trial)
    return f"{before} before, {after} after, {change}."
