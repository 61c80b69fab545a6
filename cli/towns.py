"""`curbstop town`: up, how it is, its clock turned, down."""

import asyncio
import os
import signal
import time
from dataclasses import asdict
from typing import Annotated

import typer

from cli.addresses import SERVICES, addresses, folder
from cli.desk import asking
from cli.showing import AsJson, as_json, console, errors
from town.place import holder_of
from town.trouble import Trouble

app = typer.Typer(help="A whole town on this machine.", no_args_is_help=True)

DOWN_SECONDS_MAX = 20.0


@app.command(epilog="Examples: `curbstop town up` · `make run`, which is the same")
def up(
    demo: Annotated[bool, typer.Option(help="Load the demo town at the first start.")] = True,
) -> None:
    """Bring the whole town up: Kafka, PostgreSQL, five services, demo data; then show how it is, until Ctrl-C."""
    from cli.up import bring_up

    asyncio.run(bring_up(with_demo=demo))


@app.command(epilog="Examples: `curbstop town status` · `curbstop town status --json | jq '.[].state'`")
def status(json: AsJson = False) -> None:
    """Each service: where it answers, how it is, what it has not heard yet, what it set aside."""
    from cli.looks import look
    from town.table import table_of

    rows = asyncio.run(look(addresses()))
    if json:
        as_json([asdict(row) for row in rows])
    else:
        console.print(table_of(rows))
        if all(row.state == "away" for row in rows):
            errors.print("No service answers: `curbstop town up` starts the town.")
    if any(row.state != "ready" for row in rows):
        raise typer.Exit(1)


@app.command(epilog="Example: `curbstop town down`")
def down(json: AsJson = False) -> None:
    """End the town that runs on this machine; what happened in it stays for the next start."""
    holder = holder_of(folder())
    if holder is not None:
        _end(holder)
    if json:
        as_json({"ended": holder})
    else:
        console.print("No town is up here." if holder is None else "The town is down.")


@app.command(epilog="Examples: `curbstop town turn --days 30` · `curbstop town turn --hours 2 --json`")
def turn(
    days: Annotated[int, typer.Option(min=0, max=3660, help="Forward by so many days.")] = 0,
    hours: Annotated[int, typer.Option(min=0, max=87_840, help="And so many hours.")] = 0,
    json: AsJson = False,
) -> None:
    """Turn the town's clock forward, in all five services at once. Development only; it never goes back."""
    if not days and not hours:
        raise Trouble("Say how far: `curbstop town turn --days 30`.")
    offset_seconds = asyncio.run(_turn(days * 86_400 + hours * 3_600))
    if json:
        as_json({"offset_seconds": offset_seconds})
    else:
        ahead = time.strftime("%A, %B %d, %Y, %H:%M", time.gmtime(time.time() + offset_seconds))
        console.print(f"The town's clock shows {ahead} UTC, {offset_seconds / 86_400:g} days ahead.")


async def _turn(seconds: int) -> int:
    """The same offset to all, from the furthest of them, so that a half-done turn is mended by the next."""
    async with asking() as desk:
        clocks = await asyncio.gather(*(desk.get(service, "/clock") for service in SERVICES))
        offset_seconds = int(max(clock["offset_seconds"] for clock in clocks)) + seconds
        body = {"offset_seconds": offset_seconds}
        await asyncio.gather(*(desk.put(service, "/clock", body) for service in SERVICES))
    return offset_seconds


def _end(holder: int) -> None:
    try:
        os.kill(holder, signal.SIGTERM)
    except ProcessLookupError:
        return
    except PermissionError as not_ours:
        raise Trouble(f"The town belongs to somebody else (process {holder}): end it where it runs.") from not_ours
    end = time.monotonic() + DOWN_SECONDS_MAX
    while holder_of(folder()) is not None:
        if time.monotonic() > end:
            raise Trouble(
                f"The town (process {holder}) has not ended within {DOWN_SECONDS_MAX:.0f} s: wait and say it again, or "
                f"`kill -9 {holder}`; what was answered is kept either way."
            )
        time.sleep(0.1)
