"""A clerk's tariff with a mistake in it is refused, and she is told where, what and how to mend it."""

from typing import Any

import pytest

from services.billing.domain.tariffs import TariffUnsound, tariff_from
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
