"""A fact travels as a CloudEvent that the SDK reads, and as the SDK writes it, it is heard."""

import base64
import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary, to_binary, to_structured
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from hypothesis import given
from hypothesis import strategies as st

from shared.cloudevents import (
    TypeNotTaken,
    Unreadable,
    decode,
    headers_of,
    value_of,
)
from shared.events import accounts, billing, inbound
from shared.events.meters import MeterFacts
from shared.ids import AccountId, MeterId, PaymentId, new_id
from tests.rubbish import good_parts

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
READINGS = "inbound.meter-readings"
ROSA = AccountId(UUID("01a208d2-6b76-71ec-b4ee-550174b162fa"))


def credit(**changes: Any) -> billing.AccountCredited:
    fields = {"account_id": ROSA, "payment_id": PaymentId(new_id()), "amount_cents": 4_250, "version": 7}
    return billing.AccountCredited(**{**fields, **changes})


def binary(event_id: UUID | None = None, **changes: Any) -> tuple[bytes, list[tuple[str, bytes]]]:
    """Rosa's credit as it is told."""
    fact = credit(**changes)
    return value_of(fact), headers_of(fact, event_id or new_id(), NOON, "the-payment", "its-cause")


def test_what_is_told_is_heard_with_its_envelope() -> None:
    event_id = new_id()
    fact = credit()
    headers = headers_of(fact, event_id, NOON, "the-payment", None)
    heard = decode("billing", str(ROSA).encode(), value_of(fact), headers)
    assert heard == fact
    assert heard is not None
    assert heard.envelope is not None
    assert heard.envelope.event_id == event_id
    assert heard.envelope.source == "/curbstop/billing"
    assert heard.envelope.type == "billing.AccountCredited"
    assert heard.envelope.occurred_at == NOON
    assert heard.envelope.correlation_id == "the-payment"


def test_the_sdk_reads_what_we_tell() -> None:
    event_id, fact = new_id(), credit()
    there = timezone(timedelta(hours=-5))
    told = headers_of(fact, event_id, NOON.astimezone(there), "the-payment", "its-cause", traceparent="00-1-2-01")
    message = KafkaMessage({**dict(told)}, str(ROSA), value_of(fact))
    event = from_binary(message, JSONFormat())
    assert isinstance(event, CloudEvent)
    assert event.get_id() == str(event_id)
    assert event.get_source() == "/curbstop/billing"
    assert event.get_type() == "billing.AccountCredited"
    assert event.get_time() == NOON
    assert event.get_subject() == str(ROSA)
    assert event.get_dataschema() == "urn:curbstop:billing.AccountCredited"
    assert event.get_datacontenttype() == "application/json"
    assert event.get_extension("partitionkey") == str(ROSA)
    assert event.get_extension("sequence") == "0000000000000000007"
    assert event.get_extension("correlationid") == "the-payment"
    assert event.get_extension("causationid") == "its-cause"
    assert dict(told)["traceparent"] == b"00-1-2-01"
    data = event.get_data()
    assert isinstance(data, dict)
    assert data["amount_cents"] == 4_250


def test_sequences_sort_as_text_as_they_do_as_numbers() -> None:
    versions = [1, 9, 10, 99, 2**40, 2**63 - 1]
    told = [dict(binary(version=version)[1])["ce_sequence"] for version in versions]
    assert told == sorted(told)


READING = {"meter_serial": "M-1", "value": 7, "read_at": "2026-03-02T10:00:00-05:00", "from": "a newer head-end"}


def sdk_event(**attributes: Any) -> CloudEvent:
    """A head-end's reading, made with the SDK."""
    chosen = {"id": "r-1", "source": "/head-end/7", "type": "inbound.MeterReading", "time": NOON, "specversion": "1.0"}
    return CloudEvent({**chosen, "datacontenttype": "application/json", **attributes}, READING)


