"""Safety flags: a crew and a counter take care. Set by a supervisor with the facts; it lapses by itself.

Never told in an event, never on a bill, a letter, a license decision or a public page (rulebook 1).
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from shared.errors import Conflict, Invalid, NotFound
from shared.ids import AccountId

LAPSED = "review_date_passed"


class Measure(StrEnum):
    """What is done about it."""

    TWO_PERSON_CREW = "two_person_crew"
    POLICE_ESCORT = "police_escort"
    CALL_AHEAD = "call_ahead"
    COUNTER_ONLY = "counter_only"


class ReviewIsToCome(Invalid):
    """A safety flag has a review date to come: on it the flag lapses, unless it is set again."""

    remedy = "Send a day after today as review_on."


class FlagStandsAlready(Conflict):
    """An account has one safety flag at a time."""

    remedy = "Lift the one that stands, then set the new one."


class FlagUnknown(NotFound):
    """The account has no such safety flag that stands."""

    remedy = "List the account's safety flags; take flag_id from there."


@dataclass(frozen=True, slots=True)
class Flag:
    """What happened, what is done about it, and until when it is believed."""

    flag_id: UUID
    account_id: AccountId
    facts: str
    measures: tuple[Measure, ...]
    review_on: date


def check_review(flag: Flag, today: date) -> None:
    """Raises ReviewIsToCome."""
    if flag.review_on <= today:
        raise ReviewIsToCome(field="review_on", review_on=flag.review_on)
