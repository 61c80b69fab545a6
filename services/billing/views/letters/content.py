"""What stands on a letter, word for word: the frame that all have, and what its template makes of its facts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from services.billing.domain.billers import Biller
from services.billing.domain.letters import Facts
from services.billing.views.letters import version_1
from services.billing.views.letters.bodies import Body
from services.billing.views.letters.frame import frame
from shared.ids import LetterId
from shared.paper import Language, day

Template = Callable[[str, Facts, Language], Body]
_TEMPLATES: Mapping[int, Template] = {1: version_1.body}
"""By version: a letter is written by the one that it was drawn up by."""


@dataclass(frozen=True, slots=True)
class LetterContent:
    """Everything that a letter says. `across` is on one that was voided."""

    letter_id: LetterId
    language: Language
    biller: Biller
    date: str
    addressee: tuple[str, ...]
    about: tuple[tuple[str, str], ...]
    greeting: str
    body: Body
    questions: str
    closing: str
    across: str | None

    def say(self, name: str, **facts: object) -> str:
        """A phrase of the frame, in the letter's language."""
        return frame(name, self.language, **facts)


def letter_content(row: Any) -> LetterContent:
    """Put a letter that is kept into words."""
    facts, language = row["facts"], row["language"]
    biller = Biller.model_validate(facts["biller"])
    hours = getattr(biller.hours, language)
    address = (part.strip() for part in facts["mailing_address"].split(",", 1))
    number = facts["account_number"]
    return LetterContent(
        letter_id=row["letter_id"],
        language=language,
        biller=biller,
        date=day(row["drawn_up_on"], language),
        addressee=(facts["holder_name"], *address),
        about=(
            (frame("account_number", language), f"{number[:3]} {number[3:6]} {number[6:]}"),
            (frame("service_address", language), facts["service_address"]),
        ),
        greeting=frame("greeting", language, holder=facts["holder_name"]),
        body=_TEMPLATES[row["template_version"]](row["kind"], facts, language),
        questions=frame("questions", language, phone=biller.phone, hours=hours),
        closing=frame("closing", language),
        across=frame("voided", language) if row["state"] == "voided" else None,
    )
