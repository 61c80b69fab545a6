"""Those who ask the same thing while others are being answered are answered together next: one transaction, one commit.

Nobody waits for company. Whoever finds the counter free goes at once; who comes meanwhile goes next, with all who came.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog

from shared.errors import Refusal
from shared.http.asking import Asked
from shared.http.idempotency import Once
from shared.http.problems import Answer
from shared.postgres import Request

SET_MAX = 200
HELD_UP_SECONDS_MAX = 1.0
"""A set that takes longer, on a connection that fell silent perhaps, no longer holds up the next one."""

log = structlog.get_logger()


class Apart(Exception):
    """The set came to nothing: whoever was in it asks again, alone. Her idempotency key makes that safe."""


@dataclass(frozen=True, slots=True)
class Asking:
    """A request that may be answered together with others: as it came, what makes it the same one, and what it asks."""

    asked: Asked
    once: Once
    request: Request[Any]


Together = Callable[[Sequence[Asking]], Coroutine[Any, Any, Sequence[Answer | Refusal]]]
"""Answers a set in one transaction, in its order, and each for herself."""

Waiting = tuple[Asking, "asyncio.Future[Answer]"]


class Gathering:
    """Those who wait for one operation of one service."""

    def __init__(self, together: Together, held_up_seconds_max: float = HELD_UP_SECONDS_MAX) -> None:
        self._together = together
        self._held_up_seconds_max = held_up_seconds_max
        self._waiting: deque[Waiting] = deque()
        self._sending: asyncio.Task[None] | None = None
        self._out: set[asyncio.Task[Any]] = set()

    async def answer(self, asking: Asking) -> Answer:
        """The answer, once it is committed. Raises Refusal, and Apart when the set came to nothing."""
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((asking, answer))
        if self._sending is None:
            self._sending = asyncio.create_task(self._send())
        return await answer

    async def _send(self) -> None:
        """Send off set after set until nobody waits. A set is finished even if everybody in it has hung up."""
        while chosen := self._next():
            await asyncio.wait((self._set_off(chosen),), timeout=self._held_up_seconds_max)
        self._sending = None

    def _set_off(self, chosen: Sequence[Waiting]) -> "asyncio.Task[Sequence[Answer | Refusal]]":
        asked = [asking for asking, _ in chosen]
        task = asyncio.create_task(self._together(asked))
        self._out.add(task)
        task.add_done_callback(self._out.discard)
        task.add_done_callback(partial(self._hand_out, chosen))
        return task

    def _next(self) -> list[Waiting]:
        """The next set, in order of coming; of two with one key the second is in a later set, and finds the answer."""
        chosen: dict[int, Waiting] = {}
        later = []
        while self._waiting and len(chosen) < SET_MAX:
            asking, answer = waiting = self._waiting.popleft()
            if answer.done():  # it took too long, and she was told so
                continue
            if asking.once.lock in chosen:
                later.append(waiting)
            else:
                chosen[asking.once.lock] = waiting
        self._waiting.extendleft(reversed(later))
        return list(chosen.values())

    def _hand_out(self, chosen: Sequence[Waiting], task: "asyncio.Task[Sequence[Answer | Refusal]]") -> None:
        """Give each her answer. Whatever came between, each finds out alone whether it concerns her."""
        fault = None if task.cancelled() else task.exception()
        if fault is not None:
            operation = chosen[0][0].once.operation
            log.warning("set_taken_apart", operation=operation, count=len(chosen), reason=repr(fault))
        outcomes: Sequence[Answer | Refusal | Apart]
        outcomes = [Apart() for _ in chosen] if task.cancelled() or fault is not None else task.result()
        for (_, answer), outcome in zip(chosen, outcomes, strict=True):
            if answer.done():
                continue
            if isinstance(outcome, Answer):
                answer.set_result(outcome)
            else:
                answer.set_exception(outcome)
