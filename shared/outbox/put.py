"""Writes facts to the outbox, in the caller's transaction and in the caller's order."""

from collections.abc import Sequence
from typing import Any

from pydantic_core import to_json

from shared.cloudevents import headers_of, value_of
from shared.errors import Invalid
from shared.events import Fact
from shared.ids import EventId, new_id
from shared.postgres import Cause, Tx

_INSERT = """
INSERT INTO outbox (event_id, topic, key, version, headers, payload)
SELECT f.event_id, f.topic, f.key, f.version, f.headers::jsonb, f.payload
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::bytea[])
     WITH ORDINALITY AS f (event_id, topic, key, version, headers, payload, n)
ORDER BY f.n
"""


class FactTooLarge(Invalid):
    """A fact must fit into one record of its topic."""

    remedy = "Say less: an event names things, their texts stay in the service that owns them."


async def put(tx: Tx, *facts: Fact, causes: Sequence[Cause] = ()) -> None:
    """Tell facts. The rows of what they are about must be locked by now: that is what keeps a key's order.

    Correlation and causation come from `causes`, one for each fact, where several requests are answered together;
    else from the fact of the same key that this batch heard, else from the transaction.
    Raises FactTooLarge before anything is written.
    """
    if not facts:
        return
    led_to_by = causes or [_cause_of(tx, fact) for fact in facts]
    rows = [_row(tx, fact, cause) for fact, cause in zip(facts, led_to_by, strict=True)]
    await tx.execute(_INSERT, *map(list, zip(*rows, strict=True)))
    tx.bells.add("relay")


def _cause_of(tx: Tx, fact: Fact) -> Cause:
    heard = tx.causes.get(fact.key())
    return tx.cause if heard is None else heard.cause


def _row(tx: Tx, fact: Fact, cause: Cause) -> tuple[Any, ...]:
    payload = value_of(fact)
    if len(payload) > tx.event_bytes_max:
        raise FactTooLarge(type=fact.event_type(), bytes_count=len(payload), bytes_max=tx.event_bytes_max)
    key = fact.key()
    event_id = EventId(new_id())
    causes = (cause.correlation_id, cause.causation_id)
    headers = headers_of(fact, event_id, tx.now, *causes, traceparent=cause.traceparent)
    headers_text = to_json(dict(headers)).decode()
    return event_id, tx.topic_prefix + fact.speaker, key, fact.version, headers_text, payload
