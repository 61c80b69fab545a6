"""What the relay has to remember, as a pure step: how far it has read, and which numbers it has not seen yet.

A number is missing while its transaction is open, and for ever when it was rolled back. A transaction takes its
xid before its numbers, so once every xid up to a mark has ended, what is missing up to the mark never comes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

Key = TypeVar("Key")
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Position:
    """`last` is the highest number read; `gaps` are the lower ones that have not been seen."""

    last: int
    gaps: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """The sequence was at `seq` before the transaction `xid` began: older writers of seq or less are older than xid."""

    seq: int
    xid: int


def advance(position: Position, seen: Sequence[int], settled_seq: int, *, saw_all: bool) -> Position:
    """The position after publishing what one statement showed.

    `seen` holds the numbers that were visible, of the gaps and above `last`; nothing at or below `settled_seq`
    can still appear that was not visible in that same statement. `saw_all`: the statement was not cut short, so
    numbers above everything seen but settled were rolled back, and are passed over.
    """
    found = set(seen)
    last = max([position.last, *seen, *([settled_seq] if saw_all else [])])
    missing = [*position.gaps, *range(position.last + 1, last + 1)]
    return Position(last, tuple(gap for gap in missing if gap not in found and gap > settled_seq))


def settled(mark: Mark | None, oldest_running_xid: int) -> int:
    """The number up to which nothing can appear any more: the mark's, once every older transaction has ended."""
    return mark.seq if mark is not None and oldest_running_xid > mark.xid else 0


def idle(position: Position, sequence_at: int) -> bool:
    """True when nothing was numbered since, and nothing is missing."""
    return sequence_at == position.last and not position.gaps


def grouped(rows: Iterable[tuple[Key, Row]]) -> dict[Key, list[Row]]:
    """Rows by key, each in the order they came."""
    groups: dict[Key, list[Row]] = {}
    for key, row in rows:
        groups.setdefault(key, []).append(row)
    return groups
