"""Lists of applications: the desk's queue."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel

from shared.http.pages import CursorUnreadable, Page, PageRequest
from shared.ids import ApplicationId
from shared.postgres import Reader

ApplicationState = Literal[
    "submitted", "corrections_requested", "resubmitted", "awaiting_payment", "paid", "issued", "denied", "withdrawn",
    "abandoned",
]  # fmt: skip

_LIST = """
SELECT a.application_id, a.application_number, t.code AS license_type, a.applicant_name, a.state, a.round_number,
    a.submitted_at, a.respond_by,
    (SELECT count(*) FROM deficiencies d WHERE d.application_id = a.application_id AND d.standing = 'open')
        AS open_items_count
FROM applications a JOIN license_types t USING (license_type_id)
WHERE {which} ($1::text IS NULL OR a.state = $1) AND ($2::text IS NULL OR t.code = $2)
ORDER BY a.submitted_at, a.application_id LIMIT $3
"""
_FIRST = _LIST.format(which="")
_NEXT = _LIST.format(which="(a.submitted_at, a.application_id) > ($4, $5) AND")


class ApplicationLine(BaseModel):
    """An application in the queue."""

    application_id: ApplicationId
    application_number: str
    license_type: str
    applicant_name: str
    state: str
    round_number: int
    submitted_at: datetime
    respond_by: date | None
    open_items_count: int


async def list_applications(
    reader: Reader, page: PageRequest, state: ApplicationState | None, license_type: str | None
) -> Page[ApplicationLine]:
    """Applications, the oldest first."""
    after = _after(page)
    rows = await reader.fetch(_NEXT if after else _FIRST, state, license_type, page.limit, *after)
    lines = [ApplicationLine(**row) for row in rows]
    return Page[ApplicationLine].of(lines, page, key=lambda line: [line.submitted_at, line.application_id])


def _after(page: PageRequest) -> list[Any]:
    if page.after is None:
        return []
    if [type(value) for value in page.after] != [datetime, UUID]:
        raise CursorUnreadable(field="cursor")
    return page.after
