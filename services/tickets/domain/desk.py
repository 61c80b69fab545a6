"""The desk's own rules as they stand on a day: hours, limits, categories, and the texts that customers are sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from services.tickets.domain.categories import Category
from shared.calendar import BusinessCalendar, due

Interval = tuple[time, time]
Weekday = Annotated[int, Field(ge=0, le=6)]
Minutes = Annotated[int, Field(ge=1, le=100_000)]


class DeskPolicy(BaseModel):
    """The numbers of rulebook section 8, as a row of `policies` keeps them. Minutes are business time."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    hours: dict[Weekday, Annotated[list[Interval], Field(max_length=10)]]
    warning_percent: int = Field(ge=1, le=99)
    escalation_minutes: Minutes
    escalation_levels: list[Literal["senior", "supervisor", "department_head"]] = Field(min_length=1, max_length=3)
    closure_minutes: Minutes
    routing_retry_minutes: Minutes
    lower_level_minutes: Minutes
    scarce_holders_max: int = Field(ge=0, le=1_000)


@dataclass(frozen=True, slots=True)
class Desk:
    """What a decision at the desk needs to know besides the tickets themselves."""

    policy: DeskPolicy
    calendar: BusinessCalendar
    categories: Mapping[str, Category]
    templates: Mapping[str, str]

    def due(self, start: datetime, minutes: int, pauses: tuple[tuple[datetime, datetime], ...] = ()) -> datetime:
        """When so many minutes of business time have passed since `start`, the pauses left out."""
        return due(start, timedelta(minutes=minutes), self.calendar, pauses)


def calendar_of(policy: DeskPolicy, zone: ZoneInfo) -> BusinessCalendar:
    """The desk's business calendar: its hours in the town's zone, closed on New Jersey's holidays."""
    return BusinessCalendar(zone, {day: tuple(intervals) for day, intervals in policy.hours.items()})
