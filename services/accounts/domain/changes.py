"""Changes: a name, a mailing address or what rates go by holds from a day on; what held before stays on record.

It can be asked for. A change is never rewritten: a wrong one is put right by another one with the same day.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar
from uuid import UUID

from shared.errors import Conflict

Value = TypeVar("Value")


class NothingChanges(Conflict):
    """A change says something else than what holds on its day."""

    remedy = "Compare with the history: it holds already, or the day is wrong."


@dataclass(frozen=True, slots=True)
class Change(Generic[Value]):
    """A value that holds from a day on, the value that held until then, and how one knows."""

    change_id: UUID
    effective_on: date
    value: Value
    former: Value
    evidence: str


def latest(changes: Iterable[Change[Value]], on: date) -> Change[Value] | None:
    """The change that holds on a day; of two with the same day the one recorded later. None before the first."""
    return max((one for one in changes if one.effective_on <= on), key=_order, default=None)


def in_force(changes: Sequence[Change[Value]], without: Value, on: date) -> Value:
    """What holds on a day; before the first change what that one says was there until then.

    `without` holds where nothing was ever changed.
    """
    holds = latest(changes, on)
    if holds is not None:
        return holds.value
    return min(changes, key=_order).former if changes else without


def make_change(
    changes: Sequence[Change[Value]], without: Value, change_id: UUID, *, on: date, value: Value, evidence: str
) -> Change[Value]:
    """The next change of a thing that had these. Raises NothingChanges."""
    former = in_force(changes, without, on)
    if value == former:
        raise NothingChanges(given=str(value), effective_on=on)
    return Change(change_id, on, value, former, evidence)


def _order(change: Change[Value]) -> tuple[date, UUID]:
    """Ids are made in order of time (UUIDv7)."""
    return change.effective_on, change.change_id
