"""The body of a request: no larger than allowed, and JSON that means one thing only."""

import json
import math
from typing import Any, NoReturn

from shared.http.problems import BodyNotJson, BodyOfAnotherKind, BodyTooLarge

DEPTH_MAX = 64


async def read_body(receive: Any, headers: dict[bytes, bytes], bytes_max: int) -> bytes:
    """All of the body. Raises BodyTooLarge before more than the limit was read."""
    declared = headers.get(b"content-length")
    if declared is not None and declared.isdigit() and int(declared[:20]) > bytes_max:
        raise BodyTooLarge(bytes_max=bytes_max)
    message = await receive()
    first: bytes = message.get("body", b"")
    if not message.get("more_body", False):
        if len(first) > bytes_max:
            raise BodyTooLarge(bytes_max=bytes_max)
        return first
    parts, size = [first], len(first)
    while message.get("more_body", False) and message["type"] == "http.request":
        message = await receive()
        part = message.get("body", b"")
        size += len(part)
        if size > bytes_max:
            raise BodyTooLarge(bytes_max=bytes_max)
        parts.append(part)
    return b"".join(parts)


def check_media_type(headers: dict[bytes, bytes]) -> None:
    """Bodies are JSON in UTF-8. Raises BodyOfAnotherKind."""
    said = headers.get(b"content-type", b"").lower()
    if said == b"application/json":
        return
    kind, _, rest = said.partition(b";")
    charset = rest.replace(b" ", b"").replace(b'"', b"")
    if kind.strip() != b"application/json" or charset not in (b"", b"charset=utf-8"):
        raise BodyOfAnotherKind


def check_json(raw: bytes) -> None:
    """Refuse what two readers could read differently: see BodyNotJson. Raises it, naming what is wrong."""
    try:
        said = raw.decode("utf-8")
        value = json.loads(said, object_pairs_hook=_each_name_once, parse_constant=_not_a_number, parse_float=_finite)
    except UnicodeDecodeError as error:
        raise BodyNotJson(wrong="it is not UTF-8", position=error.start) from error
    except json.JSONDecodeError as error:
        raise BodyNotJson(wrong=error.msg, position=error.pos) from error
    except (ValueError, RecursionError) as error:
        raise BodyNotJson(wrong="a number or a nesting is beyond all bounds") from error
    if "\\u" in said:
        _check_texts(value, 1)


def _each_name_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BodyNotJson(wrong="a name stands twice in one object")
    return found


def _not_a_number(said: str) -> NoReturn:
    raise BodyNotJson(wrong=f"{said} is not a number")


def _finite(said: str) -> float:
    number = float(said)
    if not math.isfinite(number):
        raise BodyNotJson(wrong="a number is beyond all bounds")
    return number


def _check_texts(value: Any, depth: int) -> None:
    if depth > DEPTH_MAX:
        raise BodyNotJson(wrong=f"it is nested deeper than {DEPTH_MAX}")
    if isinstance(value, str):
        check_text(value)
    elif isinstance(value, list):
        for inner in value:
            _check_texts(inner, depth + 1)
    elif isinstance(value, dict):
        for name, inner in value.items():
            check_text(name)
            _check_texts(inner, depth + 1)


def check_text(value: str) -> None:
    """Refuse text that a database cannot keep. Raises BodyNotJson."""
    if "\0" in value:
        raise BodyNotJson(wrong="a text holds the character NUL")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        raise BodyNotJson(wrong="a text holds half a surrogate pair") from error
