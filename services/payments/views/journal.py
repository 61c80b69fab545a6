"""The own books of one day: every movement has two sides, so a day always sums to zero."""

from datetime import date

from pydantic import BaseModel, Field

from shared.postgres import Reader

_BOOKS = """
SELECT book, sum(debit)::bigint AS debit_cents, sum(credit)::bigint AS credit_cents, count(*) AS entries_count
FROM (
    SELECT debit_book AS book, amount_cents AS debit, 0 AS credit FROM entries WHERE booked_on = $1
    UNION ALL
    SELECT credit_book, 0, amount_cents FROM entries WHERE booked_on = $1
) AS sides
GROUP BY book ORDER BY book
"""


class JournalLine(BaseModel):
    """One book on one day."""

    book: str
    debit_cents: int = Field(description="What it gained.")
    credit_cents: int = Field(description="What it gave.")
    entries_count: int


class JournalDay(BaseModel):
    """All books on one day."""

    booked_on: date
    lines: list[JournalLine]
    debit_cents: int
    credit_cents: int
    difference_cents: int = Field(description="Always nothing.")


async def find_journal_day(reader: Reader, booked_on: date) -> JournalDay:
    """The journal of a day; a day on which nothing came has no lines."""
    lines = [JournalLine.model_validate(dict(row)) for row in await reader.fetch(_BOOKS, booked_on)]
    debit, credit = sum(line.debit_cents for line in lines), sum(line.credit_cents for line in lines)
    return JournalDay(
        booked_on=booked_on, lines=lines, debit_cents=debit, credit_cents=credit, difference_cents=debit - credit
    )
