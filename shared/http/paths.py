"""From a path to what stands there: a tree of segments, so that the number of routes costs nothing."""

import re
from dataclasses import dataclass, field
from typing import Generic, TypeVar
from urllib.parse import unquote_to_bytes

from shared.http.problems import NoSuchAddress

T = TypeVar("T")

_PARAMETER = re.compile(r"\{([a-z][a-z0-9_]*)\}")


@dataclass(slots=True)
class _Node(Generic[T]):
    fixed: dict[str, "_Node[T]"] = field(default_factory=dict)
    parameter: "_Node[T] | None" = None
    methods: dict[str, tuple[T, tuple[str, ...]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """What stands at a path: by method, the thing and the names of its path parameters; and their values here."""

    methods: dict[str, tuple[T, tuple[str, ...]]]
    values: list[str]


class Paths(Generic[T]):
    """All addresses of one service. A fixed segment goes before a parameter: `/accounts/search` is no id."""

    def __init__(self) -> None:
        self._root: _Node[T] = _Node()

    def add(self, method: str, path: str, thing: T) -> None:
        """Put a thing at a path such as `/v1/accounts/{account_id}/balance`."""
        node, names = self._root, []
        for segment in path.split("/")[1:]:
            named = _PARAMETER.fullmatch(segment)
            if named is None:
                node = node.fixed.setdefault(segment, _Node())
            else:
                names.append(named[1])
                if node.parameter is None:
                    node.parameter = _Node()
                node = node.parameter
        if method in node.methods:
            raise ValueError(f"{method} {path} stands there twice")
        node.methods[method] = (thing, tuple(names))

    def find(self, path: bytes) -> Found[T] | None:
        """What stands at a path as it came over the wire, or None. Raises NoSuchAddress for what is not text."""
        segments = _segments(path)
        values: list[str] = []
        node = _walk(self._root, segments, 0, values)
        return Found(node.methods, values) if node is not None else None


def _segments(path: bytes) -> list[str]:
    """The segments of a path, percent-decoded each for itself, so that an encoded slash stays within its segment."""
    try:
        if b"%" not in path:
            return path.decode("ascii").split("/")[1:]
        found = [unquote_to_bytes(segment).decode("utf-8") for segment in path.split(b"/")[1:]]
    except UnicodeDecodeError as error:
        raise NoSuchAddress from error
    if any("\0" in segment for segment in found):
        raise NoSuchAddress
    return found


def _walk(node: _Node[T], segments: list[str], at: int, values: list[str]) -> _Node[T] | None:
    if at == len(segments):
        return node if node.methods else None
    segment = segments[at]
    fixed = node.fixed.get(segment)
    if fixed is not None:
        found = _walk(fixed, segments, at + 1, values)
        if found is not None:
            return found
    if node.parameter is not None and segment:
        values.append(segment)
        found = _walk(node.parameter, segments, at + 1, values)
        if found is not None:
            return found
        values.pop()
    return None
