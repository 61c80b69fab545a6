"""`curbstop tariff`: a tariff is checked, compared, tried on a cycle and loaded, from the file that a clerk writes."""

import asyncio
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from cli.desk import Desk, asking
from cli.differences import differences
from cli.showing import AsJson, as_json, console, errors, table_of
from cli.trials import show, watched
from town.trouble import Trouble

app = typer.Typer(help="Tariffs: check a file, compare two, try one on a cycle, load it.", no_args_is_help=True)

DOCUMENT_BYTES_MAX = 50_000
File = Annotated[Path, typer.Argument(help="A tariff in YAML or JSON; docs/tariffs.md shows five.")]


@app.command(epilog="Examples: `curbstop tariff check water.yaml` · `curbstop tariff check water.yaml --json`")
def check(file: File, json: AsJson = False) -> None:
    """Say everything that is wrong with a tariff: the line, the component, the rule, what to do. Nothing is kept.

    The exit code is 1 when something is wrong.
    """
    checked = asyncio.run(_check(file))
    if json:
        as_json(checked)
    elif checked["tariff"]:
        tariff = checked["tariff"]
        said = f"{file} is sound: {tariff['rate_code']}, in force from {tariff['effective_on']}."
        console.print(said, markup=False)
    if checked["faults"]:
        if not json:
            _tell(file, checked["faults"])
        raise typer.Exit(1)


@app.command(epilog="Examples: `curbstop tariff load water.yaml` · `curbstop tariff load water.yaml --json`")
def load(file: File, json: AsJson = False) -> None:
    """Load a tariff: from its first day on it prices the rate code. What was billed before stays as it was billed."""
    tariff, loaded = asyncio.run(_load(file))
    if json:
        as_json({**tariff, **loaded})
        return
    console.print(f"Loaded: {tariff['rate_code']} from {tariff['effective_on']}, tariff {loaded['tariff_id']}.")


@app.command(epilog="Examples: `curbstop tariff diff old.yaml new.yaml` · `curbstop tariff diff nyc new.yaml --json`")
def diff(
    before: Annotated[str, typer.Argument(help="A file, or a rate code: its newest version that is loaded.")],
    after: Annotated[str, typer.Argument(help="A file, or a rate code.")],
    json: AsJson = False,
) -> None:
    """What changes from one tariff to another, component by component."""
    found = differences(*asyncio.run(_both(before, after)))
    if json:
        as_json(found)
    elif found:
        console.print(table_of(("where", "before", "after"), found))
    else:
        console.print("Nothing changes.")


@app.command("try", epilog="Examples: `curbstop tariff try new.yaml --cycle C1` · `… --cycle C1 --json`")
def try_(
    file: File,
    cycle: Annotated[str, typer.Option(help="The cycle on whose last bills it is tried.")],
    rate_code: Annotated[str | None, typer.Option(help="Whose bills, where it is not the file's rate code.")] = None,
    json: AsJson = False,
) -> None:
    """Try a tariff on a cycle's last bills: revenue before and after, by class, and whose bills change most.

    No bill is touched. The exit code is 1 when the trial fails.
    """
    trial = asyncio.run(_try(file, cycle, rate_code, as_json=json))
    if json:
        as_json(trial)
    else:
        show(trial)
    if trial["failed_at"]:
        raise typer.Exit(1)


async def _check(file: Path) -> dict[str, Any]:
    async with asking() as desk:
        return await _checked(desk, file)


async def _load(file: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    async with asking() as desk:
        tariff = await _sound(desk, file)
        return tariff, await desk.post("billing", "/tariffs", tariff)


async def _both(before: str, after: str) -> tuple[dict[str, Any], dict[str, Any]]:
    async with asking() as desk:
        return await _named(desk, before), await _named(desk, after)


async def _try(file: Path, cycle: str, rate_code: str | None, *, as_json: bool) -> dict[str, Any]:
    async with asking() as desk:
        tariff = await _sound(desk, file)
        asked = {"rate_code": rate_code or tariff["rate_code"], "cycle": cycle, "body": tariff["body"]}
        started = await desk.post("billing", "/tariff-trials", asked)
        return await watched(desk, started["job_id"], quiet=as_json)


async def _named(desk: Desk, name: str) -> dict[str, Any]:
    """The tariff in a file, or the newest version of a rate code. Raises Trouble."""
    if Path(name).exists():
        return await _sound(desk, Path(name))
    page = await desk.get("billing", "/tariffs", rate_code=name, limit=200)
    if not page["items"]:
        raise Trouble(f"{name} is neither a file nor a rate code that has a tariff.")
    newest: dict[str, Any] = page["items"][-1]
    return newest


async def _sound(desk: Desk, file: Path) -> dict[str, Any]:
    """The tariff in a file. Raises Trouble when something is wrong with it, after saying what."""
    checked = await _checked(desk, file)
    if checked["faults"]:
        _tell(file, checked["faults"])
        raise Trouble(f"{file} is not sound: nothing was done.")
    tariff: dict[str, Any] = checked["tariff"]
    return tariff


async def _checked(desk: Desk, file: Path) -> dict[str, Any]:
    checked: dict[str, Any] = await desk.post("billing", "/tariff-checks", {"document": _text(file)})
    return checked


def _text(file: Path) -> str:
    try:
        content = file.read_bytes()
        if len(content) > DOCUMENT_BYTES_MAX:
            raise Trouble(f"{file} has {len(content):,} bytes: a tariff has at most {DOCUMENT_BYTES_MAX:,}.")
        return content.decode("utf-8-sig")
    except OSError as wrong:
        raise Trouble(f"{file} cannot be read: {wrong.strerror}.") from wrong
    except UnicodeDecodeError as wrong:
        raise Trouble(f"{file} is not UTF-8 (byte {wrong.start}): save it as UTF-8 and check it again.") from wrong


def _tell(file: Path, faults: list[dict[str, Any]]) -> None:
    for fault in faults:
        where = f"{file}:{fault['line']}:"
        component = f" component {fault['component']}:" if fault["component"] else ""
        field = f" {fault['field']}:" if fault["field"] else ""
        errors.print(f"[yellow]{escape(where + component + field)}[/] {escape(fault['rule'])}")
        errors.print(f"    {escape(fault['remedy'])}")
