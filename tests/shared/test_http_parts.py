"""The parts of the door alone: cursors come back as they went, buckets fill, paths lead where they say."""

import asyncio
import json
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import NotFound
from shared.http.asking import Asked
from shared.http.bodies import check_json
from shared.http.judging import refusal_for
from shared.http.limits import Buckets
from shared.http.pages import CursorUnreadable, cursor_of, values_of
from shared.http.paths import Paths
from shared.http.problems import BodyNotJson

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


TEXTS = st.text(st.characters(exclude_characters="\0", codec="utf-8"))
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
)


@given(JSON_VALUES, st.booleans())
def test_well_formed_json_is_taken(value: Any, escaped: bool) -> None:
    check_json(json.dumps(value, ensure_ascii=escaped).encode())


@given(
    st.one_of(st.binary(), st.text().map(str.encode), st.from_regex(r'[\[\]{}",:\\u0-9a-fdeE+. -]*').map(str.encode))
)
def test_whatever_else_comes_is_taken_or_refused_and_nothing_else(raw: bytes) -> None:
    with suppress(BodyNotJson):
        check_json(raw)


TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.mark.parametrize(
    ("given_trace", "passed_on"), [(TRACE, TRACE), ("00-1-2-3", None), (TRACE + "\n", None), ("", None)]
)
def test_a_trace_is_passed_on_if_it_is_one(given_trace: str, passed_on: str | None) -> None:
    headers = [(b"traceparent", given_trace.encode()), (b"x-correlation-id", b"story-1")]
    asked = Asked({"method": "GET", "raw_path": b"/", "query_string": b"", "headers": headers}, None)
    assert (asked.cause.traceparent, asked.cause.correlation_id) == (passed_on, "story-1")
    assert asked.cause.causation_id == asked.request_id


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (NotFound(), 404), (asyncpg.UniqueViolationError(), 409), (asyncpg.ForeignKeyViolationError(), 409),
        (asyncpg.CheckViolationError(), 422), (asyncpg.NumericValueOutOfRangeError(), 422),
        (asyncpg.CharacterNotInRepertoireError(), 422), (asyncpg.QueryCanceledError(), 504),
        (asyncpg.SerializationError(), 503), (asyncpg.DeadlockDetectedError(), 503),
        (asyncpg.LockNotAvailableError(), 503), (asyncpg.TooManyConnectionsError(), 503),
        (asyncpg.CannotConnectNowError(), 503), (asyncpg.ConnectionDoesNotExistError(), 503),
        (asyncpg.InterfaceError("pool is closing"), 503), (TimeoutError(), 503), (ConnectionRefusedError(), 503),
        (asyncio.CancelledError(), 504), (asyncpg.NotNullViolationError(), None), (asyncpg.UndefinedTableError(), None),
        (asyncpg.PostgresSyntaxError(), None), (ValueError(), None), (KeyError(), None),
    ],
)  # fmt: skip
def test_what_the_database_says_is_told_or_is_a_fault_of_ours(fault: BaseException, status: int | None) -> None:
    refusal = refusal_for(fault)
    assert (refusal.status if refusal else None) == status
