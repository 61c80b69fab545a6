"""A clerk's tariff with a mistake in it is refused, and she is told where, what and how to mend it."""

import json
from typing import Any

import pytest

from services.billing.domain.tariffs import TariffUnsound, read_document, tariff_from
from services.billing.domain.tariffs.tiers import Tiers
from tests.billing.tariffs import fixed, nyc_body, per_unit, tariff, tiers


def with_component(**changes: Any) -> dict[str, Any]:
    body = nyc_body()
    body["components"][0] |= changes
    return body


def with_sewer(**changes: Any) -> dict[str, Any]:
    body = nyc_body()
    body["components"][1] |= changes
    return body


def a_table(*steps: tuple[str | None, str]) -> dict[str, Any]:
    common = {"name": "water", "label": "Water", "service": "water", "rule": "Ordinance 12"}
    return {"title": "Tiers", "unit": "kgal", "components": [{**common, **tiers(*steps)}]}


DISCOUNT = {
    "kind": "discount", "name": "off", "label": "Off", "service": "water", "rule": "Ordinance 12", "percent": "101",
}  # fmt: skip
MISTAKES: list[tuple[str, dict[str, Any], str, str]] = [
    ("a negative rate", with_component(rate="-3.39"), "components.0.per_unit.rate", "adjustment"),
    ("a rate as a number", with_component(rate=3.39), "components.0.per_unit.rate", "as text"),
    ("a rate with a comma", with_component(rate="3,39"), "components.0.per_unit.rate", "at most one point"),
    ("not a number", with_component(rate="NaN"), "components.0.per_unit.rate", "at most one point"),
    ("an exponent", with_component(rate="1e18"), "components.0.per_unit.rate", "at most one point"),
    ("a rate beyond measure", with_component(rate="9999999999999"), "components.0.per_unit.rate", "mistake"),
    ("a word that nobody knows", with_component(discount="1"), "components.0.per_unit.discount", "not permitted"),
    ("a kind that nobody knows", with_component(kind="seasonal"), "components.0", "'seasonal'"),
    ("a percentage of itself", with_sewer(of=["sewer"]), "body", "above it"),
    ("a percentage of nothing there", with_sewer(of=["electric"]), "body", "above it"),
    ("two of one name", with_sewer(name="water"), "body", "two components"),
    (
        "a meter size that nobody reads",
        with_component(minimum={"per_day": {"\x00": "1"}}),
        "components.0.per_unit.minimum",
        "meter size",
    ),
    (
        "a minimum of two kinds",
        with_component(minimum={"per_day": "1", "per_bill": "2"}),
        "components.0.per_unit.minimum",
        "either per_day or per_bill",
    ),
    ("a discount of more than all", {**nyc_body(), "components": [DISCOUNT]}, "components.0.discount", "at most 100"),
    ("a season without months", with_component(season={"by": "read_month"}), "season", "names its months"),
    ("proration without its days", {**nyc_body(), "proration": "period"}, "body", "days_in_period"),
    (
        "a step of nothing",
        {**nyc_body(), "quantity_rounding": {"how": "up", "step": "0"}},
        "quantity_rounding",
        "more than nothing",
    ),
    ("a hole above the tiers", a_table(("10", "2"), ("20", "3")), "components.0.tiers", "null"),
    ("an open tier below another", a_table((None, "2"), ("20", "3")), "components.0.tiers", "null"),
    ("tiers that overlap", a_table(("20", "2"), ("10", "3"), (None, "4")), "components.0.tiers", "above the one"),
    ("a tier of no width", a_table(("0", "2"), (None, "4")), "components.0.tiers", "above the one"),
    ("a unit that no meter has", {**nyc_body(), "unit": "liter"}, "body.unit", "hcf"),
    ("no components", {**nyc_body(), "components": []}, "body.components", "at least 1"),
]


@pytest.mark.parametrize(("body", "where", "says"), [case[1:] for case in MISTAKES], ids=[case[0] for case in MISTAKES])
def test_a_mistake_is_named_with_its_place(body: dict[str, Any], where: str, says: str) -> None:
    with pytest.raises(TariffUnsound) as refused:
        tariff_from(body)
    assert where in (refused.value.field or "")
    assert says in refused.value.facts["found"]
    assert refused.value.remedy


def test_a_tariff_is_written_back_as_it_was_read() -> None:
    assert tariff_from(nyc_body()).model_dump(mode="json", exclude_none=True)["components"][0]["rate"] == "3.81"


