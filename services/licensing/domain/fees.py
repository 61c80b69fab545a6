"""What a license costs: a schedule of parts, each in force from a day and within the range the law gives it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.errors import Conflict, Invalid
from shared.money import dollars

PART_CENTS_MAX = 10_000_000


class FeeOutsideTheLaw(Invalid):
    """A part of a fee stays within the range that the law gives it."""

    remedy = "Set an amount within the range named here; only the legislature can widen it."


class FeePartUnknown(Invalid):
    """Only parts that the schedule has can be given a new amount."""

    remedy = "Read the license type: its fee lists the codes of the parts."


class FeeScheduleLiesBack(Invalid):
    """A fee schedule takes effect today or later; what was published stays as it was."""

    remedy = "Choose a day that is not past."


class FeeScheduleAlreadySet(Conflict):
    """A license type has one fee schedule a day."""

    remedy = "Choose another day for the new schedule."


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class LegalRange(_Data):
    """What a statute lets a part be."""

    citation: str
    least_cents: int = Field(ge=0)
    most_cents: int = Field(ge=0)


class _Part(_Data):
    code: str
    label: str
    law: LegalRange | None = None
    when: dict[str, Any] = Field(default_factory=dict, description="The part is due where every answer is this.")


class FlatPart(_Part):
    """One amount."""

    kind: Literal["flat"]
    amount_cents: int = Field(ge=0, le=PART_CENTS_MAX)


class UnitPart(_Part):
    """An amount for each of what the applicant counts (copies, square feet, chairs)."""

    kind: Literal["per_unit"]
    amount_cents: int = Field(ge=0, le=PART_CENTS_MAX)
    count_field: str


class ChoicePart(_Part):
    """An amount by the applicant's class (the risk type of a kitchen)."""

    kind: Literal["by_choice"]
    choice_field: str
    amounts_cents: dict[str, int]


Part = Annotated[FlatPart | UnitPart | ChoicePart, Field(discriminator="kind")]


class Exemption(_Data):
    """Who pays nothing at all, and by which law."""

    when: dict[str, Any] = Field(min_length=1)
    label: str
    citation: str


class FeeSchedule(_Data):
    """The parts of a fee, in the order they are printed."""

    parts: tuple[Part, ...]
    exemptions: tuple[Exemption, ...] = ()


@dataclass(frozen=True, slots=True)
class FeeLine:
    """One line of an invoice: which part, how many, how much."""

    code: str
    label: str
    quantity: int
    amount_cents: int
    citation: str | None


def price(schedule: FeeSchedule, answers: Mapping[str, Any]) -> tuple[FeeLine, ...]:
    """The lines of the fee for these answers; none where a law exempts the applicant.

    **Source** rulebook 7; dogs: N.J.S.A. 4:19-15.3 (tag; guide and service dogs pay nothing), 4:19-15.3b, 4:19-15.3c,
    4:19-15.12.
    """
    if any(_hold(exemption.when, answers) for exemption in schedule.exemptions):
        return ()
    return tuple(_line(part, answers) for part in schedule.parts if _hold(part.when, answers))


def total_cents(lines: tuple[FeeLine, ...]) -> int:
    """What the lines come to."""
    return sum(line.amount_cents for line in lines)


def check_lawful(schedule: FeeSchedule) -> None:
    """Raise FeeOutsideTheLaw for the first part outside the range of its statute."""
    for part in schedule.parts:
        amounts = part.amounts_cents.values() if isinstance(part, ChoicePart) else (part.amount_cents,)
        law = part.law
        for amount in amounts:
            if law is not None and not law.least_cents <= amount <= law.most_cents:
                raise FeeOutsideTheLaw(
                    field=f"amounts_cents.{part.code}", law=law.citation, given=dollars(amount),
                    least=dollars(law.least_cents), most=dollars(law.most_cents),
                )  # fmt: skip


def reprice(schedule: FeeSchedule, amounts_cents: Mapping[str, int], effective_on: date, today: date) -> FeeSchedule:
    """The schedule with new amounts for some of its parts, from a day on.

    Raises FeeScheduleLiesBack, FeePartUnknown, FeeOutsideTheLaw.
    """
    if effective_on < today:
        raise FeeScheduleLiesBack(field="effective_on", given=effective_on, today=today)
    simple = {part.code for part in schedule.parts if not isinstance(part, ChoicePart)}
    for code in amounts_cents:
        if code not in simple:
            raise FeePartUnknown(field=f"amounts_cents.{code}", known=sorted(simple))
    parts = tuple(
        part.model_copy(update={"amount_cents": amounts_cents[part.code]}) if part.code in amounts_cents else part
        for part in schedule.parts
    )
    repriced = schedule.model_copy(update={"parts": parts})
    check_lawful(repriced)
    return repriced


def _hold(when: Mapping[str, Any], answers: Mapping[str, Any]) -> bool:
    return all(answers.get(field) == wanted for field, wanted in when.items())


def _line(part: FlatPart | UnitPart | ChoicePart, answers: Mapping[str, Any]) -> FeeLine:
    quantity, amount_cents = 1, 0
    match part:
        case FlatPart():
            amount_cents = part.amount_cents
        case UnitPart():
            quantity = int(answers[part.count_field])
            amount_cents = quantity * part.amount_cents
        case ChoicePart():
            amount_cents = part.amounts_cents[str(answers[part.choice_field])]
    return FeeLine(part.code, part.label, quantity, amount_cents, part.law.citation if part.law else None)
