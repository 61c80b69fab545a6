"""`curbstop publish`: tells a public inbound topic what stands in a file, as another city system would."""

import asyncio
import sys
import time
from io import BufferedReader
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.showing import AsJson
from shared.events import FACTS
from town.trouble import Trouble

EXAMPLES = (
    "Examples: `curbstop publish readings.csv --topic inbound.meter-readings --wait` · "
    "`curbstop publish - --topic inbound.remittances --source lockbox < money.jsonl`"
)
ANSWERS = "inbound.refused"
INBOUND = {
    fact.speaker: fact for fact in FACTS.values() if fact.speaker.startswith("inbound.") and fact.speaker != ANSWERS
}


def publish(
    *,
    file: Annotated[str, typer.Argument(help="CSV with a header, or one JSON object a line; - for standard input.")],
    topic: Annotated[str, typer.Option(help=f"One of {', '.join(INBOUND)}.")],
    source: Annotated[str, typer.Option(help="Who says it: the CloudEvents source.")] = "urn:curbstop:publish",
    encoding: Annotated[str | None, typer.Option(help="Of the file; found out where it begins with a mark.")] = None,
    refused: Annotated[Path | None, typer.Option(help="Keep all refused lines in this CSV file.")] = None,
    wait: Annotated[bool, typer.Option("--wait", help="Until all is heard: what a service refuses, too.")] = False,
    json: AsJson = False,
) -> None:
    """Publish the lines of a file to a public inbound topic.

    Each line is checked before it is sent. A bad one is shown with its number, field, rule and remedy, and the rest
    goes on; the exit code is then 1. A line always has the same id, so a file that is published again, after Ctrl-C
    or a correction, says nothing twice. What a service refuses later, such as a reading of a meter that nobody knows,
    is answered on `inbound.refused`; with `--wait` each of these lines is shown, too.
    """
    from cli.outlet import Outlet, kept

    if topic not in INBOUND:
        raise Trouble(f"{topic} is no public inbound topic: there are {', '.join(INBOUND)}.")
    started = time.monotonic()
    size = None if file == "-" else _size(Path(file))
    with _opened(file) as stream, kept(refused) as keep:
        outlet = Outlet(INBOUND[topic], source, keep, as_json=json)
        asyncio.run(outlet.publish(stream, encoding, size))
        seconds = time.monotonic() - started
        if wait:
            asyncio.run(outlet.hear_answers())
    outlet.sum_up(seconds, refused)
    if outlet.refused_count:
        raise typer.Exit(1)


def _opened(file: str) -> BufferedReader:
    standard_input: Any = sys.stdin.buffer
    return BufferedReader(standard_input) if file == "-" else Path(file).open("rb")


def _size(path: Path) -> int:
    try:
        with path.open("rb"):
            return path.stat().st_size
    except OSError as wrong:
        raise Trouble(f"{path} cannot be read: {wrong.strerror}.") from wrong
