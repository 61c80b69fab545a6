"""What the dials may show: readings that cannot be true are refused, and those that stand out wait for a person."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.billing.domain.dials import Mark
from services.billing.domain.reading_refusals import (
    MeterUnknown,
    NothingToEstimateFrom,
    ReadingAlreadyTaken,
    ReadingAtSameMoment,
    ReadingBeforeStart,
    ReadingBeyondDials,
    ReadingInFuture,
    ReadingInOtherUnit,
)
from services.billing.domain.readings import Came, Metered, Point, Quality, Reading, estimate, judge, rounds
from services.billing.domain.references import History, Reference, Use, expected, median, reference_of
from shared.errors import Refusal
from shared.ids import AccountId, AgreementId, MeterId, ReadingId
from tests.billing.policies import MUNICIPAL

ZONE = ZoneInfo("America/New_York")
NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
POLICY = MUNICIPAL.readings
USUAL = History(periods=(Use(100, 30), Use(120, 30), Use(110, 30)))


def mark(value: int, days_ago: int, turned_units: int = 0) -> Mark:
    then = NOW - timedelta(days=days_ago)
    return Mark(ReadingId(UUID(int=value)), value, then, then.date(), turned_units)


def point(marked: Mark) -> Point:
    return Point(marked.endless, marked.read_on)


LAST = mark(1000, 30)
METER = Metered(
    AgreementId(UUID(int=2)), AccountId(UUID(int=3)), MeterId(UUID(int=4)), dials=5, multiplier=1, unit="ccf",
    same=None, before=LAST, actual=LAST, after=None, base=point(LAST), history=USUAL, still=False, estimates=0,
)  # fmt: skip


def read_before(before: Mark, **changes: Any) -> Metered:
    """A meter that somebody read before."""
    return METER._replace(**{"before": before, "actual": before, "base": point(before), **changes})


def came(value: int, read_at: datetime = NOW, quality: Quality = "actual") -> Came:
    return Came(ReadingId(UUID(int=9)), "N-1", value, read_at, quality, "head_end")


def judged(value: int, meter: Metered = METER, quality: Quality = "actual", read_at: datetime = NOW) -> Reading:
    return judge(came(value, read_at, quality), meter, NOW, ZONE, POLICY)


@pytest.mark.parametrize(
    ("reading", "meter", "refusal", "field"),
    [
        (came(1100), None, MeterUnknown, "meter_serial"),
        (came(1100, NOW + timedelta(minutes=6)), METER, ReadingInFuture, "read_at"),
        (came(100_000), METER, ReadingBeyondDials, "value"),
        (came(1100), METER._replace(before=None, after=LAST), ReadingBeforeStart, "read_at"),
        (came(1100)._replace(unit="gal"), METER, ReadingInOtherUnit, "unit"),
        (came(1001, LAST.read_at), METER._replace(same=LAST), ReadingAtSameMoment, "read_at"),
        (came(1000, LAST.read_at), METER._replace(same=LAST), ReadingAlreadyTaken, "read_at"),
    ],
)
def test_what_cannot_be_true_is_refused(
    reading: Came, meter: Metered | None, refusal: type[Refusal], field: str
) -> None:
    with pytest.raises(refusal) as refused:
        judge(reading, meter, NOW, ZONE, POLICY)
    assert refused.value.field == field
    assert refused.value.remedy


def test_a_usual_reading_is_accepted_with_its_use_and_its_reference() -> None:
    reading = judged(1110)
    assert (reading.state, reading.flags) == ("accepted", ())
    assert (reading.used_units, reading.days_count, reading.previous_reading_id) == (110, 30, LAST.reading_id)
    assert reading.reference == Reference("last_periods", Use(110, 30))


def test_the_day_of_a_reading_is_the_towns_day() -> None:
    late_evening = datetime(2026, 3, 2, 3, 30, tzinfo=UTC)
    assert judged(1110, read_at=late_evening).read_on.isoformat() == "2026-03-01"


@pytest.mark.parametrize(
    ("value", "flag"),
    [(990, "negative"), (1000, "zero"), (1035, "low"), (1220, "high"), (1440, "very_high"), (1110, None), (1218, None)],
)
def test_what_stands_out_waits_for_a_person(value: int, flag: str | None) -> None:
    reading = judged(value)
    assert reading.flags == ((flag,) if flag else ())
    assert reading.state == ("flagged" if flag else "accepted")
    assert reading.compared == (Use(value - 1000, 30) if flag else None)


@pytest.mark.parametrize(
    ("history", "still", "flags"),
    [
        pytest.param(USUAL, False, ("zero",), id="the first time nothing moved"),
        pytest.param(USUAL, True, ("zero", "stuck"), id="the second time, while the first one waits"),
        pytest.param(USUAL._replace(periods=(Use(0, 30), Use(110, 30), Use(120, 30))), False, ("zero", "stuck"),
                     id="the second time, after a person accepted the first"),
        pytest.param(USUAL._replace(periods=(Use(0, 30), Use(0, 30), Use(120, 30))), False, (),
                     id="a house that stands empty is usual"),
        pytest.param(History(), True, ("stuck",), id="with nothing to compare with"),
        pytest.param(History(), False, (), id="nor is anything known of the period before"),
    ],
)  # fmt: skip
def test_a_meter_that_stands_still_twice_is_stuck(history: History, still: bool, flags: tuple[str, ...]) -> None:
    assert judged(1000, METER._replace(history=history, still=still)).flags == flags


@pytest.mark.parametrize(
    ("quality", "estimates", "days_ago", "flags"),
    [
        ("estimated", 0, 30, ()),
        ("estimated", 1, 30, ("prolonged_estimation",)),
        ("estimated", 0, 184, ("prolonged_estimation",)),
        ("customer", 0, 183, ()),
        ("customer", 0, 184, ("prolonged_estimation",)),
        ("actual", 5, 184, ()),
    ],
)
def test_a_meter_that_is_only_guessed_is_visited(
    quality: Quality, estimates: int, days_ago: int, flags: tuple[str, ...]
) -> None:
    meter = read_before(mark(1000, days_ago), estimates=estimates, history=History(season=Use(days_ago * 4, days_ago)))
    assert judged(1000 + days_ago * 4, meter, quality).flags == flags


def test_the_reference_is_the_season_then_the_last_periods_then_peers() -> None:
    every = History(season=Use(60, 30), periods=USUAL.periods, peers=Use(90, 30))
    assert reference_of(every) == Reference("same_season", Use(60, 30))
    assert reference_of(every._replace(season=None)) == Reference("last_periods", Use(110, 30))
    assert reference_of(every._replace(season=None, periods=())) == Reference("peers", Use(90, 30))
    assert reference_of(History()) is None


def test_periods_of_different_length_are_compared_by_the_day() -> None:
    assert median([Use(300, 90), Use(110, 30), Use(400, 100)]) == Use(110, 30)


def test_twice_the_usual_is_not_high_while_it_is_little() -> None:
    assert judged(1012, METER._replace(history=History(periods=(Use(5, 30),)))).flags == ()


def test_nothing_is_compared_with_nothing() -> None:
    """A conversion's first reading has no history: nothing used, or very much used, is billed as it is."""
    meter = METER._replace(history=History())
    assert judged(1000, meter).flags == ()
    assert judged(9571, meter).flags == ()


