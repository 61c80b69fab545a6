"""How facts are written in a letter: days, amounts, percentages, and phrases with their facts filled in."""

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any, Protocol

from services.billing.domain.letters import Facts
from services.billing.views.letters.bodies import Row
from services.billing.views.letters.version_1.phrases import PHRASES
from shared.money import dollars
from shared.paper import Language, day

_SERVICES = ("water", "sewer", "electric", "other")


class Say(Protocol):
    """A phrase in one language, its facts filled in."""

    def __call__(self, name: str, **facts: object) -> str:
        """The phrase of this name."""


def speaker(language: Language) -> Say:
    """Phrases in this language."""
    return partial(_say, language)


def day_of(written: str, language: Language) -> str:
    """A day as people read it."""
    return day(date.fromisoformat(written), language)


def period_of(bill: Mapping[str, Any], language: Language) -> dict[str, str]:
    """A bill's first and last day, and what it asked."""
    return {
        "start": day_of(bill["period_start_on"], language),
        "end": day_of(bill["period_end_on"], language),
        "total": dollars(bill["total_cents"]),
    }


def percent_of(hundredths: int) -> str:
    """215 is 2.15, -300 is 3."""
    return f"{abs(hundredths) // 100}.{abs(hundredths) % 100:02d}".rstrip("0").rstrip(".")


def by_service(facts: Facts, say: Say) -> list[Row]:
    """What it is of each service, in the order of a bill."""
    cents = facts["cents_by_service"]
    return [Row(say(service), dollars(cents[service])) for service in _SERVICES if service in cents]


def balance_said(facts: Facts, say: Say) -> tuple[str, ...]:
    """What the account comes to after it, where the ledger knows it."""
    cents = facts.get("balance_cents")
    if cents is None:
        return ()
    name = "balance_owed" if cents > 0 else "balance_credit" if cents < 0 else "balance_none"
    return (say(name, amount=dollars(abs(cents))),)


def _say(language: Language, name: str, **facts: object) -> str:
    english, spanish = PHRASES[name]
    return (english if language == "en" else spanish).format(**facts)
