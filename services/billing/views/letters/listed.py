"""Letters in lists: those that wait to be mailed, those of an account, and those that lack a fact."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from services.billing.domain.letters import Kind, Language, LetterUnknown, State, remedy_of
from services.billing.views.cursors import after_id
from services.billing.views.letters.content import letter_content
from services.billing.views.letters.plain import plain_letter
from shared.http import Page, PageRequest
from shared.ids import AccountId, BillId, LetterId
from shared.postgres import Reader

LetterKind = Kind
LetterState = State

_SELECT = """
SELECT letter_id, kind, about_id, account_id, bill_id, language, template_version, facts, drawn_up_at, drawn_up_on,
    drawn_up_by, state, mailed_on, mailed_at, mailed_by, voided_at, voided_by, voided_why,
    facts ->> 'account_number' AS account_number, facts ->> 'holder_name' AS holder_name
FROM letters
"""
_LIST = f"""{_SELECT}
WHERE ($1::uuid IS NULL OR letter_id < $1) AND ($2::text IS NULL OR state = $2)
    AND ($3::uuid IS NULL OR account_id = $3) AND ($4::uuid IS NULL OR bill_id = $4) AND ($5::text IS NULL OR kind = $5)
ORDER BY letter_id DESC LIMIT $6
"""
_LIST_EXCEPTIONS = """
SELECT x.* FROM letter_exceptions x
WHERE ($1::uuid IS NULL OR exception_id < $1) AND ($2::uuid IS NULL OR account_id = $2)
    AND NOT EXISTS (SELECT FROM letters l
        WHERE l.about_id = x.about_id AND l.kind = x.kind AND l.drawn_up_at >= x.found_at)
ORDER BY exception_id DESC LIMIT $3
"""


class LetterSummary(BaseModel):
    """A letter in a list."""

    letter_id: LetterId
    kind: Kind
    about_id: UUID = Field(description="The bill, adjustment, cancellation, dispute, or meter test's order.")
    account_id: AccountId
    account_number: str
    holder_name: str
    bill_id: BillId | None
    language: Language
    state: State
    drawn_up_at: datetime
    drawn_up_by: str
    mailed_on: date | None = Field(description="The postmark: it starts legal clocks.")
    mailed_at: datetime | None = Field(description="When it was put on record that it was mailed.")
    mailed_by: str | None
    voided_at: datetime | None
    voided_by: str | None
    voided_why: str | None


class LetterView(LetterSummary):
    """A letter with what was filled in, and its words."""

    template_version: int
    facts: dict[str, Any] = Field(description="What was on record when it was drawn up; it never changes.")
    text: str


class LetterExceptionView(BaseModel):
    """A letter that should have followed and lacks a fact."""

    exception_id: UUID
    kind: Kind
    about_id: UUID
    account_id: AccountId
    missing: list[str]
    remedy: str
    found_at: datetime


async def find_letter(reader: Reader, letter_id: LetterId) -> LetterView:
    """One letter. Raises LetterUnknown."""
    row: Any = await reader.fetchrow(f"{_SELECT} WHERE letter_id = $1", letter_id)
    if row is None:
        raise LetterUnknown(field="letter_id", letter_id=letter_id)
    return LetterView(**{**row, "text": plain_letter(letter_content(row)).decode()})


async def list_letters(reader: Reader, page: PageRequest, **named: UUID | str | None) -> Page[LetterSummary]:
    """Letters, newest first, of a state, an account, a bill or a kind."""
    wanted = (named["state"], named["account_id"], named["bill_id"], named["kind"])
    rows = await reader.fetch(_LIST, after_id(page), *wanted, page.limit)
    items = [LetterSummary.model_validate(dict(row)) for row in rows]
    return Page[LetterSummary].of(items, page, key=lambda one: [one.letter_id])


async def list_letter_exceptions(
    reader: Reader, page: PageRequest, account_id: AccountId | None
) -> Page[LetterExceptionView]:
    """Letters that could not follow, newest first."""
    rows = await reader.fetch(_LIST_EXCEPTIONS, after_id(page), account_id, page.limit)
    items = [LetterExceptionView(**{**row, "remedy": remedy_of(row["missing"])}) for row in rows]
    return Page[LetterExceptionView].of(items, page, key=lambda one: [one.exception_id])
