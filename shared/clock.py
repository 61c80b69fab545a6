"""The town's time: UTC inside, one clock for all; only in development and in tests can it be turned."""

from collections.abc import Callable
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
    """The machine's clock plus an offset; tests turn it, production never does."""

    def __init__(self, zone: ZoneInfo, offset: timedelta = timedelta()) -> None:
        self.zone = zone
        self.offset = offset
        self.on_turn: list[Callable[[], None]] = []

    def now(self) -> datetime:
        """The present moment of the town, UTC."""
        return datetime.now(UTC) + self.offset

    def turn(self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0) -> None:
        """Turn the clock forward, and wake whoever waits for a time."""
        self._turn_to(self.offset + timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds))

    def _turn_to(self, offset: timedelta) -> None:
        if offset != self.offset:
            self.offset = offset
            for wake in self.on_turn:
                wake()


class DevelopmentClock(TownClock):
    """Follows the offset that the service's database holds, so that every process of the town is turned at once."""

    def follow(self, offset_seconds: int) -> None:
        """Take over the offset that was read. A clock never goes back: an offset read before a turn comes too late."""
        self._turn_to(max(self.offset, timedelta(seconds=offset_seconds)))


def local_date(moment: datetime, zone: ZoneInfo) -> date:
    """The town's calendar day at a moment."""
    return moment.astimezone(zone).date()
