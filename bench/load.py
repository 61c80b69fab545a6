"""Asks over HTTP as fast as it is answered, or at a given rate: plain sockets, so that the asking costs little."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Loaded:
    """What a load came to. Times are of the monotonic clock, which all processes of a machine share."""

    seconds: float = 0.0
    latencies_ms: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    answered_ns: dict[int, int] = field(default_factory=dict)
    """By number of the request."""
    bodies: dict[int, bytes] = field(default_factory=dict)

    def count(self, status: int) -> None:
        """One more answer of this status."""
        self.statuses[status] = self.statuses.get(status, 0) + 1


class Connection(asyncio.Protocol):
    """One kept-alive connection; one request at a time."""

    def __init__(self) -> None:
        self._transport: Any = None
        self._buffer = bytearray()
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(exc or ConnectionResetError("the server hung up"))

    def ask(self, request: bytes) -> "asyncio.Future[tuple[int, bytes]]":
        """Send a request; the status and the body of its answer."""
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return self._answer

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        head = bytes(self._buffer[:end]).lower()
        at = head.find(b"content-length:")
        length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if len(self._buffer) < end + 4 + length:
            return
        body = bytes(self._buffer[end + 4 : end + 4 + length])
        del self._buffer[: end + 4 + length]
        if self._answer is not None and not self._answer.done():
            self._answer.set_result((int(head[9:12]), body))


async def connect(host: str, port: int, count: int) -> list[Connection]:
    """Open connections."""
    loop = asyncio.get_running_loop()
    made = [await loop.create_connection(Connection, host, port) for _ in range(count)]
    return [protocol for _, protocol in made]


async def closed_loop(connections: Sequence[Connection], request_for: Callable[[int], bytes], count: int) -> Loaded:
    """Every connection asks again as soon as it is answered, until `count` requests are done."""
    loaded = Loaded()
    numbers = iter(range(count))

    async def ask(connection: Connection) -> None:
        for number in numbers:
            sent = time.perf_counter()
            status, _ = await connection.ask(request_for(number))
            loaded.latencies_ms.append((time.perf_counter() - sent) * 1000)
            loaded.count(status)

    started = time.perf_counter()
    await asyncio.gather(*map(ask, connections))
    loaded.seconds = time.perf_counter() - started
    return loaded


async def open_loop(
    connections: Sequence[Connection], request_for: Callable[[int], bytes], per_second: float, seconds: float
) -> Loaded:
    """Ask at a steady rate, whether or not the answers keep up; a request that had to wait is counted from its turn."""
    loaded = Loaded()
    free: asyncio.Queue[Connection] = asyncio.Queue()
    for connection in connections:
        free.put_nowait(connection)

    async def ask(number: int, turn: float) -> None:
        connection = await free.get()
        status, body = await connection.ask(request_for(number))
        loaded.answered_ns[number] = time.monotonic_ns()
        loaded.latencies_ms.append((time.perf_counter() - turn) * 1000)
        loaded.bodies[number] = body
        loaded.count(status)
        free.put_nowait(connection)

    started = time.perf_counter()
    asked = []
    for number in range(int(per_second * seconds)):
        turn = started + number / per_second
        wait = turn - time.perf_counter()
        if wait > 0:
            await asyncio.sleep(wait)
        asked.append(asyncio.create_task(ask(number, turn)))
    await asyncio.gather(*asked)
    loaded.seconds = time.perf_counter() - started
    return loaded


def request(method: str, path: str, token: str, body: bytes = b"", **headers: str) -> bytes:
    """The bytes of a request."""
    lines = [f"{method} {path} HTTP/1.1", "host: bench", f"authorization: Bearer {token}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    if method != "GET":
        lines += ["content-type: application/json", f"content-length: {len(body)}"]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body
