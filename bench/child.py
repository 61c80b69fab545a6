"""A process of a benchmark's own: `python -m bench.child module:function`; its arguments are the first line of stdin.

The function is given a line to whoever started it: it says when it is ready, waits for "go", may wait for "stop", and
answers with what json can write. When the line is cut, it ends.
"""

import asyncio
import importlib
import json
import logging
import sys
from collections.abc import Awaitable, Callable
from typing import Any, ClassVar, Self

import uvloop

from shared.settle import settle_in

_LINE_BYTES_MAX = 2**28


class Line:
    """The child's end."""

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self._reader = reader

    async def ready(self) -> None:
        """Say so, and wait until the other end says go."""
        _say({"ready": True})
        await self.told()

    async def told(self) -> str:
        """The next word from the other end. Ends the process when the line is cut."""
        word = (await self._reader.readline()).decode().strip()
        if not word:
            raise SystemExit(1)
        return word


class Child:
    """The parent's end."""

    started: ClassVar[set["Child"]] = set()

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.started.add(self)

    @classmethod
    async def start(cls, function: Callable[..., Awaitable[Any]], **arguments: Any) -> Self:
        """Start a function of a module of bench, and wait until it is ready."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bench.child", f"{function.__module__}:{function.__name__}",
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=_LINE_BYTES_MAX,
        )  # fmt: skip
        child = cls(process)
        child.tell(json.dumps(arguments))
        await child._heard()
        return child

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def tell(self, word: str) -> None:
        """Say go, or stop."""
        assert self._process.stdin is not None
        self._process.stdin.write(word.encode() + b"\n")

    async def result(self, limit_seconds: float = 300.0) -> Any:
        """What the function answered; the process has ended then."""
        answer = await asyncio.wait_for(self._heard(), limit_seconds)
        await self.end()
        return answer

    async def end(self) -> None:
        """Cut the line and wait."""
        self.started.discard(self)
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            await asyncio.wait_for(self._process.wait(), 10)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()

    async def _heard(self) -> Any:
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"a process of the benchmark ended early with {await self._process.wait()}")
        return json.loads(line)


def _say(what: Any) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


async def _main(target: str) -> None:
    reader = asyncio.StreamReader(limit=_LINE_BYTES_MAX)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    module, _, name = target.partition(":")
    function = getattr(importlib.import_module(module), name)
    arguments = json.loads(await reader.readline())
    settle_in()
    _say(await function(Line(reader), **arguments))


if __name__ == "__main__":
    import structlog

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    uvloop.run(_main(sys.argv[1]))
