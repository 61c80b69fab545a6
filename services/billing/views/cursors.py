"""Where a page begins: behind the ids that its cursor names."""

from datetime import date
from typing import Any
from uuid import UUID

from shared.http.pages import CursorUnreadable, PageRequest


def after_id(page: PageRequest) -> UUID | None:
    """The id of the last row of the page before. Raises CursorUnreadable for the cursor of another list."""
    (last,) = _after(page, UUID)
    return last


def after_code_and_day(page: PageRequest) -> tuple[str | None, date | None]:
    """The code and the day of the last row of the page before. Raises CursorUnreadable."""
    code, day = _after(page, str, date)
    return code, day


def after_day(page: PageRequest) -> date | None:
    """The day of the last row of the page before. Raises CursorUnreadable."""
    (last,) = _after(page, date)
    return last


def _after(page: PageRequest, *kinds: type) -> list[Any]:
    if page.after is None:
        return [None] * len(kinds)
    if [type(value) for value in page.after] != list(kinds):
        raise CursorUnreadable(field="cursor")
    return page.after
