"""The town's clock: UTC inside, the town's day outside; turned forward, and those who wait for a time are woken."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from shared.clock import DevelopmentClock, TownClock, local_date

NEWARK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 3, 2, 4, 59, tzinfo=UTC), date(2026, 3, 1)),
        (datetime(2026, 3, 2, 5, 0, tzinfo=UTC), date(2026, 3, 2)),
        (datetime(2026, 7, 2, 3, 59, tzinfo=UTC), date(2026, 7, 1)),
        (datetime(2026, 7, 2, 4, 0, tzinfo=UTC), date(2026, 7, 2)),
    ],
)
def test_a_day_begins_at_the_towns_midnight(moment: datetime, day: date) -> None:
    assert local_date(moment, NEWARK) == day


def test_the_clock_tells_utc() -> None:
    assert TownClock(NEWARK).now().tzinfo is UTC


def test_turning_the_clock_wakes_those_who_wait_for_a_time() -> None:
    clock = TownClock(NEWARK)
    woken: list[str] = []
    clock.on_turn.append(lambda: woken.append("the striker"))
    before = clock.now()
    clock.turn(days=30, hours=1)
    assert clock.now() - before >= timedelta(days=30, hours=1)
    assert woken == ["the striker"]


def test_a_development_clock_follows_what_it_reads_and_wakes_only_when_that_changes() -> None:
    clock = DevelopmentClock(NEWARK)
    woken: list[str] = []
    clock.on_turn.append(lambda: woken.append("the striker"))
    clock.follow(0)
    clock.follow(86_400)
    clock.follow(86_400)
    assert clock.offset == timedelta(days=1)
    assert woken == ["the striker"]


def test_an_offset_that_was_read_before_a_turn_does_not_turn_the_clock_back() -> None:
    """The striker reads the offset while somebody turns the clock, and follows what it read when that is old."""
    clock = DevelopmentClock(NEWARK)
    clock.follow(11 * 86_400)
    clock.follow(0)
    assert clock.offset == timedelta(days=11)
