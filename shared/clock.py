"""The town's time: UTC inside, one clock for all; only in development and in tests can it be turned."""

from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo


class Clock(Protocol):
    """Tells the time. Commands get it from their transaction; a domain is told it as an argument."""

    zone: ZoneInfo

    def now(self) -> datetime:
        """The present moment, UTC."""
        ...


class TownClock:
    """The machine's clock plus an offset that development and tests may turn forward."""

    def __init__(self, zone: ZoneInfo, offset: timedelta = timedelta()) -> None:
        self.zone = zone
        self.offset = offset

    def now(self) -> datetime:
        """The present moment of the town, UTC."""
        return datetime.now(UTC) + self.offset

    def turn(self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0) -> None:
        """Turn the clock forward. The caller has made sure that this is development or a test."""
        self.offset += timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def local_date(moment: datetime, zone: ZoneInfo) -> date:
    """The town's calendar day at a moment."""
    return moment.astimezone(zone).date()
