"""The nightly file for data processing: every change of a mailing address since the last file, each once.

It is made from rows that are never rewritten, so the same file can be made again byte for byte; its digest proves it.
"""

import csv
import hashlib
import io
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from shared.errors import NotFound


class FileUnknown(NotFound):
    """A file for data processing has a number, from 1 without gaps."""

    remedy = "List the files; take file_number from there. A night without a change makes no file."


@dataclass(frozen=True, slots=True)
class Line:
    """One change of a mailing address, as data processing reads it; the columns in this order."""

    account_number: str
    mailing_address: str
    former_mailing_address: str
    effective_on: date
    recorded_at: datetime
    change_id: UUID


def text_of(lines: Iterable[Line]) -> str:
    """The file, in the order in which the changes were recorded. **Source**: RFC 4180, with a header."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(column.name for column in fields(Line))
    writer.writerows(_cells(line) for line in sorted(lines, key=lambda line: line.change_id))
    return out.getvalue()


def digest_of(text: str) -> str:
    """SHA-256 of the file's bytes in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


def next_night(now: datetime, zone: ZoneInfo) -> datetime:
    """The end of the town's day, when the file is made."""
    return first_moment(now.astimezone(zone).date() + timedelta(days=1), zone)


def first_moment(day: date, zone: ZoneInfo) -> datetime:
    """When a day begins in the town."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _cells(line: Line) -> tuple[str, ...]:
    cells = [cell.isoformat() if isinstance(cell, date) else str(cell) for cell in astuple(line)]
    cells[4] = line.recorded_at.astimezone(UTC).isoformat(timespec="microseconds")
    return tuple(cells)