def test_readings_a_few_hours_apart_are_compared_from_a_week_before() -> None:
    """A head-end reads every six hours: what is looked at is the use of the last week, not of the morning."""
    hours_ago = Mark(ReadingId(UUID(int=5)), 1024, NOW - timedelta(hours=6), NOW.date())
    meter = METER._replace(before=hours_ago, actual=hours_ago, base=point(mark(1000, 7)))
    assert judged(1024, meter).flags == ()
    assert judged(1130, meter).flags == ("very_high",)
    assert judged(1024, meter._replace(base=None)).flags == ()


def test_dials_that_passed_their_end_begin_at_zero_again() -> None:
    reading = judged(60, read_before(mark(99_950, 30)))
    assert (reading.used_units, reading.rolled_over_units, reading.flags) == (110, 100_000, ())
    assert judged(170, read_before(mark(60, 30, turned_units=100_000))).turned_units == 100_000


@pytest.mark.parametrize(
    ("before", "value", "days_count"),
    [
        pytest.param(50_001, 2, 365, id="a turn of just half of the dials is believed no more"),
        pytest.param(99_950, 20_000, 30, id="more than the meter can pass in a month"),
    ],
)
def test_a_turn_that_cannot_be_is_negative(before: int, value: int, days_count: int) -> None:
    reading = judged(value, read_before(mark(before, days_count), history=History()))
    believed = 2 * (value + 100_000 - before) <= 100_000 and days_count == 365
    assert reading.flags == (() if believed else ("negative",))
    assert (reading.rolled_over_units == 100_000) is believed