@pytest.mark.parametrize("mode", [to_binary, to_structured])
def test_a_head_end_may_send_either_mode_and_its_offset_becomes_utc(mode: Any) -> None:
    message = mode(sdk_event(partitionkey="M-1"), JSONFormat())
    heard = decode(READINGS, b"M-1", message.value, list(message.headers.items()))
    assert isinstance(heard, inbound.MeterReading)
    assert heard.read_at == datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
    assert heard.read_at.tzinfo is UTC
    assert heard.envelope is not None
    assert heard.envelope.outside_id == "r-1"
    assert heard.envelope.occurred_at == NOON
    assert heard.envelope.correlation_id == str(heard.envelope.event_id)


def test_binary_and_structured_of_one_event_are_one_event() -> None:
    ids = set()
    for mode in (to_binary, to_structured):
        message = mode(sdk_event(), JSONFormat())
        heard = decode(READINGS, None, message.value, list(message.headers.items()))
        assert heard is not None
        assert heard.envelope is not None
        ids.add(heard.envelope.event_id)
    assert len(ids) == 1


@given(st.tuples(st.text("ab:/ ", max_size=6), st.text("ab:/ ", max_size=6)), st.randoms())
def test_the_senders_own_id_counts_only_together_with_its_source(pair: tuple[str, str], random: Any) -> None:
    source, outside_id = (f"x{text}x" for text in pair)
    split = random.randrange(len(source + outside_id))
    other = ((source + outside_id)[:split], (source + outside_id)[split:])
    ids = {}
    for one_source, one_id in ((source, outside_id), other):
        _, value, _ = good_parts(READINGS, 0)
        told = [("ce_specversion", b"1.0"), ("ce_type", b"inbound.MeterReading"), ("ce_time", b"2026-03-02T15:00:00Z")]
        told += [("ce_source", one_source.encode()), ("ce_id", one_id.encode())]
        try:
            heard = decode(READINGS, None, value, told)
        except Unreadable:
            continue
        assert heard is not None
        assert heard.envelope is not None
        ids[one_source, one_id] = heard.envelope.event_id
    assert len(set(ids.values())) == len(ids)


def test_a_structured_event_may_carry_its_data_in_base64() -> None:
    event = {
        "specversion": "1.0", "id": "r-1", "source": "/head-end/7", "type": "inbound.MeterReading",
        "time": "2026-03-02T15:00:00Z", "data_base64": base64.b64encode(json.dumps(READING).encode()).decode(),
    }  # fmt: skip
    heard = decode(READINGS, None, json.dumps(event).encode(), [("content-type", b"application/cloudevents+json")])
    assert isinstance(heard, inbound.MeterReading)


def test_a_hearer_ignores_fields_it_does_not_know_and_a_teller_may_not_tell_them() -> None:
    value, headers = binary()
    newer = json.dumps({**json.loads(value), "told_since": "version 2"}).encode()
    assert isinstance(decode("billing", None, newer, headers), billing.AccountCredited)
    with pytest.raises(ValueError, match="told_since"):
        credit(told_since="version 2")


def test_a_hearer_ignores_unknown_fields_inside_a_field_too() -> None:
    meter = MeterFacts(meter_id=MeterId(new_id()), serial="M-1", dials=6, multiplier=1, unit="hcf")
    fields = {
        "account_id": str(ROSA), "agreement_id": str(new_id()), "service_point_id": str(new_id()),
        "commodity": "water", "rate_code": "W1", "billing_cycle": "1", "started_on": "2026-03-02",
        "meter": {**meter.model_dump(mode="json"), "maker": "unknown"}, "start_reading": 0, "origin": "turn_on",
    }  # fmt: skip
    told = headers_of(credit(), new_id(), NOON, "c", None)
    told = [(name, b"accounts.ServiceStarted" if name == "ce_type" else content) for name, content in told]
    heard = decode("accounts", None, json.dumps(fields).encode(), told)
    assert isinstance(heard, accounts.ServiceStarted)
    assert heard.meter == meter


def test_a_newer_fact_of_ours_is_passed_over() -> None:
    value, headers = binary()
    newer = [(name, b"billing.RateChanged" if name == "ce_type" else content) for name, content in headers]
    assert decode("billing", None, value, newer) is None


def test_a_fact_on_another_speakers_topic_is_not_believed() -> None:
    value, headers = binary()
    with pytest.raises(TypeNotTaken):
        decode("payments", None, value, headers)
