"""What holds for every tariff that a town could write: drawn at random, priced, split at any day."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.billing.domain.circumstances import Circumstances, Demand, PastUse, Period
from services.billing.domain.exact import Exact, exact
from services.billing.domain.explanations import explain
from services.billing.domain.lines import Line
from services.billing.domain.rating import rate
from services.billing.domain.tariffs import Tariff, body_of, tariff_from
from tests.billing.tariffs import tariff

SINCE = date(2019, 7, 1)
BEGINS = date(2026, 2, 1)

prices = st.builds(lambda digits, places: str(Exact(digits, places)), st.integers(0, 99_999), st.integers(2, 5))
quantities = st.builds(Exact, st.integers(0, 10**7), st.integers(0, 3))
whole_days = st.integers(1, 400)
classes = st.frozensets(st.sampled_from(["residential", "commercial", "senior", "prompt"]))
months = st.lists(st.integers(1, 12), min_size=1, max_size=4, unique=True)


def table(rates: list[str], widths: list[int]) -> dict[str, Any]:
    """Marginal tiers of these widths; the last has none."""
    steps: list[dict[str, str]] = [
        {"next": str(width), "rate": rate} for width, rate in zip(widths, rates, strict=False)
    ]
    return {"kind": "tiers", "tiers": [*steps, {"rate": rates[-1]}]}


tiered = st.builds(table, st.lists(prices, min_size=4, max_size=4), st.lists(st.integers(1, 500), max_size=3))
per_units = st.builds(lambda rate: {"kind": "per_unit", "rate": rate}, prices)
with_minimum = st.builds(
    lambda rate, least: {"kind": "per_unit", "rate": rate, "minimum": {"per_day": least}}, prices, prices
)
by_thousands = st.builds(
    lambda rate, free: {"kind": "per_unit", "rate": rate, "per": "1000", "allowance": {"quantity": str(free)}},
    prices, st.integers(0, 5000),
)  # fmt: skip
in_parts = st.builds(lambda rate: {"kind": "per_unit", "rate": rate, "per": "10", "parts": "up"}, prices)
fixed = st.builds(lambda amount: {"kind": "fixed", "amount": amount}, prices)
households = st.builds(lambda amount: {"kind": "fixed", "amount": amount, "per": "dwelling_unit"}, prices)
demand = st.builds(lambda rate: {"kind": "demand", "rate": rate, "ratchet_percent": "80"}, prices)
winter = st.builds(
    lambda rate, of: {"kind": "per_unit", "rate": rate, "winter_average": {"months": of, "cap": "900"}}, prices, months
)
taxes = st.builds(lambda percent: {"kind": "tax", "percent": str(Exact(percent, 1))}, st.integers(0, 200))
rising = st.lists(st.one_of(tiered, per_units, with_minimum, by_thousands, in_parts, fixed, households), max_size=4)
giving = st.lists(
    st.one_of(
        st.builds(lambda rate: {"kind": "credit", "rate": rate, "through": "50"}, prices),
        st.builds(lambda rate: {"kind": "adjustment", "rate": f"-{rate}"}, prices),
        st.just({"kind": "discount", "percent": "10", "only_for": ["senior"]}),
        st.just({"kind": "minimum", "per_bill": "25.00"}),
    ),
    max_size=2,
)
bills = st.builds(
    lambda quantity, days, units, known: Circumstances(
        quantity, Period(BEGINS, BEGINS + timedelta(days=days)), dwelling_units=units, classes=known,
        demand=Demand(Exact(30), Exact(20), Exact(50)),
        past_uses=tuple(PastUse(BEGINS - timedelta(days=30 * n), Exact(100 * n), "kgal") for n in range(1, 12)),
    ),
    quantities, whole_days, st.integers(0, 20), classes,
)  # fmt: skip


def total(lines: tuple[Line, ...]) -> int:
    return sum(line.amount_cents for line in lines)


def tariff_of(components: list[dict[str, Any]], above: list[dict[str, Any]]) -> Tariff:
    return tariff("kgal", *components, *above)


@given(rising, st.lists(taxes, max_size=1), bills, quantities)
def test_more_use_never_costs_less(
    components: list[dict[str, Any]], above: list[dict[str, Any]], bill: Circumstances, other: Exact
) -> None:
    """None of these gives back, so the ordinance does not say so."""
    of = tariff_of(components or [{"kind": "fixed", "amount": "1"}], above)
    one, two = sorted((bill.quantity, other), key=lambda each: Fraction(each.digits, 10**each.places))
    assert total(rate(of, SINCE, replace(bill, quantity=one))) <= total(rate(of, SINCE, replace(bill, quantity=two)))


@given(rising, st.lists(st.one_of(demand, winter), max_size=2), bills, st.data())
def test_a_period_split_at_any_day_comes_to_the_same_within_a_cent_a_line(
    components: list[dict[str, Any]], more: list[dict[str, Any]], bill: Circumstances, data: st.DataObject
) -> None:
    of = tariff_of([*components, *more, {"kind": "fixed", "amount": "9.75"}], [])
    days = bill.period.days_count
    edge = bill.period.start_on + timedelta(days=data.draw(st.integers(0, days)))
    parts = [Period(bill.period.start_on, edge), Period(edge, bill.period.end_on)]
    whole = rate(of, SINCE, bill)
    split = [line for part in parts if part.days_count for line in rate(of, SINCE, bill.at(bill.quantity, part))]
    finest = sum(Fraction(line.rate.digits, 10**line.rate.places) for line in split) * 100 / 10**6
    assert abs(total(tuple(split)) - total(whole)) <= len(whole) + finest
    assert sum(line.days_count for line in split if line.component == whole[-1].component) == days


@given(rising, giving, bills)
def test_lines_add_up_and_each_is_worked_out_again_from_what_it_keeps(
    components: list[dict[str, Any]], more: list[dict[str, Any]], bill: Circumstances
) -> None:
    of = tariff_of([{"kind": "fixed", "amount": "9.75"}, *components], more)
    by_hand = {"per_unit", "minimum", "tier", "adjustment", "credit", "demand"}
    for line in rate(of, SINCE, bill):
        places = line.quantity.places + line.rate.places
        exactly = Fraction(line.quantity.digits * line.rate.digits * 100, 10**places)
        assert line.basis not in by_hand or abs(line.amount_cents - exactly) <= Fraction(1, 2)
        assert explain(line).count(line.rule) == explain(line, "es").count(line.rule) == 1
        assert "{" not in explain(line) + explain(line, "es")


@given(tiered, st.integers(0, 1500), st.integers(1, 999))
def test_tiers_meet_at_their_edges(steps: dict[str, Any], edge: int, thousandths: int) -> None:
    """What lies between two quantities is priced the same, however it is cut: nothing is lost at an edge."""
    of = tariff("kgal", steps)
    at = Circumstances(Exact(edge), Period(BEGINS, BEGINS + timedelta(days=30)))
    above = replace(at, quantity=Exact(edge * 1000 + thousandths, 3))
    dearest = max(Fraction(exact(step["rate"]).digits, 10 ** exact(step["rate"]).places) for step in steps["tiers"])
    lines = rate(of, SINCE, above)
    assert 0 <= total(lines) - total(rate(of, SINCE, at)) <= dearest * 100 * thousandths / 1000 + len(lines)
    assert sum(Fraction(line.quantity.digits, 10**line.quantity.places) for line in lines) == Fraction(
        above.quantity.digits, 1000
    )


@given(rising, giving)
def test_a_tariff_is_kept_as_it_was_written(components: list[dict[str, Any]], more: list[dict[str, Any]]) -> None:
    of = tariff_of([{"kind": "fixed", "amount": "9.75"}, *components], more)
    assert tariff_from(body_of(of)) == of
