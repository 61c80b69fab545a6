"""The history of names and mailing addresses, and the nightly files that were made of it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from services.accounts.domain.accounts import PersonUnknown
from services.accounts.domain.nightly import FileUnknown, Line, text_of
from services.accounts.views.of_account import find_of_account
from shared.http import Page
from shared.http.pages import PageRequest
from shared.ids import AccountId, PersonId
from shared.postgres import Reader

_NAMES = """
SELECT p.person_id, p.name, p.version, coalesce((
    SELECT jsonb_agg(to_jsonb(c) - 'person_id' ORDER BY c.effective_on, c.change_id)
    FROM name_changes c WHERE c.person_id = p.person_id), '[]') AS changes
FROM people p WHERE p.person_id = $1
"""
_ADDRESSES = """
SELECT a.account_id, a.mailing_address, a.version, coalesce((
    SELECT jsonb_agg(to_jsonb(c) || jsonb_build_object('file_number', l.file_number)
                     ORDER BY c.effective_on, c.change_id)
    FROM address_changes c JOIN data_processing_lines l USING (change_id)
    WHERE c.account_id = a.account_id), '[]') AS changes
FROM accounts a WHERE a.account_id = $1
"""
_FILES = """
SELECT file_number, made_at, lines_count, sha256 FROM data_processing_files WHERE file_number > $1
ORDER BY file_number LIMIT $2
"""
_FILE = "SELECT file_number, made_at, lines_count, sha256 FROM data_processing_files WHERE file_number = $1"
_LINES = """
SELECT a.account_number, c.mailing_address, c.former_address, c.effective_on, c.recorded_at, c.change_id
FROM data_processing_lines l JOIN address_changes c USING (change_id) JOIN accounts a USING (account_id)
WHERE l.file_number = $1
"""


class ChangeLine(BaseModel):
    """One change, as it was recorded; it is never rewritten."""

    change_id: UUID
    effective_on: date = Field(description="The first day on which it holds.")
    evidence: str
    recorded_at: datetime
    recorded_by: str


class NameChange(ChangeLine):
    """A change of name."""

    name: str
    former_name: str


class AddressChange(ChangeLine):
    """A change of mailing address."""

    mailing_address: str
    former_address: str
    file_number: int | None = Field(description="The file for data processing that has it; null: the next one will.")


class NameHistory(BaseModel):
    """The name of a person, and all its changes by the day from which they hold."""

    person_id: PersonId
    name: str = Field(description="The one that holds now.")
    version: int
    changes: list[NameChange]


class AddressHistory(BaseModel):
    """Where an account's bills go, and all changes of it by the day from which they hold."""

    account_id: AccountId
    mailing_address: str = Field(description="The one that holds now.")
    version: int
    changes: list[AddressChange]


class DataProcessingFileLine(BaseModel):
    """A nightly file in a list."""

    file_number: int
    made_at: datetime
    lines_count: int
    sha256: str = Field(description="Of the file's bytes in UTF-8.")


class DataProcessingFile(DataProcessingFileLine):
    """A nightly file with its text."""

    csv: str = Field(description="RFC 4180, with a header; lines end with CR LF.")


async def find_name_history(tx: Reader, person_id: PersonId) -> NameHistory:
    """The names of a person. Raises PersonUnknown."""
    row = await tx.fetchrow(_NAMES, person_id)
    if row is None:
        raise PersonUnknown(field="person_id", person_id=person_id)
    return NameHistory.model_validate(dict(row))


async def find_address_history(tx: Reader, account_id: AccountId) -> AddressHistory:
    """The mailing addresses of an account. Raises AccountUnknown."""
    return await find_of_account(tx, AddressHistory, _ADDRESSES, account_id)


async def list_data_processing_files(tx: Reader, page: PageRequest) -> Page[DataProcessingFileLine]:
    """The files that were made, by number."""
    rows = await tx.fetch(_FILES, page.after[0] if page.after else 0, page.limit)
    files = [DataProcessingFileLine.model_validate(dict(row)) for row in rows]
    return Page.of(files, page, key=lambda file: [file.file_number])


async def find_data_processing_file(tx: Reader, file_number: int) -> DataProcessingFile:
    """One file, made again from the rows that it took. Raises FileUnknown."""
    row: Any = await tx.fetchrow(_FILE, file_number)
    if row is None:
        raise FileUnknown(field="file_number", file_number=file_number)
    lines = [Line(*line.values()) for line in await tx.fetch(_LINES, file_number)]
    return DataProcessingFile(csv=text_of(lines), **dict(row))
