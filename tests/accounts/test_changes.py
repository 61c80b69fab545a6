"""What holds on a day: of all changes the last that began, whatever the order in which they were recorded."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.accounts.domain.changes import Change, NothingChanges, in_force, latest, make_change
from services.accounts.domain.nightly import next_night
from tests.accounts.maple_street import NOW, ZONE

FIRST = date(2026, 1, 1)
DAYS = st.integers(0, 40).map(lambda days: FIRST + timedelta(days=days))
RECORDED = st.lists(st.tuples(DAYS, st.sampled_from("abcd")), max_size=12)


def recorded(entries: list[tuple[date, str]]) -> list[Change[str]]:
    """These changes, recorded in this order; what changes nothing is left out."""
    changes: list[Change[str]] = []
    for number, (on, value) in enumerate(entries):
        if in_force(changes, "first", on) != value:
            changes.append(make_change(changes, "first", UUID(int=number), on=on, value=value, evidence="seen"))
    return changes


@given(RECORDED, DAYS)
def test_the_last_that_began_holds(entries: list[tuple[date, str]], day: date) -> None:
    changes = recorded(entries)
    expected = "first"
    for on in sorted({one.effective_on for one in changes if one.effective_on <= day}):
        expected = [one.value for one in changes if one.effective_on == on][-1]
    assert in_force(changes, "first", day) == expected


@given(RECORDED, st.tuples(DAYS, st.sampled_from("xyz")), DAYS)
def test_a_change_says_nothing_about_days_before_it(
    entries: list[tuple[date, str]], late: tuple[date, str], day: date
) -> None:
    before = recorded(entries)
    one = make_change(before, "first", UUID(int=99), on=late[0], value=late[1], evidence="seen")
    if day < late[0]:
        assert in_force([*before, one], "first", day) == in_force(before, "first", day)
    else:
        after = latest(before, day)
        again = after is not None and after.effective_on > late[0]
        assert in_force([*before, one], "first", day) == (in_force(before, "first", day) if again else late[1])


def test_what_changes_nothing_is_refused() -> None:
    with pytest.raises(NothingChanges):
        make_change([], "Ana", UUID(int=1), on=FIRST, value="Ana", evidence="seen")


def test_the_night_is_the_towns_also_when_the_clocks_change() -> None:
    assert next_night(NOW, ZONE).isoformat() == "2026-03-04T05:00:00+00:00"
    assert next_night(NOW + timedelta(days=5), ZONE).isoformat() == "2026-03-09T04:00:00+00:00"
    assert next_night(NOW.replace(hour=4, minute=59), ZONE).isoformat() == "2026-03-03T05:00:00+00:00"
