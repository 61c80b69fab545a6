"""When a home's water may be shut off: at any hour in a municipality, in the law's hours under the BPU's rules."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.accounts.domain.policies import (
    AnswerTimeTooLong,
    OutsideShutoffHours,
    ShutoffGate,
    ShutoffHoursBreakLaw,
    policy_from,
)
from services.accounts.domain.premises import PremiseUse
from shared.new_jersey import NewJerseyHolidays
from tests.accounts.maple_street import MUNICIPAL, ZONE

LAWFUL: Mapping[str, Any] = {
    "uses": ["residential"],
    "open": {day: [["08:00", "16:00"]] for day in ("monday", "tuesday", "wednesday", "thursday")},
    "closed": ["holiday", "day_before_holiday"],
}
HOME = PremiseUse.RESIDENTIAL


def a_policy(pack: str = "nj-bpu", seconds: int = 60, **hours: Any) -> Any:
    return {"shutoff": {"answer_within_seconds": seconds, "hours": {**LAWFUL, **hours}}} | {"pack": pack}


def bpu() -> ShutoffGate:
    return ShutoffGate(policy_from("nj-bpu", a_policy()), ZONE)


@pytest.mark.parametrize(
    ("moment", "allowed"),
    [
        ("2026-03-02 08:00", True),  # Monday
        ("2026-03-02 07:59", False),
        ("2026-03-05 15:59", True),  # Thursday
        ("2026-03-05 16:00", False),
        ("2026-03-06 10:00", False),  # Friday
        ("2026-03-07 10:00", False),  # Saturday
        ("2026-05-25 10:00", False),  # Memorial Day, a Monday
        ("2026-11-25 10:00", False),  # the Wednesday before Thanksgiving
        ("2026-11-26 10:00", False),  # Thanksgiving
        ("2026-11-24 10:00", True),  # the Tuesday before
        ("2026-12-31 10:00", False),  # the day before New Year's Day, across the year's end
    ],
)
def test_a_home_under_the_bpu_is_shut_off_monday_to_thursday_from_eight_to_four(moment: str, allowed: bool) -> None:
    local = datetime.fromisoformat(moment).replace(tzinfo=ZONE)
    if allowed:
        bpu().check_moment(HOME, local)
    else:
        with pytest.raises(OutsideShutoffHours):
            bpu().check_moment(HOME, local)
    MUNICIPAL.check_moment(HOME, local)
    bpu().check_moment(PremiseUse.COMMERCIAL, local)


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.times())
def test_an_allowed_moment_is_on_an_allowed_day_and_never_on_or_before_a_holiday(day: date, hour: time) -> None:
    local = datetime.combine(day, hour, ZONE)
    gate, holidays = bpu(), NewJerseyHolidays()
    try:
        gate.check_moment(HOME, local)
    except OutsideShutoffHours:
        return
    gate.check_day(HOME, local.date())
    assert local.weekday() < 4
    assert 8 <= local.hour < 16
    assert local.date() not in holidays
    assert local.date() + timedelta(days=1) not in holidays


def test_a_friday_is_refused_when_the_order_is_scheduled() -> None:
    with pytest.raises(OutsideShutoffHours):
        bpu().check_day(HOME, date(2026, 3, 6))


@pytest.mark.parametrize(
    "hours",
    [
        {"open": {"friday": [["08:00", "16:00"]]}},
        {"open": {"monday": [["07:30", "16:00"]]}},
        {"open": {"monday": [["08:00", "16:30"]]}},
        {"closed": ["holiday"]},
        {"closed": []},
        {"uses": ["commercial"]},
    ],
)
def test_hours_beyond_the_law_are_refused_under_the_bpu_pack_and_free_in_a_municipality(hours: dict[str, Any]) -> None:
    with pytest.raises(ShutoffHoursBreakLaw) as refused:
        policy_from("nj-bpu", a_policy(**hours))
    assert "N.J.A.C. 14:3-3A" in refused.value.rule
    policy_from("nj-municipal", a_policy(**hours))


def test_shorter_hours_than_the_laws_are_the_towns_choice() -> None:
    policy_from("nj-bpu", a_policy(open={"tuesday": [["09:00", "12:00"], ["13:00", "15:00"]]}))


@pytest.mark.parametrize("seconds", [0, -1, 61])
def test_a_crew_waits_at_most_a_minute(seconds: int) -> None:
    with pytest.raises(AnswerTimeTooLong):
        policy_from("nj-municipal", a_policy(seconds=seconds))
