"""Letters: drawn up from facts on record, kept as they were drawn up, then mailed once or voided.

A letter is its kind, the version of its template and the facts that were filled in: from these it is written alike
for ever. Source: rulebook 8 (a missing fact stops sending), rulebook 9 (kept as sent, with the date of mailing).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal
from uuid import UUID

from shared.errors import Conflict, Invalid, NotFound
from shared.ids import AccountId, BillId, LetterId

Kind = Literal[
    "high_bill_findings", "bill_explanation", "adjustment", "cancellation", "dispute_decision", "meter_test_result"
]
State = Literal["waiting", "mailed", "voided"]
Language = Literal["en", "es"]
Facts = Mapping[str, Any]

TEMPLATE_VERSION = 1
"""What letters are written by from now on; those of earlier versions are written by theirs."""

ADDRESSED = ("account_number", "holder_name", "mailing_address", "service_address", "biller")
"""Facts that every letter needs."""
NEEDED: Mapping[Kind, tuple[str, ...]] = {
    "high_bill_findings": ("bill", "now", "beside", "reasons", "next_step"),
    "bill_explanation": ("bill", "lines"),
    "adjustment": ("form", "cause", "cents_by_service"),
    "cancellation": ("reason_code", "bill"),
    "dispute_decision": ("outcome", "cents_by_service", "bill"),
    "meter_test_result": ("finding", "meter_serial", "tested_on"),
}
_KNOWN_TO_ACCOUNTS = "Put the account right in accounts; when billing has heard of it, draw the letter up again."
_REMEDIES: Mapping[str, str] = {
    **dict.fromkeys(ADDRESSED, _KNOWN_TO_ACCOUNTS),
    "beside": "There is no earlier bill to hold it beside: draw up the kind bill_explanation instead.",
    "due_on": "Read the adjustment: what it added has no last day to pay; post it again.",
}
_ON_RECORD = "Put the fact on record where it belongs; then draw the letter up again."


class FactMissing(Conflict):
    """A letter states facts that are on record; a missing one stops it."""

    def __init__(self, kind: Kind, missing: tuple[str, ...]) -> None:
        super().__init__(field="about_id", kind=kind, missing=", ".join(missing))
        self.remedy = remedy_of(missing)


class LetterUnknown(NotFound):
    """A letter is known by its id."""

    remedy = "List the letters of the account, and choose from there."


class NothingToWriteAbout(NotFound):
    """A letter is about something that is on record and decided."""

    remedy = "Check the kind and the id; what is proposed is written about when it was decided."


class LetterAlreadyDrawnUp(Conflict):
    """A matter has one letter of a kind."""

    remedy = "Mail the one that is there, or print it again; to write it anew, void it first if it was not mailed."


class LetterAlreadyMailed(Conflict):
    """A letter is mailed once, and what was mailed is not taken back."""

    remedy = "Nothing is to be done: its date of mailing is on record. Another copy is printed from its document."


class LetterWasVoided(Conflict):
    """A voided letter is neither mailed nor voided again."""

    remedy = "Read the letter: it says who voided it and why. Draw up another if one is needed."


class MailedInTheFuture(Invalid):
    """The date of mailing is a day that has come."""

    remedy = "Give the day of the postmark; mark the letter when it was mailed."


class MailedBeforeDrawnUp(Invalid):
    """Nothing is mailed before it is drawn up."""

    remedy = "Give the day of the postmark: the day on which it was drawn up, or a later one."


@dataclass(frozen=True, slots=True)
class Matter:
    """What a letter is to be about: what is on record of it, and the language in which it is written."""

    about_id: UUID
    account_id: AccountId
    bill_id: BillId | None
    language: Language
    facts: Facts


@dataclass(frozen=True, slots=True)
class Letter:
    """Where a letter that was drawn up stands."""

    letter_id: LetterId
    account_id: AccountId
    kind: Kind
    state: State
    drawn_up_on: date


def missing_of(kind: Kind, facts: Facts) -> tuple[str, ...]:
    """The facts that the letter needs and that are not on record. What is charged needs its last day to pay."""
    needed = (*ADDRESSED, *NEEDED[kind], *(("due_on",) if facts.get("form") == "back_bill" else ()))
    return tuple(name for name in needed if facts.get(name) in (None, "", [], {}))


def remedy_of(missing: tuple[str, ...] | list[str]) -> str:
    """What to do about missing facts."""
    return " ".join(dict.fromkeys(_REMEDIES.get(name, _ON_RECORD) for name in missing))


def check_facts(kind: Kind, facts: Facts) -> None:
    """Raises FactMissing."""
    if missing := missing_of(kind, facts):
        raise FactMissing(kind, missing)


def check_mailing(letter: Letter, mailed_on: date, today: date) -> None:
    """Raises LetterAlreadyMailed, LetterWasVoided, MailedInTheFuture, MailedBeforeDrawnUp."""
    check_waiting(letter)
    if mailed_on > today:
        raise MailedInTheFuture(field="mailed_on", mailed_on=mailed_on, today=today)
    if mailed_on < letter.drawn_up_on:
        raise MailedBeforeDrawnUp(field="mailed_on", mailed_on=mailed_on, drawn_up_on=letter.drawn_up_on)


def check_waiting(letter: Letter) -> None:
    """Raises LetterAlreadyMailed, LetterWasVoided."""
    if letter.state == "mailed":
        raise LetterAlreadyMailed(field="letter_id", letter_id=letter.letter_id)
    if letter.state == "voided":
        raise LetterWasVoided(field="letter_id", letter_id=letter.letter_id)
