"""Letters: drawn up by kind from what is on record, marked as mailed, or voided before that."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.billing import store
from services.billing.domain import letters
from services.billing.domain.explanations import explain, label_of
from services.billing.domain.high_bills import findings
from services.billing.domain.letters import (
    Kind,
    Language,
    LetterAlreadyDrawnUp,
    LetterUnknown,
    Matter,
    NothingToWriteAbout,
    State,
)
from services.billing.domain.lines import line_from
from shared.errors import Refusal
from shared.events.fields import Day, Sentence
from shared.ids import AccountId, BillId, LetterId
from shared.postgres import Tx

LETTERS_MAX = 500
REBILLED = "The bill was made anew before this was mailed: another letter names the new bill."


class NewLetter(BaseModel):
    """A letter that somebody wants drawn up."""

    model_config = ConfigDict(extra="forbid")

    kind: Kind
    about_id: UUID = Field(
        description="The bill (findings, explanation), adjustment, cancellation, dispute, or meter test's order."
    )
    language: Language | None = Field(None, description="Else that of the account's last letter, or English.")


class NewMailings(BaseModel):
    """Letters that were mailed, and the day of the postmark."""

    model_config = ConfigDict(extra="forbid")

    letter_ids: Annotated[list[LetterId], Field(min_length=1, max_length=LETTERS_MAX)]
    mailed_on: Day


class NewVoiding(BaseModel):
    """Why a letter is not to be mailed."""

    model_config = ConfigDict(extra="forbid")

    why: Sentence


class LetterAnswer(BaseModel):
    """Where a letter stands."""

    letter_id: LetterId
    account_id: AccountId
    kind: Kind
    state: State


class MailingRefused(BaseModel):
    """A letter that was not marked as mailed."""

    letter_id: LetterId
    field: str | None
    rule: str
    remedy: str


class LettersMailed(BaseModel):
    """What became of each letter."""

    mailed: list[LetterId]
    refused: list[MailingRefused]


async def draw_up_letters(tx: Tx, kind: Kind, about_ids: Collection[UUID]) -> None:
    """Draw up the letters that follow what was just decided, for many at once.

    What was decided stands also where a fact is missing: then the letter is an exception, which names the fact.
    """
    if not about_ids:
        return
    matters = await _find_matters(tx, kind, about_ids)
    lacking = [(one, missing) for one in matters if (missing := letters.missing_of(kind, one.facts))]
    held_up = {one.about_id for one, _ in lacking}
    await store.insert_letters(tx, kind, [one for one in matters if one.about_id not in held_up])
    await store.insert_letter_exceptions(tx, kind, lacking)


async def draw_up_letter(tx: Tx, new: NewLetter) -> LetterAnswer:
    """Draw up a letter that a person asks for. Raises NothingToWriteAbout, FactMissing, LetterAlreadyDrawnUp."""
    matters = await _find_matters(tx, new.kind, [new.about_id], new.language)
    if not matters:
        raise NothingToWriteAbout(field="about_id", kind=new.kind, about_id=new.about_id)
    [matter] = matters
    letters.check_facts(new.kind, matter.facts)
    drawn = await store.insert_letters(tx, new.kind, matters)
    if not drawn:
        raise LetterAlreadyDrawnUp(field="about_id", kind=new.kind, about_id=new.about_id)
    await tx.audit(drawn[0], "letter.drawn_up", after={"kind": new.kind, "about_id": str(new.about_id)})
    return LetterAnswer(letter_id=drawn[0], account_id=matter.account_id, kind=new.kind, state="waiting")


async def redraw_cancellation_letters(tx: Tx, bill_ids: Collection[BillId]) -> None:
    """Bills were made anew: letters that still wait give way to those that name the new bills."""
    waiting = await store.lock_waiting_letters(tx, "cancellation", bill_ids)
    await store.save_voided(tx, list(waiting), REBILLED)
    await draw_up_letters(tx, "cancellation", list(waiting.values()))


async def mail_letters(tx: Tx, new: NewMailings) -> LettersMailed:
    """Mark letters as mailed; what is refused does not harm the others. A single one that is refused is a refusal.

    Raises LetterUnknown, LetterAlreadyMailed, LetterWasVoided, MailedInTheFuture, MailedBeforeDrawnUp.
    """
    wanted = list(dict.fromkeys(new.letter_ids))
    known = await store.lock_letters(tx, wanted)
    refused = _check_mailings(wanted, known, new.mailed_on, tx.today)
    if len(wanted) == 1 and refused:
        raise refused[0][1]
    unfit = {letter_id for letter_id, _ in refused}
    mailed = [letter_id for letter_id in wanted if letter_id not in unfit]
    await store.save_mailings(tx, mailed, new.mailed_on)
    after = {"mailed_on": new.mailed_on.isoformat(), "letter_ids": [str(one) for one in mailed]}
    await tx.audit("letters", "letters.mailed", after=after)
    return LettersMailed(
        mailed=mailed,
        refused=[
            MailingRefused(letter_id=letter_id, field=why.field, rule=why.rule, remedy=why.remedy)
            for letter_id, why in refused
        ],
    )


async def void_letter(tx: Tx, letter_id: LetterId, new: NewVoiding) -> LetterAnswer:
    """Keep a letter from being mailed. Raises LetterUnknown, LetterAlreadyMailed, LetterWasVoided."""
    letter = (await store.lock_letters(tx, [letter_id])).get(letter_id)
    if letter is None:
        raise LetterUnknown(field="letter_id", letter_id=letter_id)
    letters.check_waiting(letter)
    await store.save_voided(tx, [letter_id], new.why)
    await tx.audit(letter_id, "letter.voided", why=new.why)
    return LetterAnswer(letter_id=letter_id, account_id=letter.account_id, kind=letter.kind, state="voided")


def _check_mailings(
    wanted: Sequence[LetterId], known: dict[LetterId, letters.Letter], mailed_on: date, today: date
) -> list[tuple[LetterId, Refusal]]:
    refused: list[tuple[LetterId, Refusal]] = []
    for letter_id in wanted:
        try:
            if letter_id not in known:
                raise LetterUnknown(field="letter_ids", letter_id=letter_id)
            letters.check_mailing(known[letter_id], mailed_on, today)
        except Refusal as why:
            refused.append((letter_id, why))
    return refused


async def _find_matters(
    tx: Tx, kind: Kind, about_ids: Collection[UUID], language: Language | None = None
) -> list[Matter]:
    """What the letters are about; what has to be reckoned or put into words is added to what is on record."""
    matters = await store.find_matters(tx, kind, about_ids, language)
    if kind == "bill_explanation":
        lines = await store.find_bill_lines(tx, [one.about_id for one in matters])
        return [_explained(one, lines.get(one.about_id, [])) for one in matters]
    if kind == "high_bill_findings":
        questioned = await store.find_questioned(tx, [BillId(one.about_id) for one in matters])
        return [replace(one, facts={**one.facts, **findings(questioned[BillId(one.about_id)])}) for one in matters]
    return matters


def _explained(matter: Matter, lines: list[list[object]]) -> Matter:
    """The lines in the letter's words: they are kept as they were said."""
    said = []
    for line in map(line_from, lines):
        label = label_of(line, matter.language)
        in_words = explain(line, matter.language).removeprefix(f"{label}: ")
        said.append({"label": label, "in_words": in_words, "cents": line.amount_cents})
    return replace(matter, facts={**matter.facts, "lines": said})
