"""A list in pages: each page ends with a cursor that names its last row, so that the next begins right behind it.

A view asks its SQL for `query.limit` rows behind `query.after`; a full page carries the cursor of the next one.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from fastapi import Depends, Query
from pydantic import BaseModel, Field

from shared.errors import Invalid

LIMIT_DEFAULT = 50
LIMIT_MAX = 200
CURSOR_LENGTH_MAX = 1_024
_SEAL_BYTES = 6

T = TypeVar("T")

_WRITERS: tuple[tuple[type, str, Callable[[Any], Any]], ...] = (
    (UUID, "u", str),
    (datetime, "t", datetime.isoformat),
    (date, "d", date.isoformat),
)
_READERS: dict[str, Callable[[str], Any]] = {"u": UUID, "t": datetime.fromisoformat, "d": date.fromisoformat}


class CursorUnreadable(Invalid):
    """A cursor is used as it was given, on the list that gave it."""

    remedy = "Send next_cursor of the page before unchanged, or start again without a cursor."


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which page is asked for: at most `limit` rows, behind the row whose key is `after`."""

    limit: int
    after: list[Any] | None


class Page(BaseModel, Generic[T]):
    """One page of a list, and the cursor of the next."""

    items: list[T]
    next_cursor: str | None = Field(default=None, description="Send it as `cursor` for the next page; null at the end.")

    @classmethod
    def of(cls, items: Sequence[T], query: PageRequest, key: Callable[[T], list[Any]]) -> "Page[T]":
        """The page that these rows are. `key` gives what the list is ordered by: texts, integers, ids, dates, times."""
        shown = list(items[: query.limit])
        full = len(items) >= query.limit
        return cls.model_construct(items=shown, next_cursor=cursor_of(key(shown[-1])) if full and shown else None)


def cursor_of(values: list[Any]) -> str:
    """The key of a row as text that is only ever sent back."""
    raw = json.dumps([_written(value) for value in values], separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(_seal(raw) + raw).rstrip(b"=").decode()


def values_of(cursor: str) -> list[Any]:
    """The key that a cursor names: ids, dates and times as themselves. Raises CursorUnreadable."""
    try:
        packed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        raw = packed[_SEAL_BYTES:]
        if _seal(raw) != packed[:_SEAL_BYTES]:
            raise CursorUnreadable(field="cursor")
        return [_read(value) for value in json.loads(raw)]
    except (ValueError, TypeError, KeyError) as error:
        raise CursorUnreadable(field="cursor") from error


def _seal(raw: bytes) -> bytes:
    """Tells a cursor that was cut or altered; it is no secret, for a cursor opens nothing."""
    return hashlib.blake2b(raw, digest_size=_SEAL_BYTES, key=b"curbstop cursor").digest()


def _written(value: Any) -> Any:
    for kind, letter, write in _WRITERS:
        if isinstance(value, kind):
            return {letter: write(value)}
    return value


def _read(value: Any) -> Any:
    if isinstance(value, dict):
        letter, said = next(iter(value.items()))
        return _READERS[letter](said)
    return value


def page_query(
    limit: Annotated[int, Query(ge=1, le=LIMIT_MAX, description="How many at most.")] = LIMIT_DEFAULT,
    cursor: Annotated[
        str | None, Query(max_length=CURSOR_LENGTH_MAX, description="next_cursor of the page before.")
    ] = None,
) -> PageRequest:
    """The page that a request asks for. Raises CursorUnreadable."""
    return PageRequest(limit=limit, after=values_of(cursor) if cursor is not None else None)


PageQuery = Annotated[PageRequest, Depends(page_query)]
