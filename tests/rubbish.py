"""Bad messages as other city systems send them, by the thousand, the same for the same seed."""

import json
from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Any

from shared.inbox import Record

INBOUND: dict[str, tuple[str, dict[str, Any]]] = {
    "inbound.meter-readings": (
        "inbound.MeterReading",
        {"meter_serial": "M-1", "value": 7, "read_at": "2026-03-02T15:00:00Z", "quality": "actual"},
    ),
    "inbound.remittances": (
        "inbound.Remittance",
        {"reference": "L-1", "account_number": "0000000017", "amount_cents": 5, "received_on": "2026-03-02"},
    ),
    "inbound.field-results": (
        "inbound.FieldResult",
        {
            "order_id": "01a208d2-6b76-71ec-b4ee-550174b162fa",
            "outcome": "completed",
            "at": "2026-03-02T15:00:00Z",
            "crew": "Crew 4",
        },
    ),
}
"""By topic: the type it carries, and a value that could be taken if nothing else were wrong."""

EVIL: tuple[Any, ...] = (
    None, True, "", " ", "\x00", "\u202e", "\ud800", "a" * 100_000, "NaN", "-1", "1e400", "' OR 1=1 --", "{{7*7}}",
    -1, 0, 1.5, 2**63, 2**64, -(2**63), 10**4000, float("nan"), float("inf"), [], {}, [[]], {"value": {}}, [1] * 1000,
    "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-02-30", "2026-13-01T00:00:00Z", "2026-03-02T15:00",
    "24:00", 1_772_463_600, "00000000-0000-0000-0000-000000000000", "not-a-uuid", "🚰" * 30,
)  # fmt: skip

DEPTHS = (50, 300, 50_000)
DEPTHS_SHARES = (10, 10, 1)
"""The deepest are half a megabyte each: some dozens of them, not a hundred megabytes."""

Headers = list[tuple[str, bytes | None]]
Parts = tuple[bytes | None, bytes | None, Headers]
"""A key, a value, and headers."""


def bad_messages(seed: int, count: int, topics: Sequence[str] = tuple(INBOUND)) -> Iterator[Record]:
    """So many messages over the inbound topics, almost all of which nobody could take."""
    random = Random(seed)
    for offset in range(count):
        topic = random.choice(topics)
        spoil = random.choice(SPOILERS)
        key, value, headers = spoil(random, topic, offset)
        yield Record(topic, 0, offset, key, value, headers)


def good_parts(topic: str, number: int, **changes: Any) -> Parts:
    """A message that can be read, in binary mode."""
    event_type, fields = INBOUND[topic]
    headers: Headers = [
        ("ce_specversion", b"1.0"),
        ("ce_id", f"id-{number}".encode()),
        ("ce_source", b"/head-end/7"),
        ("ce_type", event_type.encode()),
        ("ce_time", b"2026-03-02T15:00:00Z"),
        ("content-type", b"application/json"),
    ]
    return b"key", _json({**fields, **changes}), headers


def _json(thing: Any) -> bytes:
    return json.dumps(thing).encode()


def _random_bytes(random: Random, topic: str, number: int) -> Parts:
    _, _, headers = good_parts(topic, number)
    return random.randbytes(random.randrange(30)), random.randbytes(random.randrange(200)), headers


def _cut(random: Random, topic: str, number: int) -> Parts:
    key, value, headers = good_parts(topic, number)
    return key, (value or b"")[: random.randrange(len(value or b""))], headers


def _bit_flipped(random: Random, topic: str, number: int) -> Parts:
    key, value, headers = good_parts(topic, number)
    flipped = bytearray(value or b"")
    flipped[random.randrange(len(flipped))] ^= 1 << random.randrange(8)
    return key, bytes(flipped), headers


def _evil_field(random: Random, topic: str, number: int) -> Parts:
    return good_parts(topic, number, **{random.choice(list(INBOUND[topic][1])): random.choice(EVIL)})


def _field_missing(random: Random, topic: str, number: int) -> Parts:
    key, value, headers = good_parts(topic, number)
    fields = json.loads(value or b"{}")
    del fields[random.choice(list(fields))]
    return key, _json(fields), headers


def _header_missing(random: Random, topic: str, number: int) -> Parts:
    key, value, headers = good_parts(topic, number)
    del headers[random.randrange(len(headers))]
    return key, value, headers


def _header_twice(random: Random, topic: str, number: int) -> Parts:
    key, value, headers = good_parts(topic, number)
    return key, value, [*headers, random.choice(headers)]


def _evil_header(random: Random, topic: str, number: int) -> Parts:
    key, value, headers = good_parts(topic, number)
    place = random.randrange(len(headers))
    content = random.choice([None, b"", b"\x00", b"\xff\xfe", b"x" * 5000, b"\xed\xa0\x80", random.randbytes(20)])
    headers[place] = (headers[place][0], content)
    return key, value, headers


def _evil_key(random: Random, topic: str, number: int) -> Parts:
    _, value, headers = good_parts(topic, number)
    return random.choice([None, b"", b"\x00", b"\xff", b"k" * 5000, random.randbytes(40)]), value, headers


def _nested(random: Random, topic: str, number: int) -> Parts:
    key, _, headers = good_parts(topic, number)
    (depth,) = random.choices(DEPTHS, DEPTHS_SHARES)
    return key, random.choice([b"[", b'{"value":', b'{"x":['])[:9] * depth, headers


def _tombstone(random: Random, topic: str, number: int) -> Parts:
    key, _, headers = good_parts(topic, number)
    return key, None, headers


def _nothing_at_all(random: Random, topic: str, number: int) -> Parts:
    return None, random.choice([None, b"", b"null", b"0", b"[]", b"{}", b'"x"']), []


def _plain_json(random: Random, topic: str, number: int) -> Parts:
    """What most systems send first: JSON, and not a word about what it is."""
    key, value, _ = good_parts(topic, number)
    return key, value, [("content-type", b"application/json")]


def _evil_structured(random: Random, topic: str, number: int) -> Parts:
    event_type, fields = INBOUND[topic]
    event: dict[str, Any] = {
        "specversion": "1.0", "id": f"id-{number}", "source": "/head-end/7", "type": event_type,
        "time": "2026-03-02T15:00:00Z", "datacontenttype": "application/json", "data": fields,
    }  # fmt: skip
    event[random.choice([*event, "data_base64"])] = random.choice(EVIL)
    return b"key", _json(event), [("content-type", b"application/cloudevents+json; charset=UTF-8")]


def _wrong_topic(random: Random, topic: str, number: int) -> Parts:
    return good_parts(random.choice([other for other in INBOUND if other != topic]), number)


SPOILERS: tuple[Callable[[Random, str, int], Parts], ...] = (
    _random_bytes, _cut, _bit_flipped, _evil_field, _field_missing, _header_missing, _header_twice, _evil_header,
    _evil_key, _nested, _tombstone, _nothing_at_all, _plain_json, _evil_structured, _wrong_topic,
)  # fmt: skip
