"""Lists of accounts: by number page for page, or those that are most like what somebody typed."""

from datetime import date
from typing import Any

from pydantic import BaseModel, Field

from services.accounts.domain.search import Question, understood
from shared.http import Page
from shared.http.pages import PageRequest
from shared.ids import AccountId, AccountNumber
from shared.postgres import Reader

LIKENESS_MIN = 0.3
"""What is less like it than this is noise."""

_COLUMNS = """
SELECT a.account_id, a.account_number, h.name AS holder_name, p.street_address AS service_address, p.block, p.lot,
       p.qualifier, a.closed_on, {likeness} AS likeness
FROM {source} JOIN people h ON h.person_id = a.holder_id JOIN premises p ON p.premise_id = a.premise_id
"""
_PAGE = (
    _COLUMNS.format(likeness="NULL::float8", source="accounts a")
    + """
WHERE a.account_number > $1 ORDER BY a.account_number LIMIT $2
"""
)
_BY_NUMBER = _COLUMNS.format(likeness="1::float8", source="accounts a") + "WHERE a.account_number = $1"
_BY_PARCEL = (
    _COLUMNS.format(likeness="1::float8", source="accounts a")
    + """
WHERE lower(p.block) = lower($1) AND lower(p.lot) = lower($2) AND ($3::text IS NULL OR lower(p.qualifier) = lower($3))
ORDER BY a.closed_on IS NOT NULL, a.account_number LIMIT $4
"""
)
_NEAREST = """
(SELECT n.account_id, (
     SELECT avg(strict_word_similarity(word, n.document)) FROM unnest(string_to_array($1, ' ')) AS word) AS likeness
 FROM (SELECT account_id, document FROM account_documents ORDER BY document <->> $1 LIMIT $2) n) l
JOIN accounts a USING (account_id)
"""
_BY_LIKENESS = (
    _COLUMNS.format(likeness="l.likeness", source=_NEAREST)
    + """
WHERE l.likeness >= $3 ORDER BY l.likeness DESC, a.closed_on IS NOT NULL, a.account_number LIMIT $4
"""
)


class FoundAccount(BaseModel):
    """An account in a list."""

    account_id: AccountId
    account_number: AccountNumber
    holder_name: str
    service_address: str
    block: str | None
    lot: str | None
    qualifier: str | None
    closed_on: date | None
    likeness: float | None = Field(description="From 0 to 1, how like it is to what was typed; null in a plain list.")


async def list_accounts(tx: Reader, typed: str | None, page: PageRequest) -> Page[FoundAccount]:
    """Accounts by number; or the best `limit` of those that are like what somebody typed, as one page.

    Raises NothingToFind.
    """
    if typed is None:
        rows = await tx.fetch(_PAGE, page.after[0] if page.after else "", page.limit)
        return Page.of([_found(row) for row in rows], page, key=lambda found: [found.account_number])
    found = [_found(row) for row in await _like(tx, understood(typed), page.limit)]
    return Page(items=found)


async def _like(tx: Reader, question: Question, limit: int) -> list[Any]:
    if question.number is not None:
        return await tx.fetch(_BY_NUMBER, question.number)
    if question.block is not None:
        return await tx.fetch(_BY_PARCEL, question.block, question.lot, question.qualifier, limit)
    return await tx.fetch(_BY_LIKENESS, question.words, 4 * limit, LIKENESS_MIN, limit)


def _found(row: Any) -> FoundAccount:
    return FoundAccount.model_validate(dict(row))
