"""How a fact travels: CloudEvents 1.0 over Kafka, binary mode (and, from outside, structured mode too).

    Unreadable                 the sender is told what, why, and what to do; nothing that comes can raise anything else
    ├── CloudEventExpected     no attributes, or another version or format than we read
    ├── AttributeMissing       `id`, `source`, `type` or `time` is not there
    ├── AttributeTwice         one header came twice, and we do not guess which one counts
    ├── AttributeBroken        it is there and is not what it must be
    ├── KeyBroken              the key is not a short text
    ├── TypeNotTaken           this topic does not carry this type
    └── ValueBroken            the value is not JSON, or one of its fields breaks a rule

Source: CloudEvents 1.0.2 and its Kafka protocol binding 1.0.2. The headers are written by hand because every
fact pays for them; tests hold them against the CloudEvents SDK.
"""

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import ValidationError
from pydantic_core import from_json, to_json

from shared.errors import Invalid
from shared.events import FACTS, Envelope, Fact
from shared.events.fields import VISIBLE
from shared.plain_words import words_for

Headers = Sequence[tuple[str, bytes | None]]
"""As Kafka hands them over: a name may come twice, and a content may be null."""

OUTSIDE = "inbound."
"""Topics that begin so are written by other city systems."""

ATTRIBUTE_LENGTH_MAX = 255

_VISIBLE = re.compile(VISIBLE.strip("^$").replace("]*", "\ud800-\udfff]+"))
"""As in a fact's fields, and no bytes that were not UTF-8."""


class Unreadable(Invalid):
    """This message cannot be read."""

    remedy = "Send it as docs/publish.md shows."


class CloudEventExpected(Unreadable):
    """A message here is a CloudEvent 1.0, in binary or structured mode, with a JSON value."""

    remedy = (
        "Set the headers ce_specversion=1.0, ce_id, ce_source, ce_type, ce_time and content-type=application/json,"
        " or send one structured event with content-type=application/cloudevents+json."
    )


class AttributeMissing(Unreadable):
    """A CloudEvent names its id, source, type and time."""

    remedy = "Add the attribute that is named."


class AttributeTwice(Unreadable):
    """An attribute of a CloudEvent is given once."""

    remedy = "Send the header that is named once."


class AttributeBroken(Unreadable):
    """An attribute of a CloudEvent is a short text of visible characters; its time is RFC 3339 with an offset."""

    remedy = "Correct the attribute that is named: at most 255 characters; a time like 2026-03-01T12:00:00Z."


class KeyBroken(Unreadable):
    """The key of a message, where there is one, is a short text of visible characters."""

    remedy = "Key the message by the field that docs/events names for this topic, or send it without a key."


class TypeNotTaken(Unreadable):
    """This topic carries facts of its own types only."""

    remedy = "Send the type that docs/events names for this topic, or send to the topic of this type."


class ValueBroken(Unreadable):
    """The value of a message is the JSON that its schema describes."""

    def __init__(self, field: str, rule: str, remedy: str) -> None:
        super().__init__(field=field)
        self.remedy = remedy
        self._rule = rule

    @property
    def rule(self) -> str:
        """What is wrong with the field, in words."""
        return self._rule


def headers_of(
    fact: Fact,
    event_id: UUID,
    occurred_at: datetime,
    correlation_id: str,
    causation_id: str | None,
    *,
    traceparent: str | None = None,
) -> list[tuple[str, bytes]]:
    """The headers in which a fact is told."""
    key = fact.key().encode()
    headers = [
        *_constant_headers(type(fact)),
        ("ce_id", str(event_id).encode()),
        ("ce_time", occurred_at.astimezone(UTC).isoformat().encode()),
        ("ce_subject", key),
        ("ce_partitionkey", key),
        ("ce_sequence", b"%019d" % fact.version),
        ("ce_correlationid", correlation_id.encode()),
    ]
    if causation_id is not None:
        headers.append(("ce_causationid", causation_id.encode()))
    if traceparent is not None:
        headers.append(("traceparent", traceparent.encode()))
    return headers


def value_of(fact: Fact) -> bytes:
    """The JSON in which a fact is told."""
    return fact.__pydantic_serializer__.to_json(fact)


def schema_of(fact: type[Fact]) -> str:
    """The name of a fact's JSON Schema, as it stands in `ce_dataschema` and in the schema's own `$id`."""
    return f"urn:curbstop:{fact.event_type()}"


def decode(topic: str, key: bytes | None, value: bytes | None, headers: Headers) -> Fact | None:
    """The fact in a Kafka message, with its envelope; None for a newer fact of ours that this version does not know.

    `topic` is the topic's name in the contract. Header names are compared as they stand (the binding's are lower case).
    Raises Unreadable, and nothing else, whatever the bytes.
    """
    attributes = _attributes(headers)
    if value is None:
        raise CloudEventExpected(field="value")
    media_type = _media_type(attributes.get("content-type", "application/json"))
    prefix = "ce_"
    if topic.startswith(OUTSIDE):
        _check_key(key)
        if media_type == "application/cloudevents+json":
            prefix, media_type = "", "application/json"
            attributes, value = _opened(value)
    if media_type != "application/json":
        raise CloudEventExpected(field="content-type")
    envelope = _envelope(topic, attributes, prefix)
    known = FACTS.get(envelope.type)
    if known is None and not topic.startswith(OUTSIDE):
        return None
    if known is None or known.speaker != topic:
        raise TypeNotTaken(field=f"{prefix}type", type=envelope.type, topic=topic)
    fact = _fact(known, value, prefix)
    fact.heard_in(envelope)
    return fact


