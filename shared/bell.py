"""Wakes a worker at once when there is something to do in this process, and after a while in any case."""

import asyncio


class Bell:
    """Rung by a commit, a turned clock, a stop; a worker waits for it instead of asking the database again."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """There may be something to do."""
        self._rung.set()

    def hush(self) -> None:
        """Forget earlier rings: the worker is about to look."""
        self._rung.clear()

    async def wait(self, seconds_max: float) -> None:
        """Until it is rung, or the time has passed.

        Not by wait_for: before Python 3.12 it loses a cancellation that comes in the instant of a ring, and whoever
        was told to stop would work on for ever.
        """
        try:
            async with asyncio.timeout(seconds_max):
                await self._rung.wait()
        except TimeoutError:
            return
