"""A representative: what she can do, how much she can hold, and when she is there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Literal

from services.tickets.domain.tickets import Level
from shared.errors import Invalid, NotFound

Availability = Literal["available", "away"]


class RepresentativeUnknown(NotFound):
    """Work is given to somebody who works at the desk."""

    remedy = "Choose a representative from GET /v1/representatives, or have the supervisor set one."


class ShiftEndsBeforeItBegins(Invalid):
    """A shift's interval begins before it ends, and no two of one day overlap."""

    remedy = "Split a shift that crosses midnight into two days."


@dataclass(frozen=True, slots=True)
class Representative:
    """A person at the desk. `shift` maps a weekday (Monday is 0) to intervals of the town's local time."""

    subject: str
    name: str
    level: Level
    availability: Availability
    capacity: int
    skills: Mapping[str, int]
    shift: Mapping[int, tuple[tuple[time, time], ...]]


def on_shift(person: Representative, local: datetime) -> bool:
    """Whether she is at work at this moment of the town's local time."""
    moment = local.time()
    return any(starts <= moment < ends for starts, ends in person.shift.get(local.weekday(), ()))


def check_shift(shift: Mapping[int, tuple[tuple[time, time], ...]]) -> None:
    """Every interval is forward, and a day's intervals follow one another. Raises ShiftEndsBeforeItBegins."""
    for weekday, intervals in shift.items():
        edges = [edge for interval in sorted(intervals) for edge in interval]
        forward = all(starts < ends for starts, ends in intervals)
        if not forward or edges != sorted(edges):
            raise ShiftEndsBeforeItBegins(field="shift", weekday=weekday)
