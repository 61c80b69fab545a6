"""Seasons: a component is priced in some months, or between two days of the year, and not in the others."""

import calendar
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic.functional_validators import AfterValidator

from services.billing.domain.circumstances import Circumstances
from services.billing.domain.tariffs.written import Month, Part

LEAP_YEAR = 2000


def _comes(day: str) -> str:
    month, _, of_month = day.partition("-")
    if not 1 <= int(month) <= 12 or not 1 <= int(of_month) <= calendar.monthrange(LEAP_YEAR, int(month))[1]:
        raise ValueError(f"{day} is a day that never comes: write month and day, such as 06-01")
    return day


DayOfYear = Annotated[str, Field(pattern=r"^[0-9]{2}-[0-9]{2}$"), AfterValidator(_comes)]


class Season(Part):
    """When a component is priced: by the month of the reading or of the billing, or by the days of use themselves.

    `offset` moves the month: with -1 a bill made in July is priced as June's. Days of use split the use by days where
    a season begins or ends within the period.
    """

    by: Literal["read_month", "billing_month", "days"] = "read_month"
    months: list[Month] = Field(default=[], max_length=12)
    offset: int = Field(default=0, ge=-11, le=11)
    first: DayOfYear | None = None
    last: DayOfYear | None = None

    @model_validator(mode="after")
    def _says_when(self) -> Self:
        if self.by == "days" and (self.first is None or self.last is None or self.months):
            raise ValueError('a season by "days" has a first and a last day of the year, such as 06-01 and 09-30')
        if self.by != "days" and (not self.months or self.first or self.last):
            raise ValueError("a season by month names its months, such as [6, 7, 8, 9]")
        return self

    def days_count(self, bill: Circumstances) -> int:
        """How many of the days that are priced lie in the season: all or none, where it goes by the month."""
        if self.by == "days":
            return sum(self._has(day) for day in bill.priced.days())
        on = bill.period.end_on if self.by == "read_month" else bill.billed_on or bill.period.end_on
        return bill.priced.days_count if self.covers(on) else 0

    def covers(self, on: date) -> bool:
        """Whether the month of a day, moved by the offset, is one of the season's."""
        return (on.month - 1 + self.offset) % 12 + 1 in self.months

    def _has(self, day: date) -> bool:
        at, first, last = f"{day:%m-%d}", self.first or "", self.last or ""
        return first <= at <= last if first <= last else at >= first or at <= last
