"""The rating engine to the cent: 10,639 real bills, bills that utilities work out in print, every tier's edge."""

import csv
import json
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.billing.domain.circumstances import Circumstances, Demand, PastUse, Period
from services.billing.domain.exact import Exact, exact, times
from services.billing.domain.rating import BillBeyondMeasure, Line, rate
from services.billing.domain.tariffs import Tariff
from shared.money import cents_from
from tests.billing.tariffs import fixed, nyc, per_unit, tariff, tiers

SINCE = date(2019, 7, 1)
REAL_BILLS = Path(__file__).parents[2] / "town/data/nyc-water-bills.csv"
GOLDEN = Path(__file__).parent / "golden"
WORKED: dict[str, dict[str, Any]] = {
    bill["id"]: bill for bill in json.loads((GOLDEN / "worked-bills.json").read_text())
}
EDGES = json.loads((GOLDEN / "tier-edges.json").read_text())


def priced(of: Tariff, quantity: str, days_count: int = 30) -> tuple[Line, ...]:
    return rate(of, SINCE, used(exact(quantity), days_count))


def used(quantity: Exact, days_count: int) -> Circumstances:
    return Circumstances(quantity, Period(SINCE, SINCE + timedelta(days=days_count)))


def past(unit: str, *uses: tuple[date, int]) -> tuple[PastUse, ...]:
    return tuple(PastUse(on, Exact(quantity), unit) for on, quantity in uses)


def total(lines: tuple[Line, ...]) -> int:
    return sum(line.amount_cents for line in lines)


def amounts(lines: tuple[Line, ...]) -> list[int]:
    return [line.amount_cents for line in lines]


def test_all_real_bills_of_new_york_city_come_out_to_the_cent() -> None:
    with REAL_BILLS.open(newline="") as file:
        bills = list(csv.DictReader(file))
    tariffs = {pair: nyc(*pair) for pair in {(b["water_rate_per_hcf"], b["water_minimum_per_day"]) for b in bills}}
    wrong = [
        bill["row"]
        for bill in bills
        if total(
            rate(
                tariffs[bill["water_rate_per_hcf"], bill["water_minimum_per_day"]], SINCE,
                used(exact(bill["consumption_hcf"]), int(bill["billing_days"])),
            )
        ) != cents_from(bill["water_and_sewer_charge"])
    ]  # fmt: skip
    assert len(bills) == 10_639
    assert wrong == []


@pytest.mark.parametrize(("quantity", "charge"), EDGES["expected"].items())
def test_tiers_meet_at_their_edges(quantity: str, charge: str) -> None:
    table = tariff("hcf", tiers(*[(None if bound is None else str(bound), price) for bound, price in EDGES["tiers"]]))
    assert total(priced(table, quantity)) == cents_from(charge)


def test_the_tenth_unit_is_priced_in_the_first_tier_and_nothing_used_is_one_line() -> None:
    table = tariff("hcf", tiers(("10", "2"), ("20", "2.5"), (None, "8")))
    assert [(line.quantity, line.amount_cents) for line in priced(table, "10")] == [(Exact(10), 2000)]
    assert [(line.quantity.plain, line.amount_cents) for line in priced(table, "10.5")] == [("10", 2000), ("0.5", 125)]
    assert [(line.quantity.plain, line.amount_cents) for line in priced(table, "0")] == [("0", 0)]


def test_seymour_winter_electricity() -> None:
    bill = WORKED["seymour-electric-winter"]
    (first, cheap), (second, cheaper), (_, cheapest) = bill["tariff"]["tiers_per_kwh"]
    of = tariff(
        "kwh",
        {"kind": "tiers", "tiers": [
            {"next": str(first), "rate": cheap}, {"next": str(second), "rate": cheaper}, {"rate": cheapest},
        ]},
        per_unit(bill["tariff"]["power_cost_per_kwh"]),
        fixed(bill["tariff"]["customer_charge"]),
        {"kind": "tax", "percent": str(times(exact(bill["tariff"]["city_tax"]), Exact(100)))},
    )  # fmt: skip
    lines = priced(of, str(bill["kwh"]))
    assert amounts(lines) == [cents_from(amount) for amount in [*bill["lines"], bill["tax"]]]
    assert total(lines) == cents_from(bill["total"])


def test_goodland_prices_a_fee_in_gallons_of_water_metered_in_cubic_feet() -> None:
    bill = WORKED["goodland-residential"]
    printed = bill["tariff"]
    electric = tariff("kwh", per_unit(printed["electric_per_kwh"]), fixed(printed["electric_fixed"]))
    gallons = str(times(exact(printed["state_fee"]["gal_per_cubic_foot"]), Exact(100)))
    others = tariff(
        "ccf",
        fixed(printed["sewer_flat"]),
        fixed(printed["solid_waste"]),
        per_unit(printed["state_fee"]["per_1000_gal"], per="1000", conversion={"to": "gal", "factor": gallons}),
        per_unit(printed["water_per_100_cf_first_4000_cf"]),
        fixed(printed["water_fixed"]),
    )
    lines = priced(others, "10")
    assert total(priced(electric, str(bill["kwh"]))) == cents_from(bill["lines"][0])
    assert amounts(lines)[:3] == [cents_from(amount) for amount in bill["lines"][1:4]]
    assert total(lines[3:]) == cents_from(bill["lines"][4])
    assert total(priced(electric, "1000")) + total(lines) == cents_from(bill["total"])


