"""Tariffs that the tests bill by: New York City's real one, and those that utilities print beside worked bills."""

from typing import Any

from services.billing.domain.tariffs import Tariff, tariff_from

NYC_RULE = "New York City Water Board, Water and Wastewater Rate Schedule, part II"


def nyc_body(rate: str = "3.81", minimum: str = "0.46") -> dict[str, Any]:
    """Water by the hundred cubic feet with a daily minimum; sewer is 159 % of the water charge."""
    return {
        "title": "New York City, metered water and wastewater",
        "unit": "hcf",
        "components": [
            {
                "kind": "per_unit", "name": "water", "label": "Water", "service": "water", "rule": NYC_RULE,
                "rate": rate, "minimum": {"per_day": minimum},
            },
            {
                "kind": "percentage", "name": "sewer", "label": "Sewer", "service": "sewer", "rule": NYC_RULE,
                "percent": "159", "of": ["water"],
            },
        ],
    }  # fmt: skip


def nyc(rate: str = "3.81", minimum: str = "0.46") -> Tariff:
    """The city's tariff with one of its pairs of rate and minimum."""
    return tariff_from(nyc_body(rate, minimum))


def tariff(unit: str, *components: dict[str, Any], **attributes: Any) -> Tariff:
    """A tariff of these components, named in order; what a component does not say is filled in."""
    named = [
        {"name": f"c{place}", "label": f"Component {place}", "service": "other", "rule": "As printed", **component}
        for place, component in enumerate(components)
    ]
    return tariff_from({"title": "A printed rate page", "unit": unit, "components": named, **attributes})


def tiers(*steps: tuple[str | None, str]) -> dict[str, Any]:
    """A component of marginal tiers."""
    return {"kind": "tiers", "tiers": [{"through": through, "rate": rate} for through, rate in steps]}


def per_unit(rate: str, **more: Any) -> dict[str, Any]:
    """A component priced by the unit."""
    return {"kind": "per_unit", "rate": rate, **more}


def fixed(amount: str | dict[str, str]) -> dict[str, Any]:
    """A component that is the same on every bill."""
    return {"kind": "fixed", "amount": amount}
