"""What people ask of letters: draw one up, print it, mark those that were mailed, void one before that."""

from typing import Annotated

from fastapi import Query

from services.billing import commands, views
from services.billing.commands import LetterAnswer, LettersMailed, NewLetter, NewMailings, NewVoiding
from services.billing.views import (
    LetterExceptionView,
    LetterForm,
    LetterKind,
    LetterState,
    LetterSummary,
    LetterView,
)
from shared.auth import Role, permission
from shared.http import HTML, PDF, TEXT, Door, Page, PageQuery, Paper, ReadTx, WriteTx
from shared.ids import AccountId, BillId, LetterId

door = Door()

READ_LETTERS = permission("letters.read", Role.CSR, Role.SENIOR, Role.SUPERVISOR, Role.BILLING)
DRAW_UP_LETTERS = permission("letters.draw_up", Role.CSR, Role.SENIOR, Role.SUPERVISOR, Role.BILLING)
MAIL_LETTERS = permission("letters.mail", Role.CSR, Role.SENIOR, Role.SUPERVISOR, Role.BILLING)
VOID_LETTERS = permission("letters.void", Role.SENIOR, Role.SUPERVISOR, Role.BILLING)


@door.post("/letters", needs=DRAW_UP_LETTERS, status_code=201, idempotent=True)
async def post_letter(tx: WriteTx, body: NewLetter) -> LetterAnswer:
    """Draw up a letter from what is on record; a missing fact is named, and stops it."""
    return await commands.draw_up_letter(tx, body)


@door.get("/letters", needs=READ_LETTERS)
async def list_letters(
    tx: ReadTx, page: PageQuery, *, state: LetterState | None = None, account_id: AccountId | None = None,
    bill_id: BillId | None = None, kind: LetterKind | None = None,
) -> Page[LetterSummary]:  # fmt: skip
    """Letters, newest first; `state=waiting` are those to be mailed."""
    return await views.list_letters(tx, page, state=state, account_id=account_id, bill_id=bill_id, kind=kind)


@door.get("/letters/{letter_id}", needs=READ_LETTERS)
async def get_letter(tx: ReadTx, letter_id: LetterId) -> LetterView:
    """One letter: its words, the facts that were filled in, and when it was mailed."""
    return await views.find_letter(tx, letter_id)


@door.get("/letters/{letter_id}/document", needs=READ_LETTERS, media_types=(PDF, HTML, TEXT))
async def get_letter_document(
    tx: ReadTx, letter_id: LetterId, form: Annotated[LetterForm, Query(alias="format")] = "pdf"
) -> Paper:
    """The letter as the customer gets it: the same bytes whenever it is printed."""
    return await views.find_letter_paper(tx, letter_id, form)


@door.post("/letters/{letter_id}/voiding", needs=VOID_LETTERS, status_code=201, idempotent=True)
async def post_voiding(tx: WriteTx, letter_id: LetterId, body: NewVoiding) -> LetterAnswer:
    """Keep a letter from being mailed; it stays on record with the reason."""
    return await commands.void_letter(tx, letter_id, body)


@door.post("/mailings", needs=MAIL_LETTERS, status_code=201, idempotent=True)
async def post_mailing(tx: WriteTx, body: NewMailings) -> LettersMailed:
    """Mark up to 500 letters as mailed on a day; what is refused is named and does not harm the others."""
    return await commands.mail_letters(tx, body)


@door.get("/letter-exceptions", needs=READ_LETTERS)
async def list_letter_exceptions(
    tx: ReadTx, page: PageQuery, account_id: AccountId | None = None
) -> Page[LetterExceptionView]:
    """Letters that should have followed and lack a fact, and what to do; newest first."""
    return await views.list_letter_exceptions(tx, page, account_id)
