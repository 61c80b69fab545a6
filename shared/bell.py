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
        """Until it is rung, or the time has passed."""
        try:
            await asyncio.wait_for(self._rung.wait(), seconds_max)
        except TimeoutError:
            return
