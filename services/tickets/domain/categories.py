"""A category: what a matter needs, how fast it is answered, and who may see it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from shared.errors import Invalid

ClockKind = Literal["acknowledge", "resolution"]
CLOCK_KINDS: tuple[ClockKind, ...] = ("acknowledge", "resolution")

Privacy = Literal["ordinary", "restricted"]


class CategoryUnknown(Invalid):
    """A ticket is opened in one of the desk's categories."""

    remedy = "Choose a category from GET /v1/categories."


@dataclass(frozen=True, slots=True)
class Category:
    """What every ticket of this kind needs. Targets are minutes of the desk's business time, by clock."""

    category: str
    title: str
    department: str
    required_skill: str
    required_level: int
    optional_skills: frozenset[str]
    weight: int
    privacy: Privacy
    targets_minutes: Mapping[ClockKind, int]


def category_named(categories: Mapping[str, Category], name: str) -> Category:
    """The category of this name. Raises CategoryUnknown."""
    if name not in categories:
        raise CategoryUnknown(field="category", given=name[:80])
    return categories[name]
