"""The term of a license: from which day to which, by the calendar that its type keeps."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

from pydantic import BaseModel, ConfigDict, Field


class TermRule(BaseModel):
    """How long a license of one type lasts; with `year_starts` ("02-01") it ends with the licensing year."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    months: int = Field(ge=1, le=120)
    year_starts: str | None = Field(default=None, pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])$")
    opens_early_days: int = Field(default=0, ge=0, le=180)


@dataclass(frozen=True, slots=True)
class Term:
    """The days on which a license holds, and the licensing period that its requirements are counted from."""

    starts_on: date
    expires_on: date
    period_starts_on: date


def months_after(day: date, months: int) -> date:
    """The same day some months later; a day that month does not have becomes its last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def term_from(rule: TermRule, day: date) -> Term:
    """The term of a license granted on a day.

    Near its end (`opens_early_days`) a licensing year gives way to the next: the license holds at once and runs
    through the coming year.
    **Source** N.J.S.A. 4:19-15.3 (dog licenses expire no later than June 30; a municipality fixes its year).
    """
    period_starts_on = day if rule.year_starts is None else _year_of(rule, day)
    return Term(day, months_after(period_starts_on, rule.months) - timedelta(days=1), period_starts_on)


def _year_of(rule: TermRule, day: date) -> date:
    month, first = (int(part) for part in (rule.year_starts or "").split("-"))
    this_year = date(day.year, month, first)
    start = this_year if this_year <= day else date(day.year - 1, month, first)
    following = date(start.year + 1, month, first)
    return following if (following - day).days <= rule.opens_early_days else start
