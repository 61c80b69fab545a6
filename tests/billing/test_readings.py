"""What the dials may show: readings that cannot be true are refused, and those that stand out wait for a person."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.billing.domain.flags import Use
from services.billing.domain.readings import (
    Came,
    Mark,
    Metered,
    MeterUnknown,
    Reading,
    ReadingAlreadyTaken,
    ReadingBeforeLast,
    ReadingBeyondDials,
    ReadingInFuture,
    judge,
    take,
)
from shared.errors import Refusal
from shared.ids import AccountId, AgreementId, MeterId, ReadingId
from tests.billing.policies import MUNICIPAL

ZONE = ZoneInfo("America/New_York")
NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
POLICY = MUNICIPAL.readings
LAST = Mark(ReadingId(UUID(int=1)), 1000, NOW - timedelta(days=30), (NOW - timedelta(days=30)).date())
USUAL = (Use(100, 30), Use(120, 30), Use(110, 30))
METER = Metered(
    AgreementId(UUID(int=2)), AccountId(UUID(int=3)), MeterId(UUID(int=4)),
    dials=5, multiplier=1, unit="ccf", last=LAST, accepted=LAST, usual=USUAL,
)  # fmt: skip


def came(value: int, read_at: datetime = NOW, serial: str = "N-1") -> Came:
    return Came(ReadingId(UUID(int=9)), serial, value, read_at, "actual", "head_end")


def judged(value: int, read_at: datetime = NOW, meter: Metered = METER) -> Reading:
    return judge(came(value, read_at), meter, NOW, ZONE, POLICY)


@pytest.mark.parametrize(
    ("reading", "meter", "refusal", "field"),
    [
        (came(1100), None, MeterUnknown, "meter_serial"),
        (came(1100, NOW + timedelta(minutes=6)), METER, ReadingInFuture, "read_at"),
        (came(100_000), METER, ReadingBeyondDials, "value"),
        (came(1100, NOW - timedelta(days=31)), METER, ReadingBeforeLast, "read_at"),
        (came(1001, LAST.read_at), METER, ReadingBeforeLast, "read_at"),
        (came(1000, LAST.read_at), METER, ReadingAlreadyTaken, "read_at"),
    ],
)
def test_what_cannot_be_true_is_refused(
    reading: Came, meter: Metered | None, refusal: type[Refusal], field: str
) -> None:
    with pytest.raises(refusal) as refused:
        judge(reading, meter, NOW, ZONE, POLICY)
    assert refused.value.field == field
    assert refused.value.remedy


def test_a_usual_reading_is_accepted_with_its_use() -> None:
    reading = judged(1110)
    assert (reading.state, reading.flags) == ("accepted", ())
    assert (reading.used_units, reading.days_count, reading.previous_reading_id) == (110, 30, LAST.reading_id)


def test_the_day_of_a_reading_is_the_towns_day() -> None:
    late_evening = datetime(2026, 3, 2, 3, 30, tzinfo=UTC)
    assert judged(1110, late_evening).read_on.isoformat() == "2026-03-01"


@pytest.mark.parametrize(
    ("value", "flag"),
    [(990, "negative"), (1000, "zero"), (1035, "low"), (1220, "high"), (1440, "very_high"), (1110, None), (1218, None)],
)
def test_what_stands_out_waits_for_a_person(value: int, flag: str | None) -> None:
    reading = judged(value)
    assert reading.flags == ((flag,) if flag else ())
    assert reading.state == ("flagged" if flag else "accepted")


def test_twice_the_usual_is_not_high_while_it_is_little() -> None:
    meter = METER._replace(usual=(Use(5, 30),))
    assert judged(1012, meter=meter).flags == ()


def test_nothing_is_compared_with_nothing() -> None:
    """A conversion's first reading has no history: nothing used, or very much used, is billed as it is."""
    meter = METER._replace(usual=())
    assert judged(1000, meter=meter).flags == ()
    assert judged(9571, meter=meter).flags == ()


def test_readings_a_few_hours_apart_are_not_compared_with_a_season() -> None:
    meter = METER._replace(accepted=LAST._replace(read_at=NOW - timedelta(hours=6), read_on=NOW.date()))
    assert judged(1000, meter=meter).flags == ()


def test_dials_that_passed_their_end_begin_at_zero_again() -> None:
    meter = METER._replace(accepted=LAST._replace(value=99_950))
    reading = judged(60, meter=meter)
    assert (reading.used_units, reading.rolled_over_units, reading.flags) == (110, 100_000, ())


@pytest.mark.parametrize(
    ("before", "value", "days_count"),
    [
        pytest.param(50_001, 2, 365, id="a turn of just half of the dials is believed no more"),
        pytest.param(99_950, 20_000, 30, id="more than the meter can pass in a month"),
    ],
)
def test_a_turn_that_cannot_be_is_negative(before: int, value: int, days_count: int) -> None:
    then = NOW - timedelta(days=days_count)
    meter = METER._replace(accepted=Mark(LAST.reading_id, before, then, then.date()), usual=())
    reading = judged(value, meter=meter)
    believed = 2 * (value + 100_000 - before) <= 100_000 and days_count == 365
    assert reading.flags == (() if believed else ("negative",))
    assert (reading.rolled_over_units == 100_000) is believed


def test_two_readings_of_one_meter_in_one_batch_follow_each_other() -> None:
    first, second = came(1050, NOW - timedelta(days=15)), came(1110)._replace(reading_id=ReadingId(UUID(int=10)))
    unknown = came(5, serial="N-2")
    taken, refused = take([first, unknown, second], {"N-1": METER}, NOW, ZONE, POLICY)
    assert [reading.used_units for reading in taken] == [50, 60]
    assert taken[1].previous_reading_id == first.reading_id
    assert [(place, type(why)) for place, why in refused] == [(1, MeterUnknown)]


def test_what_waits_is_not_measured_against() -> None:
    """A misread of 9110 waits; the next month is measured from the last reading that was accepted."""
    misread, right = came(9110, NOW - timedelta(days=15)), came(1110)._replace(reading_id=ReadingId(UUID(int=10)))
    taken, _ = take([misread, right], {"N-1": METER}, NOW, ZONE, POLICY)
    assert [(reading.state, reading.used_units) for reading in taken] == [("flagged", 8110), ("accepted", 110)]


@given(st.lists(st.integers(0, 99_999), min_size=1, max_size=8), st.data())
def test_one_by_one_and_together_are_the_same(values: list[int], data: st.DataObject) -> None:
    days = data.draw(st.lists(st.integers(-40, 1), min_size=len(values), max_size=len(values)))
    batch = [
        Came(ReadingId(UUID(int=100 + n)), "N-1", value, NOW + timedelta(days=day), "actual", "head_end")
        for n, (value, day) in enumerate(zip(values, days, strict=True))
    ]
    together, refused = take(batch, {"N-1": METER}, NOW, ZONE, POLICY)
    assert _one_by_one(batch) == together
    assert len(together) + len(refused) == len(batch)
    accepted = [reading for reading in together if reading.state == "accepted"]
    if accepted:
        turned = sum(reading.rolled_over_units for reading in accepted)
        assert sum(reading.used_units for reading in accepted) == accepted[-1].value - LAST.value + turned


def _one_by_one(batch: Sequence[Came]) -> list[Reading]:
    meter, taken = METER, []
    for one in batch:
        for reading in take([one], {"N-1": meter}, NOW, ZONE, POLICY)[0]:
            accepted = reading.mark if reading.state == "accepted" else meter.accepted
            meter = meter._replace(last=reading.mark, accepted=accepted)
            taken.append(reading)
    return taken
