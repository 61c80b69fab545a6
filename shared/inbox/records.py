"""What Kafka hands over, read once: a fact, or the reason why it cannot be read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from asyncpg.pgproto import pgproto

from shared.cloudevents import OUTSIDE, Headers, Unreadable, decode, headers_of, value_of
from shared.events import Envelope, Fact
from shared.ids import new_id
from shared.inbox.hearing import Hearing
from shared.postgres import Cause

_COORDINATES = UUID("6f1d0a3e-6f0c-5e43-9d5b-8d6f2c0f5b11")

UNREADABLE = "unreadable"
KEY_LENGTH_MAX = 255

Place = tuple[str, int]
"""A topic (its name in the contract) and a partition."""


class Record(NamedTuple):
    """One Kafka record; `topic` is its name in the contract, without a town's prefix."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Headers

    @property
    def place(self) -> Place:
        """The topic and partition it came from."""
        return self.topic, self.partition


@dataclass(slots=True)
class Heard:
    """A record that concerns this service: its fact, or why it is unreadable."""

    record: Record
    event_id: UUID
    key: str
    fact: Fact | None
    kind: str
    """The type by which it is put into sets."""
    unreadable: Unreadable | None = None

    @property
    def outside(self) -> bool:
        """True when another city system wrote it: then a refusal is answered, not set aside."""
        return self.record.topic.startswith(OUTSIDE)

    @property
    def cause(self) -> Cause:
        """What this fact is the cause of is told with its correlation."""
        envelope = self.fact.envelope if self.fact is not None else None
        correlation_id = envelope.correlation_id if envelope is not None else str(self.event_id)
        return Cause(correlation_id, str(self.event_id))


def read(records: Sequence[Record], hearing: Hearing) -> list[Heard]:
    """What concerns this service, in the order it came."""
    return [heard for record in records if (heard := _read(record, hearing)) is not None]


def _read(record: Record, hearing: Hearing) -> Heard | None:
    if not record.topic.startswith(OUTSIDE):
        attributes = dict(record.headers)
        kind = attributes.get("ce_type")
        if kind is not None and kind not in hearing.by_header:
            return None  # most facts on a topic concern somebody else
        if (ours := _read_ours(record, attributes, hearing)) is not None:
            return ours
    return _read_carefully(record, hearing)


_NEEDED = itemgetter("ce_type", "ce_id", "ce_source", "ce_time", "ce_correlationid")


def _read_ours(record: Record, attributes: Mapping[str, Any], hearing: Hearing) -> Heard | None:
    """The short way for what our own relay wrote; None when anything about it is not as it writes."""
    try:
        kind, *rest = _NEEDED(attributes)
        outside_id, source, told_at, correlation_id = [content.decode() for content in rest]
        fact_type = hearing.by_header[kind]
        fact = fact_type.__pydantic_validator__.validate_json(record.value or b"", strict=True, extra="ignore")
        event_id, key = pgproto.UUID(outside_id), (record.key or b"").decode()
        envelope = Envelope(
            event_id, source, outside_id, kind.decode(), datetime.fromisoformat(told_at), correlation_id
        )  # fmt: skip
    except (KeyError, AttributeError, ValueError):
        # Missing, given without content, or not as its schema wants it: the careful way finds the words for it.
        return None
    if not key:
        return None
    fact.heard_in(envelope)
    return Heard(record, event_id, key, fact, envelope.type)


def _read_carefully(record: Record, hearing: Hearing) -> Heard | None:
    try:
        fact = decode(record.topic, record.key, record.value, record.headers)
    except Unreadable as unreadable:
        return Heard(record, _id_of_place(record), _key_text(record), None, UNREADABLE, unreadable)
    if fact is None or fact.event_type() not in hearing.handlers:
        return None
    envelope = fact.envelope
    if envelope is None:
        raise AssertionError("a decoded fact has its envelope")
    return Heard(record, envelope.event_id, _storable(fact.key()), fact, fact.event_type())


def _id_of_place(record: Record) -> UUID:
    """What has no id of its own is known by where it stands in the log."""
    return uuid5(_COORDINATES, f"{record.topic}/{record.partition}/{record.offset}")


def _key_text(record: Record) -> str:
    text = _storable((record.key or b"").decode(errors="replace"))
    return text or f"{record.topic}/{record.partition}/{record.offset}"


def _storable(text: str) -> str:
    """PostgreSQL keeps no NUL, and an index no long text; whoever writes from outside may send both."""
    return text.replace("\x00", "\ufffd")[:KEY_LENGTH_MAX]


def record_of(fact: Fact, occurred_at: datetime, offset: int, **changes: Any) -> Record:
    """The record in which a fact would arrive; tests and replays make them without a broker."""
    event_id = changes.get("event_id") or new_id()
    headers = headers_of(fact, event_id, occurred_at, str(event_id), None)
    return Record(fact.speaker, changes.get("partition", 0), offset, fact.key().encode(), value_of(fact), headers)