def sewer_on_winter_average(printed: dict[str, Any], months: list[int]) -> Tariff:
    """A minimum, and a rate per 1,000 gallons above what it includes, on the average of these months."""
    above = {"per": "1000", "allowance": {"quantity": str(printed["included_gallons"])}}
    average = {"winter_average": {"months": months}}
    return tariff("gal", fixed(printed["minimum"]), per_unit(printed["per_1000_gal_above"], **above, **average))


def test_longview_sewer_is_billed_on_the_winter_average_above_two_thousand_gallons() -> None:
    bill = WORKED["longview-sewer-winter-average"]
    of = sewer_on_winter_average(bill["tariff"], [12, 1, 2])
    winter = past("gal", (date(2018, 12, 20), 7000), (date(2019, 1, 20), 6800), (date(2019, 2, 20), 6900))
    lines = rate(of, SINCE, replace(used(Exact(14_000), 30), past_uses=winter))
    assert amounts(lines) == [cents_from(amount) for amount in bill["lines"]]
    assert total(lines) == cents_from(bill["total"])
    assert lines[1].quantity.plain == "4.9"


def test_chesterfield_sewer_is_billed_on_the_average_of_two_quarters() -> None:
    bill = WORKED["chesterfield-sewer"]
    of = sewer_on_winter_average(bill["tariff"], [12, 3])
    quarters = past("gal", (date(2018, 12, 31), 14_000), (date(2019, 3, 31), 16_000))
    assert total(rate(of, SINCE, replace(used(Exact(40_000), 91), past_uses=quarters))) == cents_from(bill["total"])


def test_otter_tail_prorates_the_customer_charge_and_splits_the_use_by_days() -> None:
    bill = WORKED["otter-tail-proration"]
    of = tariff("kwh", fixed(bill["tariff"]["customer_charge_per_month"]), per_unit("0.1"), proration="months")
    period = used(Exact(bill["kwh"]), bill["days"])
    whole = rate(of, SINCE, period)
    assert whole[0].amount_cents == cents_from(bill["customer_charge"])
    before, after = bill["days_in_each_rate"]
    changed_on = SINCE + timedelta(days=before)
    parts = [Period(SINCE, changed_on), Period(changed_on, changed_on + timedelta(days=after))]
    split = [rate(of, SINCE, period.at(period.quantity, part)) for part in parts]
    assert [lines[1].quantity.plain for lines in split] == bill["kwh_split"]
    assert [lines[0].amount_cents for lines in split] == [641, 288]  # a line is rounded by itself


def test_pseg_gives_back_by_an_adjustment_clause() -> None:
    bill = WORKED["pseg-commercial-demand"]
    printed = bill["tariff"]
    of = tariff(
        "kwh",
        fixed(printed["customer"]),
        per_unit(printed["energy_per_kwh"]),
        {"kind": "adjustment", "rate": printed["energy_cost_adjustment_per_kwh"]},
        {"kind": "demand", "rate": str(Exact(cents_from(printed["demand_charge"]) * 10**6 // bill["kw"], 8))},
    )
    lines = rate(of, SINCE, replace(used(Exact(bill["kwh"]), 30), demand=Demand(Exact(bill["kw"]))))
    assert amounts(lines) == [cents_from(amount) for amount in bill["lines"]]
    assert total(lines) == cents_from(bill["total"])


def test_the_daily_minimum_is_charged_only_where_it_is_more_and_the_line_keeps_both() -> None:
    by_use, _ = priced(nyc(), "10", days_count=30)
    assert (by_use.basis, by_use.amount_cents, by_use.other_cents) == ("per_unit", 3810, 1380)
    by_days, sewer = priced(nyc(), "1", days_count=30)
    assert (by_days.basis, by_days.quantity, by_days.unit) == ("minimum", Exact(30), "day")
    assert (by_days.amount_cents, by_days.other_cents) == (1380, 381)
    assert (sewer.base_cents, sewer.amount_cents) == (1380, 2194)


def test_a_bill_for_no_days_and_no_use_is_nothing() -> None:
    assert total(priced(nyc(), "0", days_count=0)) == 0
    assert total(priced(nyc(), "10", days_count=0)) == 9868


def test_a_sum_beyond_measure_is_refused() -> None:
    with pytest.raises(BillBeyondMeasure):
        priced(tariff("hcf", per_unit("999999999")), "999999999999")


@given(st.integers(0, 10**7), st.integers(0, 10**7), st.integers(0, 400))
def test_more_use_never_costs_less(one: int, other: int, days_count: int) -> None:
    for of in (nyc(), tariff("hcf", tiers(("10", "2"), ("20", "2.5"), (None, "8")))):
        less, more = (used(Exact(quantity, 2), days_count) for quantity in sorted((one, other)))
        assert total(rate(of, SINCE, less)) <= total(rate(of, SINCE, more))


@given(st.integers(0, 10**9), st.integers(0, 366), st.integers(0, 10**6), st.integers(0, 10**6))
def test_each_line_can_be_worked_out_again_from_what_it_keeps(
    hundreds: int, days_count: int, price: int, least: int
) -> None:
    of = nyc(str(Exact(price, 4)), str(Exact(least, 4)))
    water, sewer = rate(of, SINCE, used(Exact(hundreds, 3), days_count))
    exactly = Fraction(
        water.quantity.digits * water.rate.digits * 100, 10 ** (water.quantity.places + water.rate.places)
    )
    assert abs(water.amount_cents - exactly) <= Fraction(1, 2)
    assert water.amount_cents >= (water.other_cents or 0)
    assert abs(sewer.amount_cents * 100 - water.amount_cents * 159) <= 50
