"""`curbstop listen`: prints the facts of a topic as they pass."""

import asyncio
import json as jsonlib
from typing import Annotated, Any

import typer
from rich.markup import escape

from cli.addresses import addresses
from cli.showing import AsJson, as_line, console, errors
from shared.events import TOPICS
from town.trouble import Trouble

EXAMPLES = (
    "Examples: `curbstop listen billing` · `curbstop listen inbound.refused --from-beginning --json | jq .` · "
    "`curbstop listen accounts --key 0198… --count 1`"
)


def listen(
    *,
    topic: Annotated[str, typer.Argument(help=f"One of {', '.join(TOPICS)}.")],
    from_beginning: Annotated[bool, typer.Option("--from-beginning", help="All that the topic still holds.")] = False,
    key: Annotated[str | None, typer.Option(help="Only facts about this thing.")] = None,
    type_: Annotated[str | None, typer.Option("--type", help="Only facts of this type: BillIssued.")] = None,
    count: Annotated[int | None, typer.Option(min=1, help="End after so many.")] = None,
    json: AsJson = False,
) -> None:
    """Print the facts of a topic as they pass, until Ctrl-C. Nobody else hears one less."""
    if topic not in TOPICS:
        raise Trouble(f"There is no topic {topic!r}: there are {', '.join(TOPICS)}.")
    asyncio.run(_listen(topic, from_beginning, Wanted(key, type_, count), as_json=json))


class Wanted:
    """Which facts to print, and how many still."""

    def __init__(self, key: str | None, type_: str | None, count: int | None) -> None:
        self.key = key
        self.type = type_
        self.left = count

    def take(self, fact: dict[str, Any]) -> bool:
        """Whether to print this one."""
        if self.key not in (None, fact["key"]) or self.type not in (
            None,
            fact["type"],
            fact["type"].rpartition(".")[2],
        ):
            return False
        self.left = None if self.left is None else self.left - 1
        return True


async def _listen(topic: str, from_beginning: bool, wanted: Wanted, *, as_json: bool) -> None:
    from cli.kafka import check_topic, listening

    found = addresses()
    await check_topic(found, topic)
    async with listening(found, topic, from_beginning=from_beginning) as consumer:
        if not as_json:
            errors.print(f"Listening to {topic}; Ctrl-C ends it.", style="dim")
        await _print(consumer, wanted, as_json=as_json)


async def _print(consumer: Any, wanted: Wanted, *, as_json: bool) -> None:
    async for record in consumer:
        fact = _fact_of(record)
        if not wanted.take(fact):
            continue
        if as_json:
            as_line(fact)
        else:
            body = ", ".join(f"{name}={value}" for name, value in _fields(fact["data"]))
            time, kind = fact["time"][11:19], fact["type"].rpartition(".")[2]
            console.print(f"[dim]{escape(time)}[/] [bold]{escape(kind)}[/] {escape(body)}", soft_wrap=True)
        if wanted.left == 0:
            return


def _fact_of(record: Any) -> dict[str, Any]:
    """What a record says, readable or not: its attributes, key, place and data."""
    headers = {name: (content or b"").decode(errors="replace") for name, content in record.headers}
    text = (record.value or b"").decode(errors="replace")
    try:
        data = jsonlib.loads(text)
    except ValueError:
        data = text
    return {
        "type": headers.get("ce_type", "?"), "time": headers.get("ce_time", "?"), "source": headers.get("ce_source"),
        "id": headers.get("ce_id"), "correlation_id": headers.get("ce_correlationid"),
        "key": (record.key or b"").decode(errors="replace"), "partition": record.partition, "offset": record.offset,
        "data": data,
    }  # fmt: skip


def _fields(data: Any) -> list[tuple[str, Any]]:
    """What a person reads: bytes in base64 are for programs."""
    if not isinstance(data, dict):
        return [("data", data)]
    return [(name, value) for name, value in data.items() if not name.endswith("_base64")]
