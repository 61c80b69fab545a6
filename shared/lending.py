"""Lends a pool's connections: one that comes back goes straight to whoever waits longest, or is kept at hand.

asyncpg's own acquire and release cost a task and two timers each, half as much again as a short query. The pool still
opens, watches and closes the connections; whatever comes back after a fault goes through it, to be mended or cut.
"""

import asyncio
from collections import deque
from types import TracebackType
from typing import Any

import asyncpg

AT_HAND_MAX = 4
"""More than these go back to the pool, which closes what nobody needed for a while."""


class Lending:
    """The connections of one pool, at most `connections_max` lent at once; waiting for one ends with TimeoutError."""

    def __init__(self, pool: Any, connections_max: int, seconds_max: float) -> None:
        self.pool = pool
        self._connections_max = connections_max
        self._seconds_max = seconds_max
        self._at_hand: list[Any] = []
        self._waiting: deque[asyncio.Future[Any]] = deque()
        self._out_count = 0
        self._closing = False

    def lend(self) -> "Loan":
        """A connection for the length of a block: `async with lending.lend() as connection`."""
        return Loan(self)

    async def take(self) -> Any:
        """A connection that works. Raises TimeoutError when all are lent for too long."""
        while self._at_hand:
            connection = self._at_hand.pop()
            if not _is_gone(connection):
                return connection
            await self.give_back(connection)
        if self._out_count < self._connections_max:
            return await self._from_pool()
        handed = await self._wait()
        return handed if handed is not None else await self.take()

    def give(self, connection: Any) -> None:
        """Bring a connection back after a block that went well."""
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(connection)
                return
        self._at_hand.append(connection)

    async def give_back(self, connection: Any) -> None:
        """Bring a connection back after a fault, or when there are enough at hand: the pool looks after it."""
        try:
            await self.pool.release(connection)
        finally:
            self._out_count -= 1
            self._wake_one()

    async def distrust(self, connection: Any) -> None:
        """A statement was never answered: cut its connection, and let those that are as old be made anew.

        Whatever made this one deaf (a router that forgot it, a server that froze) may have made all of them deaf, and
        everybody who was lent one of them would wait as long to find out.
        """
        await self.pool.expire_connections()
        for deaf in (connection, *self._at_hand):
            if not _is_gone(deaf):
                deaf.terminate()

    def has_enough(self, connection: Any) -> bool:
        """Whether this one is better given back to the pool."""
        if self._closing or _is_gone(connection):
            return True
        return len(self._at_hand) >= AT_HAND_MAX and not self._waiting

    async def close(self) -> None:
        """Give what is at hand back, and from now on what comes back, so that the pool can close."""
        self._closing = True
        while self._at_hand:
            await self.give_back(self._at_hand.pop())

    async def _from_pool(self) -> Any:
        self._out_count += 1
        try:
            return await self.pool.acquire(timeout=self._seconds_max)
        except BaseException:
            self._out_count -= 1
            self._wake_one()
            raise

    def _wake_one(self) -> None:
        """One less is lent: whoever waits longest may take one from the pool."""
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(None)
                return

    async def _wait(self) -> Any:
        waiter = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        try:
            async with asyncio.timeout(self._seconds_max):
                return await waiter
        except BaseException:
            if waiter.done() and not waiter.cancelled():
                handed = waiter.result()
                if handed is None:
                    self._wake_one()
                else:
                    self.give(handed)
            raise


def _is_gone(connection: Any) -> bool:
    """Whether it was cut. The pool takes a connection that the server ended away from whoever holds it."""
    try:
        gone: bool = connection.is_closed()
    except asyncpg.InterfaceError:
        return True
    return gone


class Loan:
    """One connection, lent for the length of a block."""

    __slots__ = ("_connection", "_lending")

    def __init__(self, lending: Lending) -> None:
        self._lending = lending
        self._connection: Any = None

    async def __aenter__(self) -> Any:
        """Take it."""
        self._connection = await self._lending.take()
        return self._connection

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Bring it back: at hand when all went well, through the pool otherwise."""
        if isinstance(error, TimeoutError):
            await self._lending.distrust(self._connection)
        if kind is None and not self._lending.has_enough(self._connection):
            self._lending.give(self._connection)
        else:
            await self._lending.give_back(self._connection)
