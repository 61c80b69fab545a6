"""What could not be taken and was set aside (`curbstop aside`): heard again after the fix, or given up."""

import asyncio
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

import typer

from cli.addresses import SERVICES
from cli.desk import Desk, asking, service_named
from cli.showing import AsJson, as_json, console, table_of
from town.trouble import Trouble

app = typer.Typer(help="What was set aside: list it, show it, replay it, discard it.", no_args_is_help=True)

Service = Annotated[str, typer.Argument(help=f"One of {', '.join(SERVICES)}.")]
Key = Annotated[str, typer.Argument(help="The thing that it is about, as `curbstop aside list` shows it.")]
COLUMNS = ("service", "key", "events_count", "first_type", "attempts", "reason")


@app.command("list", epilog="Examples: `curbstop aside list` · `curbstop aside list --service billing --json`")
def list_(
    service: Annotated[str | None, typer.Option(help="Only this service's.")] = None, json: AsJson = False
) -> None:
    """What waits, by service and key, and why: the first of a key is the cause, the others wait behind it."""
    waiting = asyncio.run(_list(service))
    if json:
        as_json(waiting)
    elif waiting:
        console.print(table_of(COLUMNS, waiting))
    else:
        console.print("Nothing is set aside.")


@app.command(epilog="Example: `curbstop aside show billing 0198c1d2-…`")
def show(service: Service, key: Key, json: AsJson = False) -> None:
    """Everything that waits for one key, as it came. That you read it is on the record."""
    events = asyncio.run(_show(service_named(service), key))
    if json:
        as_json(events)
        return
    console.print(table_of(("event_id", "type", "reason", "attempts", "set_aside_at"), events))
    for event in events:
        console.print(f"{event['event_id']} {event['payload']}", markup=False, soft_wrap=True)


@app.command(epilog="Examples: `curbstop aside replay billing 0198c1d2-…` · `curbstop aside replay --all`")
def replay(
    service: Annotated[str | None, typer.Argument(help=f"One of {', '.join(SERVICES)}; all without it.")] = None,
    key: Annotated[str | None, typer.Argument(help="One key; all of the service's without it.")] = None,
    all_: Annotated[bool, typer.Option("--all", help="Everything that is set aside.")] = False,
    json: AsJson = False,
) -> None:
    """Hear again, in order, what was set aside, each key until one of its events fails again."""
    if (service is None) != all_:
        raise Trouble("Name a service, or say --all.")
    done = asyncio.run(_replay(service, key))
    if json:
        as_json(done)
    else:
        console.print(table_of(("service", "key", "replayed_count", "left_count"), done))
    if any(each["left_count"] for each in done):
        raise typer.Exit(1)


@app.command(epilog='Example: `curbstop aside discard billing 0198… --event 0198… --why "Sent twice by the head-end"`')
def discard(
    service: Service,
    key: Key,
    event: Annotated[UUID, typer.Option(help="Which event, as `curbstop aside show` lists them.")],
    why: Annotated[str, typer.Option(help="The reason, which stays on the record with your name.")],
    json: AsJson = False,
) -> None:
    """Give one event up for ever, with a reason. What waits behind it can then be replayed."""
    asyncio.run(_discard(service_named(service), key, event, why))
    if json:
        as_json({"discarded": str(event)})
    else:
        console.print(f"Discarded {event}; `curbstop aside replay {service} {key}` hears what waited behind it.")


async def _list(service: str | None) -> list[dict[str, Any]]:
    names = SERVICES if service is None else (service_named(service),)
    async with asking() as desk:
        found = await asyncio.gather(*(desk.get_pages(name, "/set-aside") for name in names))
    return [{"service": name, **item} for name, items in zip(names, found, strict=True) for item in items]


async def _show(service: str, key: str) -> list[dict[str, Any]]:
    async with asking() as desk:
        paths = [_path(each) for each in await _waiting(desk, service, key)]
        pages = await asyncio.gather(*(desk.get_pages(service, path) for path in paths))
    return [event for page in pages for event in page]


async def _replay(service: str | None, key: str | None) -> list[dict[str, Any]]:
    names = SERVICES if service is None else (service_named(service),)
    done = []
    async with asking() as desk:
        for name in names:
            for each in await _waiting(desk, name, key):
                answer = await desk.post(name, f"{_path(each)}/replay", None)
                left = each["events_count"] - answer["replayed_count"]
                done.append({"service": name, "key": each["key"], **answer, "left_count": left})
    return done


async def _discard(service: str, key: str, event: UUID, why: str) -> None:
    async with asking() as desk:
        for each in await _waiting(desk, service, key):
            events = await desk.get_pages(service, _path(each))
            if any(found["event_id"] == str(event) for found in events):
                await desk.post(service, f"{_path(each)}/discard", {"event_id": str(event), "why": why})
                return
    raise Trouble(f"{service} has not set {event} aside for {key}: `curbstop aside show {service} {key}` lists them.")


async def _waiting(desk: Desk, service: str, key: str | None) -> list[dict[str, Any]]:
    """What a service set aside for a key, or for all. Raises Trouble where it is nothing for this key."""
    found = await desk.get_pages(service, "/set-aside")
    chosen = [each for each in found if key in (None, each["key"])]
    if key is not None and not chosen:
        raise Trouble(f"{service} has set nothing aside for {key}: `curbstop aside list` shows what waits.")
    return chosen


def _path(waiting: dict[str, Any]) -> str:
    return f"/set-aside/{quote(waiting['consumer'], safe='')}/{quote(waiting['key'], safe='')}"
