"""Letters as people look them up, and as the customer gets them: on paper, as a page, or as plain text."""

from functools import partial
from pathlib import Path
from typing import Literal

from services.billing.domain.letters import LetterUnknown
from services.billing.views.letters.content import LetterContent, letter_content
from services.billing.views.letters.listed import (
    LetterExceptionView,
    LetterKind,
    LetterState,
    LetterSummary,
    LetterView,
    find_letter,
    list_letter_exceptions,
    list_letters,
)
from services.billing.views.letters.plain import plain_letter
from services.billing.views.letters.sheet import letter_sheet
from shared.http import HTML, PDF, TEXT, Paper
from shared.ids import LetterId
from shared.paper import page_of, policy_of_pages
from shared.postgres import Reader

LetterForm = Literal["pdf", "html", "text"]

_TEMPLATE = Path(__file__).parent / "letter.html"
_FIND = """
SELECT letter_id, kind, state, language, template_version, facts, drawn_up_on FROM letters WHERE letter_id = $1
"""

__all__ = [
    "LetterExceptionView",
    "LetterForm",
    "LetterKind",
    "LetterState",
    "LetterSummary",
    "LetterView",
    "find_letter",
    "find_letter_paper",
    "list_letter_exceptions",
    "list_letters",
]


async def find_letter_paper(reader: Reader, letter_id: LetterId, form: LetterForm) -> Paper:
    """The letter as it was drawn up, not drawn yet. Raises LetterUnknown."""
    row = await reader.fetchrow(_FIND, letter_id)
    if row is None:
        raise LetterUnknown(field="letter_id", letter_id=letter_id)
    content = letter_content(row)
    name = f"letter-{letter_id}"
    if form == "pdf":
        return Paper(PDF, content.language, f"{name}.pdf", partial(letter_sheet, content))
    if form == "text":
        return Paper(TEXT, content.language, f"{name}.txt", partial(plain_letter, content))
    return Paper(HTML, content.language, f"{name}.html", partial(_page, content), policy_of_pages())


def _page(content: LetterContent) -> bytes:
    return page_of(_TEMPLATE, content.language, letter=content)
