"""What comes and cannot be read is answered with the field, the rule and the remedy, whatever its bytes."""

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.cloudevents import (
    AttributeBroken,
    AttributeMissing,
    AttributeTwice,
    CloudEventExpected,
    Headers,
    KeyBroken,
    TypeNotTaken,
    Unreadable,
    ValueBroken,
    decode,
    headers_of,
    value_of,
)
from shared.events import TOPICS
from shared.ids import new_id
from shared.inbox import Record
from shared.refused import Message, answer
from tests.rubbish import INBOUND, bad_messages, good_parts

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
READINGS = "inbound.meter-readings"


def changed(topic: str, **headers: bytes | None) -> Headers:
    """The headers of a good message with some changed; None leaves one out."""
    _, _, good = good_parts(topic, 0)
    new = {name.replace("_", "-") if name == "content_type" else name: content for name, content in headers.items()}
    return [(name, new.get(name, content)) for name, content in good if new.get(name, content) is not None]


@pytest.mark.parametrize(
    ("headers", "refusal", "field"),
    [
        (changed(READINGS, ce_specversion=None), CloudEventExpected, "ce_specversion"),
        (changed(READINGS, ce_specversion=b"0.3"), CloudEventExpected, "ce_specversion"),
        (changed(READINGS, ce_id=None), AttributeMissing, "ce_id"),
        (changed(READINGS, ce_source=None), AttributeMissing, "ce_source"),
        (changed(READINGS, ce_type=None), AttributeMissing, "ce_type"),
        (changed(READINGS, ce_time=None), AttributeMissing, "ce_time"),
        (changed(READINGS, ce_time=b"yesterday"), AttributeBroken, "ce_time"),
        (changed(READINGS, ce_time=b"2026-03-02T15:00:00"), AttributeBroken, "ce_time"),
        (changed(READINGS, ce_time=b"0001-01-01T00:00:00+14:00"), AttributeBroken, "ce_time"),
        (changed(READINGS, ce_id=b"  "), AttributeBroken, "ce_id"),
        (changed(READINGS, ce_id=b"a\x00b"), AttributeBroken, "ce_id"),
        (changed(READINGS, ce_id=b"\xff\xfe"), AttributeBroken, "ce_id"),
        (changed(READINGS, ce_source=b"s" * 256), AttributeBroken, "ce_source"),
        ([*changed(READINGS), ("ce_id", b"another")], AttributeTwice, "ce_id"),
        (changed(READINGS, ce_type=b"inbound.Remittance"), TypeNotTaken, "ce_type"),
        (changed(READINGS, ce_type=b"inbound.Unheard"), TypeNotTaken, "ce_type"),
        (changed(READINGS, content_type=b"text/csv"), CloudEventExpected, "content-type"),
        (changed(READINGS, content_type=b"application/cloudevents-batch+json"), CloudEventExpected, "content-type"),
        ([("content-type", b"application/json")], CloudEventExpected, "ce_specversion"),
        ([], CloudEventExpected, "ce_specversion"),
    ],
)
def test_what_is_wrong_with_the_headers_is_said(headers: Headers, refusal: type[Unreadable], field: str) -> None:
    _, value, _ = good_parts(READINGS, 0)
    with pytest.raises(refusal) as refused:
        decode(READINGS, None, value, headers)
    assert refused.value.field == field
    assert refused.value.rule
    assert refused.value.remedy


@pytest.mark.parametrize(
    ("changes", "field", "rule"),
    [
        ({"value": "seven"}, "value", "It must be a whole number."),
        ({"value": "7"}, "value", "It must be a whole number."),
        ({"value": -1}, "value", "It must be at least 0."),
        ({"value": 2**64}, "value", "It must be less than 1000000000000."),
        ({"read_at": "2026-03-02T15:00:00"}, "read_at", "The time must say its zone."),
        ({"read_at": 1_772_463_600}, "read_at", "It must be a date and time."),
        ({"read_at": "1776-07-04T00:00:00Z"}, "read_at", "It must be at least 1900-01-01T00:00:00Z."),
        ({"quality": "guessed"}, "quality", "It must be 'actual', 'estimated' or 'customer'."),
        ({"meter_serial": "M" * 41}, "meter_serial", "It must have at most 40 characters."),
        ({"meter_serial": "M\x00"}, "meter_serial", "It must have visible characters only."),
    ],
)
def test_what_is_wrong_with_a_field_is_said_in_plain_words(changes: dict[str, Any], field: str, rule: str) -> None:
    _, value, headers = good_parts(READINGS, 0, **changes)
    with pytest.raises(ValueBroken) as refused:
        decode(READINGS, None, value, headers)
    assert (refused.value.field, refused.value.rule) == (field, rule)


