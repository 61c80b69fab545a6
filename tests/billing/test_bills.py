"""Making a bill of what a run finds, or saying why it cannot be made."""

import re
from datetime import date
from typing import Any, get_args
from uuid import UUID

import pytest

from services.billing.domain.bills import Alike, Version, due_on, make
from services.billing.domain.exact import Exact
from services.billing.domain.explanations import explain, explain_use
from services.billing.domain.explanations.catalog import Catalog
from services.billing.domain.explanations.english import ENGLISH
from services.billing.domain.explanations.spanish import SPANISH
from services.billing.domain.policies import Unit
from services.billing.domain.rating import Basis
from services.billing.domain.unbillable import (
    AccountNotKnown,
    CannotBill,
    NoReadingToBill,
    NoTariffInForce,
    NothingToMeasureFrom,
    ReadingAwaitsReview,
    UnitNotPriced,
    UseRunsBackwards,
)
from shared.calendar import new_jersey
from shared.ids import AccountId, BillId, TariffId
from tests.billing.bills import VERSION, bill, found, mark
from tests.billing.policies import BPU, MUNICIPAL
from tests.billing.tariffs import NYC_RULE, fixed, per_unit, tariff, tiers


def test_a_bill_is_made_of_two_readings_and_a_tariff() -> None:
    made = bill(1)
    assert (made.period_start_on, made.period_end_on) == (date(2026, 1, 31), date(2026, 3, 2))
    assert (str(made.quantity), made.unit, made.quality) == ("10", "hcf", "actual")
    assert made.head.cents_by_service == {"water": 3810, "sewer": 6058}
    assert made.total_cents == 9868
    assert made.held_for is None


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"end": None}, NoReadingToBill),
        ({"end": None, "waiting_count": 1}, ReadingAwaitsReview),
        ({"begin": None}, NothingToMeasureFrom),
        ({"used_units": -5}, UseRunsBackwards),
        ({"unit": "gal"}, UnitNotPriced),
        ({"unit": None, "begin": None, "end": None}, UnitNotPriced),
        ({"account_number": None}, AccountNotKnown),
    ],
)
def test_what_cannot_be_billed_says_why_and_what_to_do(changes: dict[str, Any], why: type[CannotBill]) -> None:
    with pytest.raises(why) as refused:
        bill(1, **changes)
    assert refused.value.rule
    assert refused.value.remedy


def test_without_a_tariff_in_force_nothing_is_billed() -> None:
    with pytest.raises(NoTariffInForce):
        make(found(), [], MUNICIPAL, BillId(UUID(int=1)))


def test_the_first_bill_after_a_turn_on_is_held_and_the_second_is_not() -> None:
    assert bill(1, origin="turn_on", billed_through_on=None).held_for == "first_bill"
    assert bill(1, origin="turn_on").held_for is None
    assert bill(1, origin="conversion", billed_through_on=None).held_for is None


def test_a_service_without_a_meter_is_billed_by_days() -> None:
    flat = Version(TariffId(UUID(int=8)), date(2026, 1, 1), tariff("hcf", fixed("14.00")))
    made = make(found(unit=None, begin=None, end=None, used_units=0), [flat], MUNICIPAL, BillId(UUID(int=1)))
    assert (made.period_end_on, made.total_cents) == (date(2026, 3, 31), 1400)


def test_a_meter_in_cubic_feet_is_billed_by_the_hundred() -> None:
    made = bill(1, unit="cf", used_units=1050)
    assert str(made.quantity) == "10.50"
    assert made.head.cents_by_service["water"] == 4001


@pytest.mark.parametrize(
    ("issued_on", "policy", "due"),
    [
        (date(2026, 3, 2), MUNICIPAL, date(2026, 4, 1)),
        (date(2026, 3, 5), MUNICIPAL, date(2026, 4, 6)),  # Saturday, April 4
        (date(2026, 6, 3), MUNICIPAL, date(2026, 7, 6)),  # Independence Day, kept on Friday the 3rd
        (date(2026, 3, 2), BPU, date(2026, 3, 23)),  # Sunday, March 22
    ],
)
def test_a_due_date_on_a_closed_day_rolls_to_the_next_business_day(issued_on: date, policy: Any, due: date) -> None:
    assert due_on(issued_on, policy, new_jersey()) == due


