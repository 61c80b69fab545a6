"""What is wrong with a tariff: where it stands, which component, the rule that it breaks, and what to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from services.billing.domain.tariffs.tariff import Tariff
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
        first = wrong.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(["body", *map(str, first["loc"])])
        raise TariffUnsound(field=where, found=first["msg"].removeprefix("Value error, ")) from None


def faults_in(body: Mapping[str, Any]) -> list[Fault]:
    """All that is wrong with a document; nothing for a tariff that is sound."""
    try:
        Tariff.model_validate(body)
    except ValidationError as wrong:
        found = wrong.errors(include_url=False, include_context=False, include_input=False)
        return [_fault(body, one["loc"], one["type"], one["msg"]) for one in found]
    return []


def _fault(body: Mapping[str, Any], location: Place, kind: str, message: str) -> Fault:
    return Fault(
        _place(body, location), _component(body, location), message.removeprefix("Value error, "),
        REMEDIES.get(kind, REMEDY),
    )  # fmt: skip


def _place(body: Any, location: Place) -> Place:
    """The way through the document itself: without the kind that tells components apart."""
    place: list[int | str] = []
    at = body
    for word in location:
        within = (isinstance(at, Mapping) and word in at) or (
            isinstance(at, list) and isinstance(word, int) and word < len(at)
        )
        if within or not isinstance(at, Mapping) or at.get("kind") != word:
            place.append(word)
        at = at[word] if within else at
    return tuple(place)


def _component(body: Mapping[str, Any], location: Place) -> str | None:
    """The name of the component in which it stands, or its number where it has none."""
    if len(location) < 2 or location[0] != "components" or not isinstance(location[1], int):
        return None
    component = body["components"][location[1]]
    name = component.get("name") if isinstance(component, Mapping) else None
    return str(name) if name else f"number {location[1] + 1}"
