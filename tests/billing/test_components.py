"""Each kind of component of a tariff: what it asks, by which steps, and that every step is said in both languages."""

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from services.billing.domain.circumstances import PROMPT, Circumstances, Demand, PastUse, Period
from services.billing.domain.exact import Exact, exact
from services.billing.domain.explanations import explain
from services.billing.domain.lines import Line, document_of, steps_from
from services.billing.domain.rating import rate
from services.billing.domain.unbillable import DemandNotKnown, MeterSizeNotPriced
from tests.billing.tariffs import fixed, per_unit, tariff, tiers

SINCE = date(2025, 7, 1)
MARCH = Circumstances(Exact(14_300), Period(date(2026, 2, 28), date(2026, 3, 30)))
SIZES = {"5/8": "20.00", "1": "35.00"}
WINTER = (
    PastUse(date(2025, 12, 30), Exact(6000), "gal"),
    PastUse(date(2026, 1, 30), Exact(8000), "gal"),
    PastUse(date(2025, 7, 30), Exact(30_000), "gal"),
)
PEAK = Demand(kw=Exact(30), kvar=Exact(20), highest_kw=Exact(50))


def lines_of(
    components: list[dict[str, Any]], attributes: dict[str, Any] | None = None, **known: Any
) -> tuple[Line, ...]:  # fmt: skip
    return rate(tariff("gal", *components, **(attributes or {})), SINCE, replace(MARCH, **known))


def winter(**more: Any) -> dict[str, Any]:
    return per_unit("2", per="1000", winter_average={"months": [12, 1, 2], **more})


def use(quantity: str) -> dict[str, Any]:
    return {"quantity": exact(quantity)}


