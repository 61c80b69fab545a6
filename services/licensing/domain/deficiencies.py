"""What is wrong with an application, item by item: why, by which rule, and what to do about it."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from services.licensing.domain.forms import Change, touches
from shared.errors import Conflict, NotFound


class DeficiencyUnknown(NotFound):
    """The application has no such item."""

    remedy = "Read the application: it lists its items."


class DeficiencyNotOpen(Conflict):
    """An item is cleared once, while it is open."""

    remedy = "Read the application again; somebody has closed this item."


class Standing(StrEnum):
    """How an item stands."""

    OPEN = "open"
    CLEARED = "cleared"
    WAIVED = "waived"


@dataclass(frozen=True, slots=True)
class Deficiency:
    """One thing to correct: a field of the form, or a requirement and the fields it reads."""

    deficiency_id: UUID
    standing: Standing
    requirement_code: str | None
    fields: tuple[str, ...]
    reason_code: str
    citation: str
    found: str
    remedy: str
    evidence: str
    due_on: date
    raised_round: int
    closed_at: datetime | None = None
    closed_by: str | None = None
    closed_why: str | None = None


def clear(
    items: tuple[Deficiency, ...], chosen: frozenset[UUID], *, why: str, by: str, now: datetime
) -> tuple[Deficiency, ...]:
    """The items with the chosen ones cleared. Raises DeficiencyUnknown, DeficiencyNotOpen."""
    for unknown in chosen - {item.deficiency_id for item in items}:
        raise DeficiencyUnknown(field="deficiency_ids", deficiency_id=unknown)
    for item in items:
        if item.deficiency_id in chosen and item.standing is not Standing.OPEN:
            raise DeficiencyNotOpen(field="deficiency_ids", deficiency_id=item.deficiency_id, standing=item.standing)
    return tuple(
        _close(item, Standing.CLEARED, why, by, now) if item.deficiency_id in chosen else item for item in items
    )


def waive(
    items: tuple[Deficiency, ...], requirement_code: str, *, why: str, by: str, now: datetime
) -> tuple[Deficiency, ...]:
    """The items with the open ones about a waived requirement closed."""
    return tuple(
        _close(item, Standing.WAIVED, why, by, now)
        if item.requirement_code == requirement_code and item.standing is Standing.OPEN
        else item
        for item in items
    )


def after_resubmission(items: tuple[Deficiency, ...], changes: tuple[Change, ...]) -> tuple[Deficiency, ...]:
    """A cleared or waived item stays so unless one of its fields changed; then it is open again.

    **Source** rulebook 7, "Deficiency".
    """
    return tuple(
        replace(item, standing=Standing.OPEN, closed_at=None, closed_by=None, closed_why=None)
        if item.standing is not Standing.OPEN and touches(changes, item.fields)
        else item
        for item in items
    )


def due_by(items: tuple[Deficiency, ...], day: date) -> tuple[Deficiency, ...]:
    """The items with those that are open due on a day."""
    return tuple(replace(item, due_on=day) if item.standing is Standing.OPEN else item for item in items)


def still_open(items: tuple[Deficiency, ...]) -> tuple[Deficiency, ...]:
    """The items that stand against approval."""
    return tuple(item for item in items if item.standing is Standing.OPEN)


def _close(item: Deficiency, standing: Standing, why: str, by: str, now: datetime) -> Deficiency:
    return replace(item, standing=standing, closed_at=now, closed_by=by, closed_why=why)
