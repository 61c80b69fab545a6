"""Where a page begins: behind the id that its cursor names."""

from uuid import UUID

from shared.http.pages import CursorUnreadable, PageRequest


def after(page: PageRequest) -> UUID | None:
    """The id of the last row of the page before. Raises CursorUnreadable for the cursor of another list."""
    if page.after is None:
        return None
    if len(page.after) != 1 or not isinstance(page.after[0], UUID):
        raise CursorUnreadable(field="cursor")
    return page.after[0]
