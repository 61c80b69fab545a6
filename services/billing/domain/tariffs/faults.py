"""What is wrong with a tariff: where it stands, which component, the rule that it breaks, and what to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from services.billing.domain.tariffs.tariff import Tariff
from services.billing.domain.tariffs.written import Misplaced
from shared.errors import Invalid

Place = tuple[int | str, ...]

REMEDIES = {
    "extra_forbidden": "Look at the spelling; the page on tariffs names what each kind of component has.",
    "missing": "Add it; the page on tariffs names what each kind of component has.",
    "union_tag_invalid": "Choose one of the kinds that are named.",
    "union_tag_not_found": "Say of which kind the component is: kind: per_unit, tiers, fixed, ...",
    "literal_error": "Choose one of the words that are named.",
    "string_pattern_mismatch": "Write it in lower-case letters, digits and underscores, such as water_summer.",
}
REMEDY = "Correct the component that is named, as the page on tariffs shows it, and load the tariff again."


class TariffUnsound(Invalid):
    """A tariff names a component once, has no hole between tiers, and takes percentages of what stands above."""

    remedy = REMEDY


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong. `place` is the way to it in the document."""

    place: Place
    component: str | None
    rule: str
    remedy: str


def tariff_from(body: Mapping[str, Any]) -> Tariff:
    """The tariff in a document. Raises TariffUnsound naming the first thing that is wrong, and where."""
    try:
        return Tariff.model_validate(body)
    except ValidationError as wrong:
        first = wrong.errors(include_url=False, include_input=False)[0]
        where = ".".join(["body", *map(str, _place(first))])
        raise TariffUnsound(field=where, found=first["msg"].removeprefix("Value error, ")) from None


def faults_in(body: Mapping[str, Any]) -> list[Fault]:
    """All that is wrong with a document; nothing for a tariff that is sound."""
    try:
        Tariff.model_validate(body)
    except ValidationError as wrong:
        return [fault_of(body, one) for one in wrong.errors(include_url=False, include_input=False)]
    return []


def fault_of(body: Mapping[str, Any], found: ErrorDetails) -> Fault:
    """What a check of a document found, as a clerk is told it."""
    place = _place(found)
    said, remedy = found["msg"].removeprefix("Value error, "), REMEDIES.get(found["type"], REMEDY)
    return Fault(_without_kind(body, place), _component(body, place), said, remedy)


def _place(found: ErrorDetails) -> Place:
    """The way to what is wrong, down to the component or the tier that does not stand where it can."""
    error = found.get("ctx", {}).get("error")
    return (*found["loc"], *(error.place if isinstance(error, Misplaced) else ()))


def _without_kind(body: Mapping[str, Any], place: Place) -> Place:
    """The way through the document itself: the check names a component's kind behind its number."""
    if len(place) < 3 or place[0] != "components" or not isinstance(place[1], int):
        return place
    component = body["components"][place[1]]
    kind = component.get("kind") if isinstance(component, Mapping) else None
    return (*place[:2], *place[3:]) if place[2] == kind else place


def _component(body: Mapping[str, Any], location: Place) -> str | None:
    """The name of the component in which it stands, or its number where it has none."""
    if len(location) < 2 or location[0] != "components" or not isinstance(location[1], int):
        return None
    component = body["components"][location[1]]
    name = component.get("name") if isinstance(component, Mapping) else None
    return str(name) if name else f"number {location[1] + 1}"
