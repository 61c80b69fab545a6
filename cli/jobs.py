"""`curbstop jobs`: long work, how far it is."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from cli.addresses import SERVICES
from cli.desk import Desk, asking, service_named
from cli.showing import AsJson, as_json, as_line, console, table_of
from town.trouble import Trouble

app = typer.Typer(help="Long work: bill runs, imported files, mailings.", no_args_is_help=True)

COLUMNS = ("service", "job_id", "kind", "state", "done_count", "total_count", "requested_by", "requested_at")
LOOK_EVERY_SECONDS = 0.5
OPEN = ("waiting", "running")


@app.command("list", epilog="Examples: `curbstop jobs list` · `curbstop jobs list --service billing --open --json`")
def list_(
    service: Annotated[str | None, typer.Option(help="Only this service's.")] = None,
    open_: Annotated[bool, typer.Option("--open", help="Only those that are not done.")] = False,
    json: AsJson = False,
) -> None:
    """Long work of all services, the newest first."""
    found = [job for job in asyncio.run(_list(service)) if not open_ or job["state"] in OPEN]
    if json:
        as_json(found)
    elif found:
        console.print(table_of(COLUMNS, found))
    else:
        console.print("No jobs.")


@app.command(epilog="Examples: `curbstop jobs watch` · `curbstop jobs watch 0198c1d2-… --json`")
def watch(
    job: Annotated[UUID | None, typer.Argument(help="One job; all that are open without it.")] = None,
    json: AsJson = False,
) -> None:
    """Watch long work until it is done, with a bar for each. The exit code is 1 when one of them fails."""
    failed = asyncio.run(_watch_as_lines(job) if json else _watch_with_bars(job))
    if failed:
        raise typer.Exit(1)


async def _list(service: str | None) -> list[dict[str, Any]]:
    names = SERVICES if service is None else (service_named(service),)
    async with asking() as desk:
        return await _jobs_of(desk, names)


async def _jobs_of(desk: Desk, names: tuple[str, ...]) -> list[dict[str, Any]]:
    found = await asyncio.gather(*(desk.get_pages(name, "/jobs", limit=200) for name in names))
    jobs = [{"service": name, **job} for name, of_it in zip(names, found, strict=True) for job in of_it]
    return sorted(jobs, key=lambda job: str(job["requested_at"]), reverse=True)


async def _progress(job: UUID | None) -> AsyncIterator[list[dict[str, Any]]]:
    """The jobs that are watched, again and again, until none is open. Raises Trouble for a job nobody knows."""
    async with asking() as desk:
        found = await _jobs_of(desk, SERVICES)
        chosen = [each for each in found if each["state"] in OPEN or each["job_id"] == str(job)]
        watched = {each["job_id"]: each["service"] for each in chosen if job is None or each["job_id"] == str(job)}
        if job is not None and not watched:
            raise Trouble(f"Nobody knows a job {job}: `curbstop jobs list` shows them.")
        while True:
            asked = [desk.get(service, f"/jobs/{job_id}") for job_id, service in watched.items()]
            now = await asyncio.gather(*asked)
            yield [{"service": watched[each["job_id"]], **each} for each in now]
            if not any(each["state"] in OPEN for each in now):
                return
            await asyncio.sleep(LOOK_EVERY_SECONDS)


async def _watch_as_lines(job: UUID | None) -> bool:
    last: list[dict[str, Any]] = []
    async for now in _progress(job):
        for each in now:
            if each not in last:
                as_line(each)
        last = now
    return any(each["state"] == "failed" for each in last)


async def _watch_with_bars(job: UUID | None) -> bool:
    bars: dict[str, TaskID] = {}
    last: list[dict[str, Any]] = []
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        async for now in _progress(job):
            for each in now:
                if each["job_id"] not in bars:
                    bars[each["job_id"]] = progress.add_task("")
                said = f"{each['service']} {each['kind']} [dim]{each['state']}[/]"
                progress.update(
                    bars[each["job_id"]], description=said, completed=each["done_count"], total=each["total_count"]
                )
            last = now
    if not last:
        console.print("No job is open.")
    for each in last:
        if each["last_error"]:
            console.print(f"{each['service']} {each['kind']} {each['job_id']}: {each['last_error']}", style="red")
    return any(each["state"] == "failed" for each in last)