def test_bills_that_are_alike_are_priced_once_and_all_others_for_themselves() -> None:
    """What else is told of two households must not be lost between them: each bill is the one it is when alone."""
    of = tariff(
        "hcf", {**fixed("25.00"), "per": "dwelling_unit"}, per_unit("3.00"),
        {"kind": "discount", "percent": "5", "only_for": ["senior"]},
    )  # fmt: skip
    version, alike = Version(VERSION.tariff_id, date(2025, 7, 1), of), Alike()
    told: list[dict[str, Any]] = [
        {}, {"account_id": AccountId(UUID(int=3)), "used_units": 10}, {"used_units": 11}, {"multiplier": 10},
        {"dwelling_units": 2}, {"classes": frozenset({"senior"})}, {"billed_through_on": None},
        {"begin": mark(100, date(2026, 2, 1)), "since_on": date(2026, 2, 1)},
    ]  # fmt: skip
    made = [make(found(**one), [version], MUNICIPAL, BillId(UUID(int=1)), alike) for one in told]
    assert made == [make(found(**one), [version], MUNICIPAL, BillId(UUID(int=1))) for one in told]
    assert made[1].lines is made[0].lines
    assert [one.total_cents for one in made] == [5500, 5500, 5800, 32500, 8000, 5225, 5500, 5500]


def test_each_line_is_explained_in_words_and_numbers() -> None:
    water, sewer = bill(1).lines
    assert explain(water) == (
        "Water: 10 hcf (hundred cubic feet) x $3.81 per hcf (in force since July 1, 2025) = $38.10, rounded to the"
        " nearest cent. The minimum for 30 days, $13.80, is not more than that."
        f" Set by: {NYC_RULE}."
    )
    assert explain(sewer) == (
        "Sewer: 159 % (in force since July 1, 2025) of $38.10 = $60.58, rounded to the nearest cent."
        f" $38.10 is what these come to: Water. Set by: {NYC_RULE}."
    )
    minimum, _ = bill(1, used_units=1).lines
    assert explain(minimum) == (
        "Water: 30 days x $0.46 per day (in force since July 1, 2025) = $13.80, rounded to the nearest cent. This"
        " minimum is charged because it is more than what the use comes to, $3.81."
        f" Set by: {NYC_RULE}."
    )


def test_each_line_is_explained_in_spanish() -> None:
    water, sewer = bill(1).lines
    assert explain(water, "es") == (
        "Water: 10 hcf (cientos de pies cúbicos) x $3.81 por hcf (vigente desde el 1 de julio de 2025) = $38.10,"
        " redondeado al centavo más cercano. El mínimo por 30 días, $13.80, no es mayor."
        f" Establecido por: {NYC_RULE}."
    )
    assert explain(sewer, "es").startswith("Sewer: 159 % (vigente desde el 1 de julio de 2025) de $38.10 = $60.58")
    said = explain_use(100, 110, rolled_over=False, quantity=Exact(10), unit="hcf", days_count=1, language="es")
    assert said == "El medidor pasó de 100 a 110: 10 hcf (cientos de pies cúbicos) en 1 día."


def test_both_languages_say_the_same_things() -> None:
    def entries(catalog: Catalog) -> dict[str, list[str]]:
        texts = {**catalog.lines, **catalog.asides, **catalog.uses}
        return {name: sorted(re.findall(r"{(\w+)}", text)) for name, text in texts.items()}

    assert entries(ENGLISH) == entries(SPANISH)
    assert set(ENGLISH.lines) == {*get_args(Basis), "fixed_reckoned", "discount_of_an_amount"}
    assert set(ENGLISH.units) == set(SPANISH.units) >= set(get_args(Unit))


def test_every_basis_has_its_words() -> None:
    of = tariff(
        "hcf",
        tiers(("10", "2"), (None, "2.5")),
        fixed("14"),
        per_unit("0.5"),
        {"kind": "adjustment", "rate": "-0.017192"},
    )
    made = make(found(), [Version(VERSION.tariff_id, date(2025, 7, 1), of)], MUNICIPAL, BillId(UUID(int=1)))
    assert [explain(line).split(" (in force")[0] for line in made.lines] == [
        "Component 0: 10 hcf (hundred cubic feet) in this tier x $2.00 per hcf",
        "Component 1: $14.00",
        "Component 2: 10 hcf (hundred cubic feet) x $0.50 per hcf",
        "Component 3: 10 hcf (hundred cubic feet) x -$0.017192 per hcf",
    ]


def test_the_use_is_explained_from_the_dials() -> None:
    ten = bill(1).quantity
    said = explain_use(100, 110, rolled_over=False, quantity=ten, unit="hcf", days_count=30)
    assert said == "The meter went from 100 to 110: 10 hcf (hundred cubic feet) in 30 days."
    turned = explain_use(99_995, 5, rolled_over=True, quantity=ten, unit="hcf", days_count=30)
    assert "the dials having passed their end" in turned
    assert "no meter" in explain_use(None, None, rolled_over=False, quantity=ten, unit="hcf", days_count=30)
