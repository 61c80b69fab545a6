"""The answer to a city system whose message was not taken: what came, the field, the rule, the remedy."""

import base64
from datetime import datetime
from typing import NamedTuple

from shared.cloudevents import Headers
from shared.errors import Refusal
from shared.events.inbound import MessageRefused

ORIGINAL_BYTES_MAX = 400_000
"""In base64 this stays well below what a topic takes; a longer original is cut, and the answer says so."""

KEY_LENGTH_MAX = 200
ATTRIBUTE_LENGTH_MAX = 255
SENTENCE_LENGTH_MAX = 500


class Message(NamedTuple):
    """A message as Kafka handed it over; nothing in it can be relied on."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Headers


def answer(message: Message, refusal: Refusal, now: datetime) -> MessageRefused:
    """The answer to one refused message; whatever the bytes, it can be made, stored and told."""
    value = message.value or b""
    headers = dict(message.headers)
    facts = ", ".join(f"{name}: {fact}" for name, fact in refusal.facts.items() if name != "because")
    rule = f"{refusal.rule} ({facts})" if facts else refusal.rule
    return MessageRefused(
        original_key=visible(message.key or b"-", KEY_LENGTH_MAX),
        original_topic=message.topic,
        original_partition=message.partition,
        original_offset=message.offset,
        original_source=_header(headers.get("ce_source")),
        original_id=_header(headers.get("ce_id")),
        original_base64=base64.b64encode(value[:ORIGINAL_BYTES_MAX]).decode(),
        original_bytes_count=len(value),
        refused_at=now,
        field=visible(refusal.field.encode(errors="replace"), ATTRIBUTE_LENGTH_MAX) if refusal.field else None,
        rule=visible(rule.encode(errors="replace"), SENTENCE_LENGTH_MAX),
        remedy=visible(refusal.remedy.encode(errors="replace"), SENTENCE_LENGTH_MAX),
    )


def visible(raw: bytes, length_max: int) -> str:
    r"""Any bytes as a text that can be stored and shown: what is no visible character becomes an escape like `\x00`."""
    text = raw.decode(errors="backslashreplace")
    shown = "".join(letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in text)
    return shown[:length_max]


def _header(content: bytes | None) -> str | None:
    return visible(content, ATTRIBUTE_LENGTH_MAX) if content else None
