"""A stretch of network that can be spoiled: it carries bytes to one server and back, late, or not at all."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from town.ports import LOCALHOST, free_port

_PIECE_BYTES = 65_536
_NO_FAREWELL = struct.pack("ii", 1, 0)
"""SO_LINGER, on, for no time: closing sends RST instead of FIN."""


@dataclass(eq=False)
class Line:
    """One connection of a client, and the one to the server that belongs to it."""

    client: asyncio.StreamWriter
    server: asyncio.StreamWriter
    silent: bool = False

    def reset(self) -> None:
        """Both ends are told at once, and rudely, that there is no connection."""
        for end in (self.client, self.server):
            if not end.transport.is_closing():
                end.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_FAREWELL)
                end.transport.abort()


class Proxy:
    """Stands before one server; its clients know only this port."""

    def __init__(self, server_port: int) -> None:
        self.server_port = server_port
        self.port = free_port()
        self.delay_seconds = 0.0
        """How late every piece arrives, in either direction."""
        self.lines: set[Line] = set()

    @asynccontextmanager
    async def standing(self) -> AsyncIterator["Proxy"]:
        """Carry while the block runs."""
        listening = await asyncio.start_server(self._connect, LOCALHOST, self.port)
        try:
            yield self
        finally:
            listening.close()
            self.reset()

    def reset(self) -> None:
        """Drop every connection that there is; new ones are welcome."""
        for line in self.lines:
            line.reset()

    def fall_silent(self) -> int:
        """Leave every connection half-open: it stays, takes what it is given, and passes nothing on, not even its end.

        New ones are carried, as by a router that forgot the old. Answers how many connections fell silent.
        """
        for line in self.lines:
            line.silent = True
        return len(self.lines)

    async def _connect(self, from_client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        try:
            from_server, to_server = await asyncio.open_connection(LOCALHOST, self.server_port)
        except OSError:
            to_client.transport.abort()
            return
        line = Line(to_client, to_server)
        self.lines.add(line)
        try:
            await asyncio.gather(self._carry(line, from_client, to_server), self._carry(line, from_server, to_client))
        finally:
            self.lines.discard(line)
            line.reset()

    async def _carry(self, line: Line, source: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
        """One direction, until its source ends; the other end is told, unless the line is silent."""
        try:
            while piece := await source.read(_PIECE_BYTES):
                if self.delay_seconds:
                    await asyncio.sleep(self.delay_seconds)
                if not line.silent:
                    to.write(piece)
                    await to.drain()
        except ConnectionError:
            pass  # an end like any other
        if not line.silent:
            to.close()
