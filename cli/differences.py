"""What two tariffs differ in: each value with the way to it, components by their names."""

from collections.abc import Iterator
from typing import Any


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[dict[str, Any]]:
    """Each value that is not the same in both, in the order of the newer one; None where it is not there."""
    old, new = (dict(_values(tariff, "")) for tariff in (_flat(before), _flat(after)))
    places = [*new, *(place for place in old if place not in new)]
    return [
        {"where": place, "before": old.get(place), "after": new.get(place)}
        for place in places
        if old.get(place) != new.get(place)
    ]


def _flat(tariff: dict[str, Any]) -> dict[str, Any]:
    body = {name: value for name, value in tariff["body"].items() if name != "components"}
    components = {component["name"]: component for component in tariff["body"]["components"]}
    return {"rate_code": tariff["rate_code"], "effective_on": tariff["effective_on"], **body, **components}


def _values(value: Any, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict | list):
        below = value.items() if isinstance(value, dict) else enumerate(value, start=1)
        for name, one in below:
            yield from _values(one, f"{place}.{name}" if place else str(name))
    elif value is not None:
        yield place, str(value)
