"""The numbers that the town sets for its bills and debts, with the limits of law: data with a date, never constants."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared.errors import Conflict, Invalid
from shared.events.fields import CentsOwed
from shared.events.payments import Tender

Pack = Literal["nj-municipal", "nj-bpu"]
Correction = Literal[
    "cancellation", "leak", "high_bill", "meter_error", "penalty_waiver", "courtesy", "back_bill", "write_off"
]
Service = Literal["water", "sewer", "electric", "other"]
Unit = Literal["hcf", "ccf", "kgal", "gal", "cf", "kwh"]
PerDay = Annotated[int, Field(ge=0, le=10**9)]
Year = Annotated[str, Field(pattern=r"^(19|20|21)[0-9]{2}$")]


class PolicyBreaksLaw(Invalid):
    """A policy may not take from customers what a law gives them."""

    remedy = "Set the policy within the limit that is named, and give it a later date if it is to change."


class PolicyAlreadyInForce(Conflict):
    """A pack has one version that begins on a day."""

    remedy = "Give the new version a later first day."


class PolicyUnsound(Invalid):
    """A policy gives every number, each within its bounds."""

    remedy = "Correct the number that is named, and send the policy again."


class _Numbers(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ReadingPolicy(_Numbers):
    """What makes a reading stand out (practice). Percentages are of the reference: the usual use a day.

    `rollover_per_day_max` is what a meter can pass in a day, by unit: more than that was no turn of the dials.
    Use is compared over at least `compared_from_days`; with a year ago, if a reading lies within `season_within_days`
    of the same day and at least `season_from_days` of actual reads end with it.
    """

    clock_skew_minutes: int = Field(ge=0, le=1440)
    compared_from_days: int = Field(ge=1, le=366)
    season_within_days: int = Field(ge=0, le=90)
    season_from_days: int = Field(ge=1, le=366)
    peers_from_count: int = Field(ge=1, le=10_000)
    estimates_in_a_row: int = Field(ge=1, le=100)
    actual_within_days: int = Field(ge=1, le=3660)
    low_percent: int = Field(ge=0, le=100)
    high_percent: int = Field(ge=101, le=10_000)
    very_high_percent: int = Field(ge=101, le=100_000)
    high_floor_per_day: dict[Unit, PerDay]
    rollover_per_day_max: dict[Unit, PerDay]


class CorrectionPolicy(_Numbers):
    """Who must agree to a correction, and what a review of bills shows as standing out (practice).

    An amount above `approval_over_cents` needs another person. A bill stands out against the one of a year ago, or
    else the last one, by percentages of cents a day, unless both are below the floor.
    """

    approval_over_cents: dict[Correction, CentsOwed] = Field(min_length=8, max_length=8)
    run_released_by: Literal["anybody", "another_person"]
    review_high_percent: int = Field(ge=101, le=10_000)
    review_low_percent: int = Field(ge=0, le=99)
    review_floor_cents: CentsOwed
    upheld_due_after_days: int = Field(ge=1, le=365)


class MeterTestPolicy(_Numbers):
    """When a tested meter is fast, by what it measures, and for which part of the time since it was right (verify)."""

    fast_over_hundredths: dict[Service, Annotated[int, Field(ge=0, le=10_000)]] = Field(min_length=4, max_length=4)
    unknown_since_percent: int = Field(ge=1, le=100)


class DepositPolicy(_Numbers):
    """What may be asked as a deposit, when it is looked at again, and what it earns (N.J.A.C. 14:3-3.4 and 3.5).

    At a review it is given back if nothing is past due and at most `notices_at_most` notices were sent since the last.
    `interest_hundredths` is the table: hundredths of a percent from January 1 of a year, until a later year is named.
    """

    at_most_monthly_bills: int = Field(ge=0, le=12)
    review_after_years: dict[Literal["residential", "other"], Annotated[int, Field(ge=1, le=10)]] = Field(
        min_length=2, max_length=2
    )
    notices_at_most: int = Field(ge=0, le=100)
    interest_hundredths: dict[Year, Annotated[int, Field(ge=0, le=10_000)]] = Field(min_length=1, max_length=200)


class BudgetPolicy(_Numbers):
    """How a year's charges are spread over equal months (rulebook 3), and when that ends early (practice; verify).

    An amount is reckoned from at least `history_from_days` of bills. Further off than `review_over_percent` of a year
    it is looked at again. The last bill ends at most `true_up_within_days` before the plan's year does.
    """

    months_at_least: int = Field(ge=10, le=12)
    months_at_most: int = Field(ge=10, le=12)
    history_from_days: int = Field(ge=1, le=366)
    round_up_to_cents: int = Field(ge=1, le=100_00)
    review_over_percent: int = Field(ge=1, le=1_000)
    ends_after_missed: int = Field(ge=1, le=12)
    true_up_within_days: int = Field(ge=0, le=60)


class RefundPolicy(_Numbers):
    """After how many days since it was received a payment counts as cleared, by the way it came (practice)."""

    cleared_after_days: dict[Tender, Annotated[int, Field(ge=0, le=365)]] = Field(
        min_length=len(Tender), max_length=len(Tender)
    )


class Policy(_Numbers):
    """What billing goes by on one day."""

    due_after_days: int = Field(ge=0, le=365)
    notice_after_due_days: int = Field(ge=0, le=365)
    shutoff_after_notice_days: int = Field(ge=0, le=365)
    shutoff_after_return_days: int = Field(ge=1, le=365)
    arrears_over_cents: int = Field(ge=0, le=10**9)
    arrears_over_days: int = Field(ge=0, le=3650)
    confirmation_good_for_minutes: int = Field(ge=1, le=60)
    first_bill_held_for: list[Literal["turn_on", "conversion"]] = Field(max_length=2)
    service_priority: list[Literal["water", "sewer", "electric", "other"]] = Field(min_length=4, max_length=4)
    readings: ReadingPolicy
    corrections: CorrectionPolicy
    meter_tests: MeterTestPolicy
    deposits: DepositPolicy
    refunds: RefundPolicy
    budget_plans: BudgetPolicy


def policy_from(body: Mapping[str, Any]) -> Policy:
    """The policy in a document. Raises PolicyUnsound naming the first number that is wrong."""
    try:
        return Policy.model_validate(body)
    except ValidationError as wrong:
        first = wrong.errors(include_url=False, include_context=False, include_input=False)[0]
        raise PolicyUnsound(field=".".join(["body", *map(str, first["loc"])]), found=first["msg"]) from None


def check_lawful(pack: Pack, policy: Policy) -> None:
    """Refuse what the law does not allow. Raises PolicyBreaksLaw naming the law.

    Source: N.J.S.A. 40A:31-12 (water may be shut off when unpaid 30 days after due, on 10 days' written notice);
    N.J.A.C. 14:3-3A.3 (notice not before 20 days after the bill, shut-off not before 10 days after the notice,
    arrears over $200 or over three months); N.J.A.C. 14:3-4.6 (a water meter is fast above 1.5 %, any other above 2 %);
    N.J.A.C. 14:3-3.4(b), 3.5(a) (a deposit is two average monthly bills, reviewed every year or two).
    """
    _check_deposits(policy.deposits)
    for measured, hundredths in policy.meter_tests.fast_over_hundredths.items():
        most = 150 if measured == "water" else 200
        if hundredths > most:
            field = f"body.meter_tests.fast_over_hundredths.{measured}"
            raise PolicyBreaksLaw(field=field, given=hundredths, at_most=most, law="N.J.A.C. 14:3-4.6")
    if pack == "nj-municipal":
        law = "N.J.S.A. 40A:31-12"
        _at_least("notice_after_due_days", policy.notice_after_due_days, 30, law)
    else:
        law = "N.J.A.C. 14:3-3A.3"
        _at_least("due_after_days", policy.due_after_days + policy.notice_after_due_days, 20, law)
        _at_least("arrears_over_cents", policy.arrears_over_cents, 200_00, law)
        _at_least("arrears_over_days", policy.arrears_over_days, 90, law)
    _at_least("shutoff_after_notice_days", policy.shutoff_after_notice_days, 10, law)


def _check_deposits(policy: DepositPolicy) -> None:
    _at_most("deposits.at_most_monthly_bills", policy.at_most_monthly_bills, 2, "N.J.A.C. 14:3-3.4(b)")
    for kind, years in policy.review_after_years.items():
        most = 1 if kind == "residential" else 2
        _at_most(f"deposits.review_after_years.{kind}", years, most, "N.J.A.C. 14:3-3.5(a)")


def _at_most(field: str, given: int, most: int, law: str) -> None:
    if given > most:
        raise PolicyBreaksLaw(field=f"body.{field}", given=given, at_most=most, law=law)


def _at_least(field: str, given: int, least: int, law: str) -> None:
    if given < least:
        raise PolicyBreaksLaw(field=f"body.{field}", given=given, at_least=least, law=law)