def test_a_field_of_a_structured_event_is_named_by_its_path() -> None:
    event_type, fields = INBOUND[READINGS]
    event: dict[str, Any] = {
        "specversion": "1.0",
        "id": "r-1",
        "source": "/head-end/7",
        "type": event_type,
        "time": NOON.isoformat(),
    }
    event["data"] = {name: content for name, content in fields.items() if name != "meter_serial"}
    with pytest.raises(ValueBroken) as refused:
        decode(READINGS, None, json.dumps(event).encode(), [("content-type", b"application/cloudevents+json")])
    assert (refused.value.field, refused.value.rule) == ("data.meter_serial", "This field is required.")


@pytest.mark.parametrize("key", [b"\x00", b"\xff", b"k" * 256, "\u2028".encode()])
def test_a_key_that_is_no_short_text_is_refused(key: bytes) -> None:
    _, value, headers = good_parts(READINGS, 0)
    with pytest.raises(KeyBroken):
        decode(READINGS, key, value, headers)


def taken_or_answered(record: Record) -> bool:
    """True if it was taken. Anything but a fact or an answer that can be told fails."""
    try:
        heard = decode(record.topic, record.key, record.value, record.headers)
    except Unreadable as refusal:
        message = Message(record.topic, record.partition, record.offset, record.key, record.value, record.headers)
        answered = answer(message, refusal, NOON)
        told = headers_of(answered, new_id(), NOON, "c", None)
        assert decode("inbound.refused", None, value_of(answered), told) == answered
        assert answered.rule
        assert answered.remedy
        return False
    assert heard is not None
    return True


def test_twenty_thousand_bad_messages_are_each_taken_or_answered() -> None:
    taken = sum(taken_or_answered(record) for record in bad_messages(seed=1, count=20_000))
    assert 0 < taken < 5_000


NAMES = st.sampled_from(["ce_id", "ce_source", "ce_type", "ce_time", "ce_specversion", "content-type", "ce_", "x"])
CONTENTS = st.one_of(
    st.none(),
    st.binary(max_size=40),
    st.sampled_from([b"1.0", b"2026-03-02T15:00:00Z", b"application/json", b"application/cloudevents+json"]),
    st.sampled_from([event_type.encode() for event_type, _ in INBOUND.values()]),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
)


@given(
    st.sampled_from([*TOPICS, "unknown", "inbound.unknown"]),
    st.none() | st.binary(max_size=20),
    st.none() | st.binary(max_size=60) | JSON.map(lambda thing: json.dumps(thing).encode()),
    st.lists(st.tuples(NAMES | st.text(max_size=5), CONTENTS), max_size=9),
)
def test_whatever_comes_it_is_a_fact_or_nothing_or_unreadable(
    topic: str, key: bytes | None, value: bytes | None, headers: Headers
) -> None:
    answered = None
    try:
        decode(topic, key, value, headers)
    except Unreadable as refusal:
        answered = answer(Message(topic, 0, 0, key, value, headers), refusal, NOON)
    assert answered is None or answered.rule


def test_an_original_too_long_to_be_sent_back_is_cut_and_the_answer_says_so() -> None:
    long = b"x" * 900_000
    answered = answer(Message(READINGS, 0, 0, None, long, []), CloudEventExpected(field="value"), NOON)
    assert answered.original_bytes_count == 900_000
    assert base64.b64decode(answered.original_base64) == long[:400_000]
    assert len(value_of(answered)) < 900_000