def test_a_turn_that_the_next_reading_proves_is_believed() -> None:
    """A late reading of 30,000, between 99,950 and 40,000 a year later: the dials did turn, however much it is."""
    meter = read_before(mark(99_950, 30), after=mark(40_000, -300, turned_units=100_000), history=History())
    assert (judged(30_000, meter).rolled_over_units, judged(30_000, meter).flags) == (100_000, ())


def test_a_late_reading_that_does_not_lie_between_its_neighbors_waits() -> None:
    meter = METER._replace(after=mark(1100, -30))
    assert judged(1090, meter).flags == ()
    assert judged(1101, meter).flags == ("negative",)


def test_the_next_actual_reading_nets_a_guess() -> None:
    """Guessed at 1200 from 1000, read at 1150: the use since the guess is less than nothing, and nothing is wrong."""
    guess = mark(1200, 30)
    meter = METER._replace(before=guess, actual=mark(1000, 60), base=point(mark(1000, 60)), estimates=1)
    reading = judged(1150, meter)
    assert (reading.used_units, reading.flags) == (-50, ())
    assert judged(990, meter).flags == ("negative",)


@pytest.mark.parametrize(
    ("use", "days_count", "guessed"),
    [(Use(110, 30), 30, 110), (Use(110, 30), 31, 114), (Use(1, 2), 1, 1), (Use(1, 3), 1, 0), (Use(0, 30), 30, 0)],
)
def test_a_guess_is_the_reference_a_day_times_the_days_rounded(use: Use, days_count: int, guessed: int) -> None:
    assert expected(use, days_count) == guessed


def test_a_guess_begins_at_the_last_reading_in_dial_units() -> None:
    assert estimate(METER, NOW, ZONE) == 1110
    assert estimate(METER._replace(multiplier=10), NOW, ZONE) == 1011
    assert estimate(read_before(mark(99_950, 30)), NOW, ZONE) == 60
    assert estimate(METER._replace(after=mark(1040, -30)), NOW, ZONE) == 1040, "never beyond the next reading"
    with pytest.raises(NothingToEstimateFrom):
        estimate(METER._replace(history=History()), NOW, ZONE)


def test_a_meter_that_is_named_twice_has_its_turn_twice() -> None:
    assert rounds(["a", "b", "a", "c", "a"], key=str) == [["a", "b", "c"], ["a"], ["a"]]
    assert rounds([], key=str) == []


@given(st.integers(0, 99_999), st.integers(0, 99_999), st.integers(1, 400), st.integers(0, 99_999) | st.none())
def test_a_use_is_what_endless_dials_would_show(before: int, value: int, days_ago: int, after: int | None) -> None:
    """Whatever comes, a reading that is accepted splits the use of its neighbors and never changes their sum."""
    first = mark(before, days_ago)
    following = None if after is None else mark(after, -days_ago, turned_units=0 if after >= before else 100_000)
    reading = judged(value, read_before(first, after=following, history=History()))
    endless = reading.value + reading.turned_units
    assert reading.used_units == endless - first.endless
    assert reading.turned_units in (0, 100_000)
    if reading.state == "accepted":
        assert reading.used_units >= 0
        assert following is None or endless <= following.endless
