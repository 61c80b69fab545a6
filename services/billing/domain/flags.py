"""What makes a reading stand out: use that runs backwards, stands still, is only guessed, or is not the usual.

Source: rulebook 2; every threshold is policy (practice, not law).
"""

from typing import Literal, NamedTuple

from services.billing.domain.policies import ReadingPolicy, Unit
from services.billing.domain.references import Reference, Use

Flag = Literal["negative", "zero", "stuck", "low", "high", "very_high", "prolonged_estimation"]

WORDS: dict[str, str] = {
    "negative": "The dials show less than before, or more than the next reading.",
    "zero": "Nothing was used, which is not usual here.",
    "stuck": "Nothing moved for the second time in a row: the meter may stand still.",
    "low": "Far less was used than usual.",
    "high": "Far more was used than usual.",
    "very_high": "Very much more was used than usual: a misread, a leak, or a meter that was exchanged.",
    "prolonged_estimation": "Nobody of the utility read this meter for too long.",
}
"""What each says to the person who looks at it."""
THRESHOLDS = {
    "low_percent", "high_percent", "very_high_percent", "high_floor_per_day", "estimates_in_a_row",
    "actual_within_days", "compared_from_days",
}  # fmt: skip
"""The numbers of policy that are kept with a reading that they flagged."""


class Estimated(NamedTuple):
    """How long a meter was not read: guesses in a row, this one among them, and days since it was really read."""

    in_a_row: int
    days_count: int


def use_flags(use: Use, reference: Reference | None, unit: Unit, policy: ReadingPolicy, *, stood: bool) -> list[Flag]:
    """Why use stands out beside the reference; `stood` where the dials did not move in the period before either.

    A house that stands empty is usual where its reference is nothing: nobody is asked about it every month.
    """
    usually_none = reference is not None and reference.use.used == 0
    if use.used == 0:
        zero: list[Flag] = ["zero"] if reference is not None and not usually_none else []
        return [*zero, "stuck"] if stood and not usually_none else zero
    if reference is None:
        return []
    percent = 100 * use.used * reference.use.days_count
    of_usual = reference.use.used * use.days_count
    if use.used > policy.high_floor_per_day.get(unit, 0) * use.days_count:
        if percent >= policy.very_high_percent * of_usual:
            return ["very_high"]
        if percent >= policy.high_percent * of_usual:
            return ["high"]
    return ["low"] if percent <= policy.low_percent * of_usual else []


def estimation_flags(estimated: Estimated, policy: ReadingPolicy) -> list[Flag]:
    """A meter that is only guessed or read by its customer for too long: somebody has to go there."""
    prolonged = estimated.in_a_row >= policy.estimates_in_a_row or estimated.days_count > policy.actual_within_days
    return ["prolonged_estimation"] if prolonged else []