def test_only_a_tariff_that_prices_use_needs_a_meter() -> None:
    assert tariff_from(nyc_body()).is_metered
    assert tariff("hcf", per_unit("1")).is_metered
    assert not tariff("hcf", fixed("14.00")).is_metered


WRITTEN = """\
rate_code: elm
effective_on: 2026-07-01
title: Elm Township, water
unit: kgal
components:
  - kind: fixed
    name: service
    label: Service charge
    service: water
    rule: Ordinance 12-4
    amount: 12.50
  - kind: tiers
    name: water
    label: Water
    service: water
    rule: Ordinance 12-4
    tiers:
      - {through: 10, rate: 3.95}
      - {through: 20, rate: 4.50}
      - {rate: 6.10}
"""


def test_a_tariff_is_written_without_quotes_and_no_number_is_a_float() -> None:
    found = read_document(WRITTEN)
    assert (found.faults, found.rate_code, str(found.effective_on)) == ((), "elm", "2026-07-01")
    of = tariff_from(found.body)
    tiers_of = of.components[1]
    assert isinstance(tiers_of, Tiers)
    assert [str(tier.rate) for tier in tiers_of.tiers] == ["3.95", "4.50", "6.10"]
    as_json = json.dumps({"rate_code": "elm", "effective_on": "2026-07-01", **found.body})
    assert tariff_from(read_document(as_json).body) == of


SPOILED: list[tuple[str, str, str, int, str | None, str]] = [
    ("a hole", "{rate: 6.10}", "{through: 30, rate: 6.10}", 20, "water", "so that every unit has a price"),
    ("an overlap", "through: 20", "through: 8", 19, "water", "they overlap"),
    ("a negative rate", "rate: 4.50", "rate: -4.50", 19, "water", "never negative"),
    ("a comma", "amount: 12.50", "amount: '12,50'", 11, "service", "at most one point"),
    ("not a number", "amount: 12.50", "amount: .nan", 11, "service", "at most one point"),
    ("an exponent", "amount: 12.50", "amount: 1e18", 11, "service", "at most one point"),
    ("a date that never comes", "2026-07-01", "2026-02-30", 2, None, "valid date"),
    ("a unit that nobody knows", "unit: kgal", "unit: liter", 4, None, "'hcf'"),
    ("a word that nobody knows", "amount:", "amonut:", 11, "service", "not permitted"),
    ("no rule", "    rule: Ordinance 12-4\n    amount", "    amount", 6, "service", "required"),
    ("a kind that nobody knows", "kind: fixed", "kind: flat", 6, "service", "'flat'"),
    ("the same name", "name: water", "name: service", 12, "service", "two components"),
    ("said twice", "unit: kgal", "unit: kgal\nunit: gal", 5, None, "said twice"),
    ("a season's day that never comes", "    amount: 12.50",
     "    amount: 12.50\n    season: {by: days, first: 06-31, last: 09-30}", 12, "service", "never comes"),
    ("not closed", "{rate: 6.10}", "{rate: 6.10", 21, None, "neither YAML nor JSON"),
    ("an alias", "rule: Ordinance 12-4\n    amount", "rule: *rule\n    amount", 10, None, "no aliases"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("was", "now", "line", "component", "says"), [case[1:] for case in SPOILED], ids=[case[0] for case in SPOILED]
)
def test_a_clerk_is_told_the_line_the_component_the_rule_and_the_remedy(
    was: str, now: str, line: int, component: str | None, says: str
) -> None:
    assert was in WRITTEN
    found = read_document(WRITTEN.replace(was, now, 1))
    told = [(at, fault.component) for at, fault in found.faults if says in fault.rule and fault.remedy]
    assert (line, component) in told, found.faults


def test_a_circle_of_percentages_is_drawn() -> None:
    common = {"label": "Water", "service": "water", "rule": "Ordinance 12", "kind": "percentage", "percent": "1"}
    circle = [{**common, "name": "a", "of": ["b"]}, {**common, "name": "b", "of": ["c"]},
              {**common, "name": "c", "of": ["a"]}]  # fmt: skip
    with pytest.raises(TariffUnsound) as refused:
        tariff_from({"title": "Round", "unit": "kgal", "components": circle})
    assert "go in a circle: a of b of c of a" in refused.value.facts["found"]


@pytest.mark.parametrize("text", ["", "[]", "12", "a: {", "\t", "[" * 5000, "a: !!python/object:os.system x", "\x00"])
def test_what_is_no_tariff_at_all_is_said_and_nothing_is_run(text: str) -> None:
    assert read_document(text).faults
