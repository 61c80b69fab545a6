"""The parts of the door alone: cursors come back as they went, buckets fill, paths lead where they say."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.http.limits import Buckets
from shared.http.pages import CursorUnreadable, cursor_of, values_of
from shared.http.paths import Paths

KEYS = st.lists(
    st.one_of(
        st.text(), st.integers(), st.uuids(), st.dates(), st.none(), st.booleans(),
        st.datetimes(timezones=st.just(UTC)),
    ), min_size=1, max_size=4,
)  # fmt: skip


@given(KEYS)
def test_a_cursor_comes_back_as_it_went(key: list[Any]) -> None:
    assert values_of(cursor_of(key)) == key


@given(st.text())
def test_any_other_text_is_no_cursor(text: str) -> None:
    with pytest.raises(CursorUnreadable):
        values_of(text)


def test_dates_and_times_stay_apart() -> None:
    key = [date(2026, 3, 2), datetime(2026, 3, 2, tzinfo=UTC)]
    assert [type(value) for value in values_of(cursor_of(key))] == [date, datetime]


def test_a_bucket_holds_a_burst_and_those_who_stayed_away_are_forgotten() -> None:
    buckets = Buckets(per_second=0.001, burst=3)
    assert [buckets.take("carl") for _ in range(3)] == [0.0, 0.0, 0.0]
    assert 900 < buckets.take("carl") <= 1_000
    assert buckets.take("rosa") == 0.0
    for number in range(10_000):
        buckets.take(f"stranger {number}")
    assert buckets.take("carl") == 0.0


SEGMENT = st.text(st.characters(exclude_characters="/%\0", codec="utf-8", exclude_categories=["Cs"]), min_size=1)


@given(SEGMENT, SEGMENT)
def test_a_path_parameter_is_what_was_sent(one: str, other: str) -> None:
    paths: Paths[str] = Paths()
    paths.add("GET", "/v1/{first}/fixed/{second}", "here")
    encoded = "/".join("".join(f"%{byte:02X}" for byte in part.encode()) for part in (one, "fixed", other))
    found = paths.find(f"/v1/{encoded}".encode())
    assert found is not None
    assert (found.methods["GET"], found.values) == (("here", ("first", "second")), [one, other])


@pytest.mark.parametrize(
    ("path", "where"),
    [
        ("/notes", "list"), ("/notes/latest", "latest"), ("/notes/7", "one"), ("/notes/latest/lines", "lines of one"),
        ("/notes/", None), ("/note", None), ("/notes/7/lines/", None), ("/", None), ("", None),
    ],
)  # fmt: skip
def test_a_fixed_segment_goes_before_a_parameter_and_does_not_hide_it(path: str, where: str | None) -> None:
    paths: Paths[str] = Paths()
    for template, thing in [
        ("/notes", "list"), ("/notes/latest", "latest"), ("/notes/{note_id}", "one"),
        ("/notes/{note_id}/lines", "lines of one"),
    ]:  # fmt: skip
        paths.add("GET", template, thing)
    found = paths.find(path.encode())
    assert (found.methods["GET"][0] if found else None) == where
