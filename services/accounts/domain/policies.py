"""What the town has set for shutting off: how long an answer may take, and the hours in which a valve may be closed."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from services.accounts.domain.premises import PremiseUse
from shared.errors import Conflict, Invalid
from shared.new_jersey import NewJerseyHolidays

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
ANSWER_WITHIN_MAX = timedelta(seconds=60)

Hours = Mapping[int, tuple[tuple[time, time], ...]]

BPU_PACK = "nj-bpu"
BPU_HOURS: Hours = {weekday: ((time(8), time(16)),) for weekday in range(4)}
"""The widest hours for a home. **Source**: N.J.A.C. 14:3-3A (rulebook 5): Monday to Thursday, 8:00 to 16:00."""


class OutsideShutoffHours(Conflict):
    """A home's service is shut off only in the hours that the law allows, never on or before a holiday."""

    remedy = "Leave the water on, and schedule the order for an allowed day and hour (N.J.A.C. 14:3-3A)."


class ShutoffHoursBreakLaw(Invalid):
    """Under N.J.A.C. 14:3-3A a home is shut off Monday to Thursday, 8:00 to 16:00, never on or before a holiday."""

    remedy = "Set hours within these, and keep holidays and the days before them closed."


class AnswerTimeTooLong(Invalid):
    """A crew at the valve waits at most 60 seconds for an answer (rulebook 5)."""

    remedy = "Set shutoff.answer_within_seconds to a number from 1 to 60."


@dataclass(frozen=True, slots=True)
class ShutoffPolicy:
    """One version of the town's policy; without hours every hour is allowed."""

    pack: str
    answer_within: timedelta
    hours: Hours | None = None
    uses: frozenset[PremiseUse] = frozenset()
    closed: frozenset[str] = frozenset()


def policy_from(pack: str, body: Mapping[str, Any]) -> ShutoffPolicy:
    """The policy that a row holds. Raises AnswerTimeTooLong, ShutoffHoursBreakLaw."""
    shutoff = body["shutoff"]
    hours = shutoff.get("hours")
    policy = ShutoffPolicy(
        pack=pack,
        answer_within=timedelta(seconds=shutoff["answer_within_seconds"]),
        hours=None if hours is None else _hours(hours["open"]),
        uses=frozenset() if hours is None else frozenset(PremiseUse(use) for use in hours["uses"]),
        closed=frozenset() if hours is None else frozenset(hours["closed"]),
    )
    _check_lawful(policy)
    return policy


def _hours(spans: Mapping[str, list[list[str]]]) -> Hours:
    return {
        WEEKDAYS.index(day): tuple((time.fromisoformat(opens), time.fromisoformat(shuts)) for opens, shuts in of_day)
        for day, of_day in spans.items()
    }


def _check_lawful(policy: ShutoffPolicy) -> None:
    if not timedelta(0) < policy.answer_within <= ANSWER_WITHIN_MAX:
        raise AnswerTimeTooLong(field="shutoff.answer_within_seconds", given=policy.answer_within.total_seconds())
    if policy.pack == BPU_PACK and not _within_bpu(policy):
        raise ShutoffHoursBreakLaw(field="shutoff.hours", pack=policy.pack)


def _within_bpu(policy: ShutoffPolicy) -> bool:
    if policy.hours is None or PremiseUse.RESIDENTIAL not in policy.uses:
        return False
    spans = [(day, opens, shuts) for day, of_day in policy.hours.items() for opens, shuts in of_day]
    inside = all(
        any(first <= opens and shuts <= last for first, last in BPU_HOURS.get(day, ())) for day, opens, shuts in spans
    )
    return inside and {"holiday", "day_before_holiday"} <= policy.closed


@dataclass(frozen=True, slots=True)
class ShutoffGate:
    """The policy in force, in the town's zone and by its calendar: may a valve be closed at this moment?"""

    policy: ShutoffPolicy
    zone: ZoneInfo
    holidays: Container[date] = field(default_factory=NewJerseyHolidays)

    def check_day(self, use: PremiseUse, day: date) -> None:
        """Some hour of the day is allowed, in the town's time. Raises OutsideShutoffHours (N.J.A.C. 14:3-3A)."""
        if not self._spans(use, day):
            raise OutsideShutoffHours(field="scheduled_on", day=day)

    def check_moment(self, use: PremiseUse, moment: datetime) -> None:
        """The moment is in an allowed hour, its end not included. Raises OutsideShutoffHours (N.J.A.C. 14:3-3A)."""
        local = moment.astimezone(self.zone)
        if not any(opens <= local.time() < shuts for opens, shuts in self._spans(use, local.date())):
            raise OutsideShutoffHours(moment=local.isoformat(timespec="minutes"))

    def _spans(self, use: PremiseUse, day: date) -> tuple[tuple[time, time], ...]:
        if self.policy.hours is None or use not in self.policy.uses:
            return ((time.min, time.max),)
        if "holiday" in self.policy.closed and day in self.holidays:
            return ()
        if "day_before_holiday" in self.policy.closed and day + timedelta(days=1) in self.holidays:
            return ()
        return self.policy.hours.get(day.weekday(), ())
