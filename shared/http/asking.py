"""One request on its way through the door: what came over the wire, and what became known of it."""

import re
from typing import Any

import uuid_utils

from shared.postgres import Cause

_SANE = re.compile(rb"[A-Za-z0-9._:-]{1,64}")
_TRACEPARENT = re.compile(rb"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")


class Asked:
    """A request: its method, path, headers, and the ids that it carries or is given."""

    __slots__ = (
        "correlation_id", "headers", "method", "path", "path_values", "query", "receive", "request_id", "route",
        "subject",
    )  # fmt: skip

    def __init__(self, scope: Any, receive: Any) -> None:
        self.receive = receive
        self.method: str = scope["method"]
        self.path: bytes = scope.get("raw_path") or scope["path"].encode()
        self.query: bytes = scope["query_string"]
        self.headers: dict[bytes, bytes] = dict(scope["headers"])
        self.path_values: dict[str, str] = {}
        self.route = "unmatched"
        self.subject: str | None = None
        self.request_id = _sane(self.headers.get(b"x-request-id")) or str(uuid_utils.uuid7())
        self.correlation_id = _sane(self.headers.get(b"x-correlation-id")) or self.request_id

    @property
    def cause(self) -> Cause:
        """What everything that this request leads to was led to by. `traceparent`: W3C Trace Context."""
        trace = self.headers.get(b"traceparent")
        passed_on = trace.decode() if trace is not None and _TRACEPARENT.fullmatch(trace) else None
        return Cause(self.correlation_id, self.request_id, passed_on)


def _sane(given: bytes | None) -> str | None:
    """An id that came with the request, if it is one that can stand in a log and in a header."""
    if given is None or _SANE.fullmatch(given) is None:
        return None
    return given.decode()
