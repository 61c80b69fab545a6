"""Whatever a file's encoding, line ends and length: every line comes once, with its number, in little memory."""

import io
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.lines import LINE_CHARACTERS_MAX, Line, encoding_of, lines_of

TOWN = "Peñarrubia, 12 Straße"


def read(raw: bytes, encoding: str | None = None) -> list[Line]:
    stream = io.BufferedReader(io.BytesIO(raw))
    return list(lines_of(stream, encoding or encoding_of(stream)))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_a_mark_at_the_beginning_names_the_encoding(encoding: str) -> None:
    assert read(f"{TOWN}\nsecond\n".encode(encoding)) == [Line(1, TOWN), Line(2, "second")]


def test_an_old_encoding_is_read_when_it_is_named() -> None:
    assert read(TOWN.encode("cp1252"), "cp1252") == [Line(1, TOWN)]
    [guessed] = read(TOWN.encode("cp1252"))
    assert guessed.text is not None
    assert "\ufffd" in guessed.text


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_as_any_machine_ends_them(end: str) -> None:
    assert read(f"one{end}two{end}{end}half".encode()) == [Line(1, "one"), Line(2, "two"), Line(3, ""), Line(4, "half")]


def test_an_endless_line_is_passed_over_and_the_next_is_read() -> None:
    raw = b"one\n" + b"x" * (3 * LINE_CHARACTERS_MAX + 5) + b"\nthree\n"
    assert read(raw) == [Line(1, "one"), Line(2, None), Line(3, "three")]
    assert read(b"x" * LINE_CHARACTERS_MAX + b"\nnext") == [Line(1, "x" * LINE_CHARACTERS_MAX), Line(2, "next")]


@given(st.lists(st.text(st.characters(exclude_characters="\r\n", codec="utf-8"), max_size=30), max_size=20))
def test_what_was_written_is_read(written: list[str]) -> None:
    raw = "".join(f"{text}\n" for text in written).encode()
    found = [line.text for line in read(b"\xef\xbb\xbf" + raw)]
    assert found == written


@given(st.binary(max_size=400))
def test_any_bytes_are_lines(raw: bytes) -> None:
    numbers = [line.number for line in read(raw)]
    assert numbers == list(range(1, len(numbers) + 1))


class Endless(io.RawIOBase):
    """A file that was never on a disk: so many lines."""

    def __init__(self, lines_count: int) -> None:
        super().__init__()
        self._chunks = self._made(lines_count)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        chunk = next(self._chunks, b"")
        buffer[: len(chunk)] = chunk
        return len(chunk)

    @staticmethod
    def _made(lines_count: int) -> Iterator[bytes]:
        for _ in range(lines_count // 100):
            yield b"M-0000001,12345,2026-03-01T12:00:00Z\n" * 100


def test_a_million_lines_need_no_more_memory_than_a_thousand() -> None:
    tracemalloc.start()
    count = sum(1 for _ in lines_of(io.BufferedReader(Endless(1_000_000)), "utf-8"))
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 1_000_000
    assert peak_bytes < 1_000_000
