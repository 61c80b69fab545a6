"""An answer that is a document for people and not JSON: drawn off the loop, with its language, its name and its ETag.

A view gathers what the paper says; what it looks like is drawn when the connection was given back, by one thread: a
page is work for a processor, and while it is drawn the service goes on answering.
"""

import asyncio
import hashlib
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from shared.http.problems import Answer

PDF = "application/pdf"
HTML = "text/html"
CSV = "text/csv"
TEXT = "text/plain"

_PENCIL = ThreadPoolExecutor(max_workers=1, thread_name_prefix="pencil")
"""One: two would draw no faster under the interpreter's lock, and leave the loop less of it."""
_ETAG_BYTES = 16
_MEDIA_TYPES = {
    PDF: b"application/pdf",
    HTML: b"text/html; charset=utf-8",
    CSV: b"text/csv; charset=utf-8",
    TEXT: b"text/plain; charset=utf-8",
}
_SCHEMAS: dict[str, dict[str, Any]] = {
    PDF: {"schema": {"type": "string", "format": "binary"}},
    HTML: {"schema": {"type": "string"}},
    CSV: {"schema": {"type": "string"}},
    TEXT: {"schema": {"type": "string"}},
}


@dataclass(frozen=True, slots=True)
class Paper:
    """A document before it is drawn. The same facts are drawn as the same bytes.

    `name` is what a browser calls the file; `policy` is the content security policy of a page.
    """

    media_type: str
    language: str
    name: str
    draw: Callable[[], bytes]
    policy: str | None = None


def described(media_types: tuple[str, ...]) -> dict[int | str, dict[str, Any]]:
    """What the OpenAPI document says of an answer that is a paper."""
    content = {media_type: _SCHEMAS[media_type] for media_type in media_types}
    return {
        200: {"description": "The document.", "content": content},
        304: {"description": "It is the one that If-None-Match names."},
    }


async def drawn(paper: Paper, headers: Mapping[bytes, bytes]) -> Answer:
    """The paper as an answer; nothing but 304 to whoever has it already."""
    body = await asyncio.get_running_loop().run_in_executor(_PENCIL, paper.draw)
    etag = b'"%s"' % hashlib.blake2b(body, digest_size=_ETAG_BYTES).hexdigest().encode()
    said = [(b"etag", etag), (b"cache-control", b"private, no-cache"), (b"content-language", paper.language.encode())]
    if etag in [one.strip().removeprefix(b"W/") for one in headers.get(b"if-none-match", b"").split(b",")]:
        return Answer(304, b"", headers=said)
    said.append((b"content-disposition", f'inline; filename="{paper.name}"'.encode()))
    if paper.policy is not None:
        said.append((b"content-security-policy", paper.policy.encode()))
    return Answer(200, body, _MEDIA_TYPES[paper.media_type], said)