CASES: list[tuple[str, dict[str, Any], dict[str, Any], int, str]] = [
    ("by meter size", fixed(SIZES), {"meter_size": "1"}, 3500, "meter of size 1"),
    ("other sizes", fixed({**SIZES, "other": "90"}), {"meter_size": "6"}, 9000, "size 6"),
    ("for each household", {**fixed("5"), "per": "dwelling_unit"}, {"dwelling_units": 4}, 2000, "of which there are 4"),
    ("an allowance", per_unit("4", per="1000", allowance={"quantity": "2000"}), use("4900"), 1160, "2000 is included"),
    (
        "an allowance for each household",
        per_unit("4", per="1000", allowance={"quantity": "2000", "per": "dwelling_unit"}),
        {"dwelling_units": 2}, 4120, "4000 is included",
    ),
    ("less than the allowance", per_unit("4", allowance={"quantity": "2000"}), use("1999"), 0, "2000 is included"),
    ("or part thereof", per_unit("4", per="1000", parts="up"), {}, 6000, "or part thereof"),
    ("whole ones only", per_unit("4", per="1000", parts="down"), {}, 5600, "is not charged"),
    ("exactly", per_unit("4", per="1000"), {}, 5720, "14.3 1,000 gal (gallons)"),
    ("printed in another unit", per_unit("3", conversion={"to": "ccf", "factor": "0.001"}), {}, 4290, "x 0.001"),
    ("a minimum a bill", per_unit("1", minimum={"per_bill": "9.50"}), use("5"), 950, "more than what the use comes to"),
    ("a minimum by size", per_unit("1", minimum={"per_day": SIZES}), {"meter_size": "1"}, 1_430_000, "30 days, $1,050"),
    ("an adjustment that gives back", {"kind": "adjustment", "rate": "-0.001"}, {}, -1430, "-$0.001 per gal"),
    ("a credit a unit", {"kind": "credit", "rate": "0.01", "through": "1000"}, {}, -1000, "in your favor"),
    ("a block", {"kind": "block", "blocks": [
        {"through": "5000", "amount": "20"}, {"next": "10000", "amount": "35"}, {"amount": "80"}]}, {}, 3500, "block"),
    ("the last block", {"kind": "block", "blocks": [{"through": "5000", "amount": "20"}, {"amount": "80"}]}, {}, 8000,
     "above 5000"),
    ("demand", {"kind": "demand", "rate": "8.50"}, {"demand": PEAK}, 25_500, "30 kw (kilowatts)"),
    ("a ratchet", {"kind": "demand", "rate": "8.50", "ratchet_percent": "80"}, {"demand": PEAK}, 34_000, "80 %"),
    ("a least demand", {"kind": "demand", "rate": "1", "least_kw": "45"}, {"demand": PEAK}, 4500, "At least 45 kw"),
    ("demand included", {"kind": "demand", "rate": "1", "included_kw": "10"}, {"demand": PEAK}, 2000, "10 is included"),
    ("reactive power", {"kind": "reactive", "rate": "2", "allowed_percent": "50"}, {"demand": PEAK}, 1000, "20 kvar"),
    ("the winter's average", winter(), {"past_uses": WINTER}, 1400, "6000, 8000"),
    ("the lower of both", winter(takes="lower"), {"past_uses": WINTER, **use("5000")}, 1000, "lower than the winter"),
    ("a cap", winter(cap="6500"), {"past_uses": WINTER}, 1300, "No more than 6500"),
    ("a new customer", winter(new_customer="5000"), {}, 1000, "as for a new customer"),
    ("no winter yet", winter(), {}, 2860, "the use of this period"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("component", "known", "cents", "says"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_a_component_asks_and_says_why(component: dict[str, Any], known: dict[str, Any], cents: int, says: str) -> None:
    lines = lines_of([component], **known)
    assert sum(line.amount_cents for line in lines) == cents
    assert any(says in explain(line) for line in lines), [explain(line) for line in lines]
    for line in lines:
        assert explain(line, "es").endswith("Establecido por: As printed.")
        kept = json.loads(json.dumps(document_of(line.working)))
        assert steps_from(kept) == line.working


ON_TOP: list[tuple[str, dict[str, Any], dict[str, Any], list[int]]] = [
    ("a tax on all above", {"kind": "tax", "percent": "6.625"}, {}, [663]),
    ("a surcharge on one", {"kind": "surcharge", "percent": "1.5", "of": ["c0"]}, {}, [150]),
    ("who is exempt", {"kind": "tax", "percent": "6.625", "not_for": ["church"]}, {"classes": {"church"}}, []),
    ("a senior", {"kind": "discount", "percent": "25", "only_for": ["senior"]}, {"classes": {"senior"}}, [-2500]),
    ("no senior", {"kind": "discount", "percent": "25", "only_for": ["senior"]}, {"classes": {"veteran"}}, []),
    ("who pays promptly", {"kind": "discount", "amount": "2", "only_for": [PROMPT]}, {"classes": {PROMPT}}, [-200]),
    ("never more than all", {"kind": "discount", "amount": "150"}, {}, [-10_000]),
    ("a minimum that is reached", {"kind": "minimum", "per_bill": "100"}, {}, []),
    ("what is missing to a minimum", {"kind": "minimum", "per_bill": "112.40"}, {}, [1240]),
    ("a minimum a day", {"kind": "minimum", "per_day": "4", "of": ["c0"]}, {}, [2000]),
]


@pytest.mark.parametrize(
    ("component", "known", "cents"), [case[1:] for case in ON_TOP], ids=[case[0] for case in ON_TOP]
)
def test_what_is_reckoned_from_other_components(
    component: dict[str, Any], known: dict[str, Any], cents: list[int]
) -> None:
    known = {name: frozenset(value) for name, value in known.items()}
    _, *above = lines_of([fixed("100.00"), component], **known)
    assert [line.amount_cents for line in above] == cents
    assert all("Component 0" in explain(line) and "Component 0" in explain(line, "es") for line in above)


@pytest.mark.parametrize(
    ("season", "priced"),
    [
        ({"months": [3]}, True),
        ({"months": [4]}, False),
        ({"months": [2], "offset": -1}, True),
        ({"months": [4], "by": "billing_month"}, True),
        ({"months": [3], "by": "billing_month", "offset": -1}, True),
    ],
)
def test_a_season_goes_by_the_month_that_was_read_or_billed(season: dict[str, Any], priced: bool) -> None:
    lines = lines_of([{**per_unit("1"), "season": season}], billed_on=date(2026, 4, 2))
    assert bool(lines) is priced


def test_a_season_that_ends_within_the_period_has_its_days_of_the_use() -> None:
    summer = {**per_unit("1"), "season": {"by": "days", "first": "06-01", "last": "09-30"}}
    rest = {**per_unit("2"), "season": {"by": "days", "first": "10-01", "last": "05-31"}}
    autumn = replace(MARCH, quantity=Exact(300), period=Period(date(2026, 9, 20), date(2026, 10, 20)))
    warm, cold = rate(tariff("gal", summer, rest), SINCE, autumn)
    assert (warm.days_count, warm.quantity.plain, warm.amount_cents) == (10, "100", 10_000)
    assert (cold.days_count, cold.quantity.plain, cold.amount_cents) == (20, "200", 40_000)
    assert "Of 300 in the whole period, the part of 10 of its 30 days" in explain(warm)


def test_tiers_for_each_household_and_for_each_day() -> None:
    table = {**tiers(("10", "1"), (None, "2")), "bounds_per": ["dwelling_unit", "day"]}
    lines = lines_of([table], quantity=Exact(700), dwelling_units=2)
    assert [(line.quantity.plain, line.amount_cents) for line in lines] == [("600", 60_000), ("100", 20_000)]
    assert "through 600" in explain(lines[0])


@pytest.mark.parametrize(
    ("attributes", "partial", "cents"),
    [
        ({}, True, 975),
        ({"proration": "months"}, False, 962),
        ({"proration": "period", "days_in_period": 91}, True, 321),
        ({"proration": "period", "days_in_period": 91}, False, 975),
    ],
)
def test_a_fixed_charge_is_prorated_as_the_tariff_says(attributes: dict[str, Any], partial: bool, cents: int) -> None:
    [line] = lines_of([fixed("9.75")], attributes, is_partial=partial)
    assert line.amount_cents == cents
    assert ("days are charged" in explain(line)) is (cents != 975)


@pytest.mark.parametrize(
    ("how", "cents"), [("half_up", 3), ("half_even", 2), ("up", 3), ("down", 2)]
)  # fmt: skip
def test_money_is_rounded_as_the_tariff_says(how: str, cents: int) -> None:
    [line] = lines_of([per_unit("0.001")], {"rounding": how}, quantity=Exact(25))
    assert line.amount_cents == cents


def test_use_is_counted_as_the_tariff_says_and_this_is_not_the_rounding_of_money() -> None:
    [up] = lines_of([per_unit("0.001")], {"quantity_rounding": {"how": "up", "step": "1000"}})
    [down] = lines_of([per_unit("0.001")], {"quantity_rounding": {"how": "down", "step": "1000"}})
    assert (up.quantity.plain, down.quantity.plain) == ("15000", "14000")
    assert "a part of one as a whole" in explain(up)


def test_what_is_not_known_of_the_place_is_refused_and_never_guessed() -> None:
    with pytest.raises(MeterSizeNotPriced):
        lines_of([fixed(SIZES)], meter_size="6")
    with pytest.raises(MeterSizeNotPriced):
        lines_of([fixed(SIZES)])
    with pytest.raises(DemandNotKnown):
        lines_of([{"kind": "demand", "rate": "1"}])


def test_a_label_in_spanish_is_used_on_a_bill_in_spanish() -> None:
    [line] = lines_of([{**fixed("14"), "label": "Solid waste", "label_es": "Basura"}])
    assert explain(line).startswith("Solid waste: $14.00")
    assert explain(line, "es").startswith("Basura: $14.00")
    lines = lines_of([
        {**fixed("14"), "label": "Solid waste", "label_es": "Basura"}, {"kind": "tax", "percent": "1"},
    ])  # fmt: skip
    assert "$14.00 is what these come to: Solid waste." in explain(lines[1])
    assert "$14.00 es la suma de: Basura." in explain(lines[1], "es")
    assert line.days_count == (MARCH.period.end_on - MARCH.period.start_on) // timedelta(days=1)
