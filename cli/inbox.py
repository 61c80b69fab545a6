"""`curbstop inbox`: what a service keeps of others' facts, filled again from the log."""

import asyncio
from typing import Annotated

import typer

from cli.addresses import SERVICES, settings
from cli.desk import service_named
from cli.showing import AsJson, as_json, console
from town.trouble import Trouble

app = typer.Typer(help="What services keep of each other's facts.", no_args_is_help=True)


@app.callback()
def inbox() -> None:
    """What services keep of each other's facts."""


@app.command(epilog="Examples: `curbstop inbox rebuild payments` · `curbstop inbox rebuild billing --json`")
def rebuild(
    service: Annotated[str, typer.Argument(help=f"One of {', '.join(SERVICES)}.")], json: AsJson = False
) -> None:
    """Empty a service's read models and fill them again from the log; the service may run meanwhile.

    It is one transaction: until it is done everybody sees what was there, and one that fails changes nothing.

    It works on the service's own database and broker: those of the town that is up here, else those that
    CURBSTOP_POSTGRES and CURBSTOP_KAFKA name.
    """
    heard_count = asyncio.run(_rebuild(service_named(service)))
    if json:
        as_json({"service": service, "heard_count": heard_count})
    else:
        console.print(f"{service} heard {heard_count:,} facts again; its read models are those of the log.")


async def _rebuild(service: str) -> int:
    import asyncpg

    from shared.clock import TownClock
    from shared.faults import PASSING
    from shared.inbox.rebuild import rebuild as fill_again
    from shared.kafka import UNREACHABLE
    from shared.postgres import Database
    from shared.tower import tower_of

    chosen = settings()
    database = Database(service, chosen, TownClock(chosen.zone), lambda _bells: None)
    try:
        await database.open()
    except (*UNREACHABLE, asyncpg.PostgresError) as away:
        raise Trouble(
            f"The database of {service} does not answer: is the town up? `curbstop town up` starts it; "
            "CURBSTOP_POSTGRES names a server elsewhere."
        ) from away
    try:
        return await fill_again(database, tower_of(service).hearing, chosen)
    except PASSING as passing:
        raise Trouble(
            f"Nothing was changed, because a server did not answer in time ({passing!r}): try again."
        ) from passing
    finally:
        await database.close()