@cache
def _constant_headers(fact: type[Fact]) -> tuple[tuple[str, bytes], ...]:
    return (
        ("ce_specversion", b"1.0"),
        ("ce_type", fact.event_type().encode()),
        ("ce_source", f"/curbstop/{fact.speaker.partition('.')[0]}".encode()),
        ("ce_dataschema", schema_of(fact).encode()),
        ("content-type", b"application/json"),
    )


def _attributes(headers: Headers) -> dict[str, str]:
    """The headers as text. Those that are not CloudEvents attributes are none of ours, whatever they hold."""
    attributes: dict[str, str] = {}
    for name, content in headers:
        if name in attributes:
            if name.startswith("ce_") or name == "content-type":
                raise AttributeTwice(field=_plain(name))
        elif content is not None:
            attributes[name] = content.decode(errors="surrogateescape")
    return attributes


def _check_key(key: bytes | None) -> None:
    """Whoever writes from outside may leave the key out; a key must be text, for an answer repeats it."""
    text = "-" if key is None else key.decode(errors="surrogateescape")
    if not _VISIBLE.fullmatch(text) or len(text) > ATTRIBUTE_LENGTH_MAX:
        raise KeyBroken(field="key")


def _opened(value: bytes) -> tuple[dict[str, str], bytes]:
    """The attributes and the JSON data of a structured CloudEvent."""
    try:
        event = from_json(value, allow_inf_nan=False)
    except ValueError:
        raise ValueBroken("value", *words_for("json_invalid", "", {})) from None
    if not isinstance(event, dict):
        raise CloudEventExpected(field="value")
    if _media_type(event.get("datacontenttype", "application/json")) != "application/json":
        raise CloudEventExpected(field="datacontenttype")
    attributes = {name: text for name, text in event.items() if isinstance(text, str)}
    return attributes, _data(event)


def _media_type(content_type: object) -> str:
    return str(content_type).partition(";")[0].strip().lower()


def _data(event: Mapping[str, Any]) -> bytes:
    if "data" in event and "data_base64" in event:
        raise AttributeTwice(field="data_base64")
    if "data" in event:
        return to_json(event["data"])
    try:
        return base64.b64decode(event["data_base64"], validate=True)
    except KeyError:
        raise AttributeMissing(field="data") from None
    except (TypeError, ValueError, binascii.Error):
        raise AttributeBroken(field="data_base64") from None


def _envelope(topic: str, attributes: Mapping[str, str], prefix: str) -> Envelope:
    if attributes.get(f"{prefix}specversion") != "1.0":
        raise CloudEventExpected(field=f"{prefix}specversion")
    outside_id = _text(attributes, f"{prefix}id")
    source = _text(attributes, f"{prefix}source")
    event_type = _text(attributes, f"{prefix}type")
    occurred_at = _moment(_text(attributes, f"{prefix}time"), f"{prefix}time")
    event_id = _event_id(topic, source, outside_id, f"{prefix}id")
    correlation = f"{prefix}correlationid"
    correlation_id = _text(attributes, correlation) if correlation in attributes else str(event_id)
    return Envelope(event_id, source, outside_id, event_type, occurred_at, correlation_id)


def _text(attributes: Mapping[str, str], name: str) -> str:
    text = attributes.get(name)
    if text is None:
        raise AttributeMissing(field=name)
    if not _VISIBLE.fullmatch(text) or text.isspace() or len(text) > ATTRIBUTE_LENGTH_MAX:
        raise AttributeBroken(field=name)
    return text


def _moment(text: str, field: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise AttributeBroken(field=field)


def _event_id(topic: str, source: str, outside_id: str, field: str) -> UUID:
    """Ours as it stands; from outside, one id for each pair of source and id, the same whenever it comes again."""
    if topic.startswith(OUTSIDE):
        return uuid5(_names_of(source), outside_id)
    try:
        return UUID(outside_id)
    except ValueError:
        raise AttributeBroken(field=field) from None


@lru_cache(1_000)
def _names_of(source: str) -> UUID:
    """The namespace of the ids that a source gives; remembered, because a sender sends more than once."""
    return uuid5(NAMESPACE_URL, source)


def _fact(known: type[Fact], value: bytes, prefix: str) -> Fact:
    try:
        return known.model_validate_json(value, strict=True, extra="ignore")
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
    rule, remedy = words_for(first["type"], first["msg"], first.get("ctx", {}))
    steps = first["loc"] if prefix else ("data", *first["loc"])
    raise ValueBroken(".".join(str(step) for step in steps) or "value", rule, remedy)


def _plain(name: str) -> str:
    """A header's name as it can be stored and shown anywhere: no control characters, not too long."""
    return "".join(letter if letter.isprintable() else "?" for letter in name[:ATTRIBUTE_LENGTH_MAX])
