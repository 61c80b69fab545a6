"""One line a request or batch, with counts, ids and times: JSON for machines, readable on a terminal, nobody's data.

What is said is `log.info("batch heard", count=500, ms=41)`: a sentence without values, then facts by name.
Names, addresses, free text and tokens are never among them; the processors below drop them if somebody forgets,
and an exception is shown by its class and where it was raised, for its message may quote what a person typed.
"""

import asyncio
import logging
import sys
import time
import traceback
from collections.abc import Callable, Mapping, MutableMapping
from functools import lru_cache
from typing import Any, BinaryIO, Literal

import structlog
from pydantic_core import to_json

Style = Literal["auto", "json", "console"]
Event = MutableMapping[str, Any]

PERSONAL = frozenset(
    {
        *("name", "first_name", "last_name", "full_name", "holder", "holder_name", "email", "phone", "telephone"),
        *("address", "street", "mailing_address", "text", "body", "comment", "note", "why", "before", "after"),
        *("token", "authorization", "password", "secret"),
    }
)
CHATTERERS = ("aiokafka", "asyncio")
HELD_BACK_PER_SECONDS = 10.0
RECORDS_MAX = 10
FRAMES_MAX = 12
TOGETHER_SECONDS = 0.1


class _Machine:
    """Where JSON goes; None where a person reads along, and in tests.

    Lines that come by the thousand a second are written together: a write to a file costs half a request. Any other
    line takes those before it along, so that the order stays; a process that is killed loses a tenth of a second.
    """

    stream: BinaryIO | None = None
    waited_for_by: asyncio.AbstractEventLoop | None = None

    @classmethod
    def write(cls, stream: BinaryIO, said: bytes) -> None:
        """Write a line, at the latest in a tenth of a second."""
        stream.write(said)
        loop = asyncio.get_running_loop()
        if cls.waited_for_by is not loop:
            cls.waited_for_by = loop
            loop.call_later(TOGETHER_SECONDS, cls.flush, stream)

    @classmethod
    def flush(cls, stream: BinaryIO) -> None:
        """Write what waits."""
        cls.waited_for_by = None
        stream.flush()


def get(**facts: Any) -> Any:
    """A logger that says these facts in every line."""
    return structlog.get_logger(**facts)


def line(event: str, service: str) -> Callable[..., None]:
    """Says one event over and over, as every request does: the same line as `get().info`, without its detours.

    For facts that are ids, counts and times by the caller's own hand; nothing is looked for and dropped. Said from
    within a running loop.
    """

    def say(**facts: Any) -> None:
        stream = _Machine.stream
        if stream is None:
            structlog.get_logger().info(event, service=service, **facts)
        else:
            said = {"event": event, "service": service, **facts, "level": "info", "at_utc": _now()}
            _Machine.write(stream, to_json(said) + b"\n")

    return say


def without_personal_data(_logger: Any, _method: str, event: Event) -> Event:
    """Drop every fact whose name says that it is about a person."""
    for name in PERSONAL.intersection(event):
        del event[name]
    return event


def _raised(error: BaseException) -> dict[str, Any]:
    said: dict[str, Any] = {"error": type(error).__name__}
    frames = list(traceback.walk_tb(error.__traceback__))[-FRAMES_MAX:]
    if frames:
        codes = [(frame.f_code, line) for frame, line in frames]
        said["at"] = [f"{code.co_filename.rpartition('/')[2]}:{line} {code.co_qualname}" for code, line in codes]
    for name in ("sqlstate", "constraint_name", "table_name", "errno"):
        value = getattr(error, name, None)
        if value is not None:
            said[name] = value
    if error.__cause__ is not None:
        said["because"] = type(error.__cause__).__name__
    return said


def without_message(_logger: Any, _method: str, event: Event) -> Event:
    """Show an exception by its class and its frames; its message may quote what a person typed."""
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    if isinstance(info, tuple):
        info = info[1]
    if isinstance(info, BaseException):
        event.update(_raised(info))
    return event


def _stamp(_logger: Any, method: str, event: Event) -> Event:
    event["level"] = method
    event["at_utc"] = _now()
    return event


def _now() -> str:
    seconds, milliseconds = divmod(time.time_ns() // 1_000_000, 1_000)
    return f"{_second(seconds)}.{milliseconds:03d}Z"


@lru_cache(maxsize=2)
def _second(seconds: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))


def _as_json(_logger: Any, _method: str, event: Mapping[str, Any]) -> bytes:
    return to_json(event, fallback=str)


class Held(logging.Filter):
    """Lets each logger of a chattering library say ten things in ten seconds, and then how many it held back.

    aiokafka 0.14 writes 700,000 lines when its only broker stops gracefully.
    """

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[str, tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether this record may pass."""
        if record.name.partition(".")[0] not in CHATTERERS:
            return True
        now = time.monotonic()
        since, count = self._said.get(record.name, (now, 0))
        if now - since >= HELD_BACK_PER_SECONDS:
            held = max(0, count - RECORDS_MAX)
            since, count = now, 0
            if held:
                record.msg, record.args = f"{record.getMessage()} (and {held} lines held back before it)", ()
        self._said[record.name] = (since, count + 1)
        return count < RECORDS_MAX


class Routed(logging.Handler):
    """Takes what libraries say by the standard library and says it as everything else is said."""

    def __init__(self, service: str) -> None:
        super().__init__()
        self._log = structlog.get_logger(service=service)
        self.addFilter(Held())

    def emit(self, record: logging.LogRecord) -> None:
        """Say one record, with the library's name. Its text is ours or a library's, never a request's."""
        said = getattr(self._log, record.levelname.lower(), self._log.info)
        said(record.getMessage(), library=record.name, exc_info=record.exc_info)


def configure(service: str, style: Style = "auto") -> None:
    """Set up the log of this process: structlog and, through it, every library's own."""
    readable = style == "console" or (style == "auto" and sys.stderr.isatty())
    _Machine.stream = None if readable else sys.stderr.buffer
    processors: list[Any] = [structlog.contextvars.merge_contextvars, without_personal_data, without_message, _stamp]
    if readable:
        processors.append(structlog.dev.ConsoleRenderer(timestamp_key="at_utc", pad_event_to=24))
        factory: Any = structlog.WriteLoggerFactory(file=sys.stderr)
    else:
        processors.append(_as_json)
        factory = structlog.BytesLoggerFactory(file=sys.stderr.buffer)
    structlog.configure(
        processors=processors, logger_factory=factory,
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO), context_class=dict,
    )  # fmt: skip
    root = logging.getLogger()
    root.handlers[:] = [Routed(service)]
    root.setLevel(logging.WARNING)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = name != "uvicorn.access"
