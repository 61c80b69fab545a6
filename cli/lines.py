"""Lines of a file however long it is: its encoding found out, each line bounded, in constant memory."""

import codecs
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

LINE_CHARACTERS_MAX = 1_000_000
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the file, from 1; `text` is None where it was too long to be read."""

    number: int
    text: str | None


def encoding_of(stream: "io.BufferedReader[Any]") -> str:
    """The encoding that the file's first bytes name; UTF-8 where they name none."""
    head = stream.peek(4)[:4]
    return next((encoding for mark, encoding in _MARKS if head.startswith(mark)), "utf-8")


def lines_of(stream: BinaryIO, encoding: str) -> Iterator[Line]:
    """The lines, whatever ends them. What does not fit the encoding becomes U+FFFD, for the reader to refuse."""
    text = io.TextIOWrapper(stream, encoding=encoding, errors="replace", newline=None)
    number = 0
    while part := text.readline(LINE_CHARACTERS_MAX + 1):
        number += 1
        if len(part) > LINE_CHARACTERS_MAX and not part.endswith("\n"):
            _skip_rest(text)
            yield Line(number, None)
        else:
            yield Line(number, part.rstrip("\n"))
    text.detach()


def _skip_rest(text: io.TextIOWrapper) -> None:
    while (rest := text.readline(LINE_CHARACTERS_MAX)) and not rest.endswith("\n"):
        pass
