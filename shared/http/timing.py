"""No request takes longer than it may. One timer looks after all of them, for a timer each costs every request."""

import asyncio
from time import monotonic
from typing import Any

LOOKS_PER_LIMIT = 20
LOOK_SECONDS_MAX = 0.5


class TimeLimit:
    """Cancels the task of a request that is late; whoever answers it then sees that it was."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._look_seconds = min(LOOK_SECONDS_MAX, seconds / LOOKS_PER_LIMIT)
        self._began: dict[asyncio.Task[Any], float] = {}
        self._late: set[asyncio.Task[Any]] = set()
        self._timer: asyncio.TimerHandle | None = None

    def begin(self) -> "asyncio.Task[Any]":
        """The time of the running task's request begins."""
        task = asyncio.current_task()
        assert task is not None
        self._began[task] = monotonic()
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._look_seconds, self._look)
        return task

    def end(self, task: "asyncio.Task[Any]") -> None:
        """The request is answered."""
        del self._began[task]

    def was_late(self, task: "asyncio.Task[Any]") -> bool:
        """Whether the task was cancelled for being late, and by nobody else; it then goes on, to say so."""
        if task not in self._late:
            return False
        self._late.remove(task)
        return task.uncancel() == 0

    def _look(self) -> None:
        """Cancel what is late. Tasks stand in the order in which they began."""
        too_early = monotonic() - self._seconds
        for task, began in self._began.items():
            if began > too_early:
                break
            if task not in self._late:
                self._late.add(task)
                task.cancel()
        self._timer = None
        if self._began:
            self._timer = asyncio.get_running_loop().call_later(self._look_seconds, self._look)
