"""Runs a town until Ctrl-C, SIGTERM or the end of the terminal, and takes everything down however it ends."""

import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from town.kafka import Say
from town.place import TOWN_FOLDER
from town.settings import TownSettings
from town.trouble import Trouble
from town.up import Up, town_up

OnUp = Callable[[Up], Awaitable[None]]


def run_town(
    on_up: OnUp,
    say: Say = print,
    *,
    folder: Path = TOWN_FOLDER,
    facts: TownSettings | None = None,
) -> int:
    """Bring the town up, call `on_up` with it, and take it down when that ends or somebody asks for it.

    Answers the exit code: 0 when it was ended, 1 when it could not stand; then the sentence is on standard error.
    """
    try:
        asyncio.run(_until_told(on_up, say, folder, facts))
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    except (KeyboardInterrupt, asyncio.CancelledError):
        return 0
    return 0


async def _until_told(on_up: OnUp, say: Say, folder: Path, facts: TownSettings | None) -> None:
    this = asyncio.current_task()
    told: list[signal.Signals] = []

    def end(how: signal.Signals) -> None:
        """Once: who presses Ctrl-C twice must not cut short the taking down."""
        told.append(how)
        if len(told) == 1 and this is not None:
            this.cancel()

    for how in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(how, end, how)
    async with town_up(folder, facts, say=say) as up:
        await on_up(up)


async def _wait(up: Up) -> None:
    """Nothing to show: say that it is up, and wait."""
    print(up.banner or f"{up.facts.name} is up.", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    sys.exit(run_town(_wait))
