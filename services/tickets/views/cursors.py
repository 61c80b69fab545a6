"""Where a page begins: behind the moment and the id that its cursor names."""

from datetime import datetime
from uuid import UUID

from shared.http.pages import CursorUnreadable, PageRequest


def after(page: PageRequest) -> tuple[datetime | None, UUID | None]:
    """The key of the last row of the page before. Raises CursorUnreadable for the cursor of another list."""
    match page.after:
        case None:
            return None, None
        case [datetime() as moment, UUID() as row_id]:
            return moment, row_id
        case _:
            raise CursorUnreadable(field="cursor")
