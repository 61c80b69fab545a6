"""Runs one service: `python -m services billing`, or a part of it: `python -m services billing --only inbox,relay`."""

import asyncio
import sys
from argparse import ArgumentParser
from collections.abc import Sequence

import uvicorn

from shared import log
from shared.clock import Clock, DevelopmentClock, TownClock
from shared.settings import ALL_PARTS, Part, Settings
from shared.settle import settle_in
from shared.tower import Running, tower_of

SERVICES = ("accounts", "billing", "payments", "licensing", "tickets")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until SIGTERM or SIGINT; 1 when a part failed, so that whoever started it starts it again."""
    parser = ArgumentParser(prog="python -m services", description="Run one service of Curbstop.")
    parser.add_argument("service", choices=SERVICES)
    parser.add_argument("--only", default=",".join(ALL_PARTS), help="parts to run, by commas: %(default)s")
    asked = parser.parse_args(arguments)
    parts = asked.only.split(",")
    if unknown := sorted(set(parts) - set(ALL_PARTS)):
        parser.error(f"no such part: {', '.join(unknown)}; there are {', '.join(ALL_PARTS)}")
    settings = Settings()
    log.configure(asked.service, settings.log_format)
    return uvicorn_loop(asked.service, settings, [part for part in ALL_PARTS if part in parts])


def uvicorn_loop(service: str, settings: Settings, parts: Sequence[Part]) -> int:
    """Serve on uvloop."""
    import uvloop

    return uvloop.run(serve(service, settings, parts))


async def serve(service: str, settings: Settings, parts: Sequence[Part]) -> int:
    """Answer probes from the first moment, work as soon as the database does, and stop within seconds."""
    running = Running(tower_of(service), settings, _clock(settings), parts)
    server = uvicorn.Server(
        uvicorn.Config(
            running.app, host=settings.host, port=settings.port, access_log=False, log_config=None, lifespan="off",
            http="httptools", ws="none", timeout_keep_alive=65, timeout_graceful_shutdown=3, server_header=False,
        )
    )  # fmt: skip

    def leave() -> None:
        server.should_exit = True

    running.on_fault = leave
    starting = asyncio.create_task(running.start())
    starting.add_done_callback(lambda task: leave() if not task.cancelled() and task.exception() else None)
    settle_in()
    await server.serve()
    starting.cancel()
    (started,) = await asyncio.gather(starting, return_exceptions=True)
    await running.stop()
    if isinstance(started, Exception):
        raise started
    return 1 if running.fault else 0


def _clock(settings: Settings) -> Clock:
    return DevelopmentClock(settings.zone) if settings.environment == "development" else TownClock(settings.zone)


if __name__ == "__main__":
    sys.exit(main())
