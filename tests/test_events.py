"""The contract between the services: every fact ever told can be read, and the documents say what the code does."""

import copy
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from faststream.specification.asyncapi.v3_0_0.schema import ApplicationSchema
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from shared.cloudevents import decode, headers_of, value_of
from shared.events import FACTS, SPEAKERS, TOPICS, Fact
from shared.ids import new_id
from tests.facts import told_by
from tests.sources import SERVICES, sources
from town.contract import GOLDEN, asyncapi, schema
from town.docs import DOCS, all_towers, documents, outdated, released
from town.released import breaches, contracts

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
GOLDEN_FILES = sorted(GOLDEN.glob("*.json"))
EACH_FACT = pytest.mark.parametrize("fact", FACTS.values(), ids=FACTS.keys())


def heard(fact: Fact) -> Fact | None:
    """The fact as it is heard after it was told."""
    return decode(fact.speaker, fact.key().encode(), value_of(fact), headers_of(fact, new_id(), NOON, "c", None))


@pytest.mark.parametrize("path", GOLDEN_FILES, ids=lambda path: path.stem)
def test_what_was_ever_told_is_still_read(path: Path) -> None:
    """A golden event is kept for ever: today's models read it, and every field of it still means something."""
    event = json.loads(path.read_text("utf-8"))
    topic = FACTS[event["type"]].speaker
    headers = [(f"ce_{name}", text.encode()) for name, text in event.items() if isinstance(text, str)]
    fact = decode(topic, event["partitionkey"].encode(), json.dumps(event["data"]).encode(), headers)
    assert fact is not None
    assert fact.key() == event["partitionkey"]
    again = json.loads(value_of(fact))
    assert again.keys() >= event["data"].keys()
    assert type(fact).model_validate(again | event["data"]) == fact


@EACH_FACT
def test_every_fact_has_a_golden_event(fact: type[Fact]) -> None:
    assert GOLDEN / f"{fact.event_type()}.v1.json" in GOLDEN_FILES


@EACH_FACT
@settings(max_examples=10)
@given(st.data())
def test_whatever_may_be_told_is_heard_the_same(fact: type[Fact], data: st.DataObject) -> None:
    told = data.draw(told_by(fact))
    assert heard(told) == told
    Draft202012Validator(schema(fact)).validate(json.loads(value_of(told)))


@EACH_FACT
def test_nothing_in_a_fact_is_without_a_limit(fact: type[Fact]) -> None:
    for path, part in parts(schema(fact)):
        if part.get("type") == "string":
            assert part.keys() & {"maxLength", "format", "enum", "const", "pattern"}, path
        if part.get("type") == "integer":
            assert part.keys() & {"minimum", "exclusiveMinimum"}, path
            assert part.keys() & {"maximum", "exclusiveMaximum"}, path
        if part.get("type") == "array":
            assert "maxItems" in part, path
        assert part.get("type") != "number", f"{path}: an amount that is not exact"


def parts(of: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object in a schema, with its path."""
    if isinstance(of, dict):
        yield path, of
        for name, inner in of.items():
            yield from parts(inner, f"{path}/{name}")
    elif isinstance(of, list):
        for inner in of:
            yield from parts(inner, path)


@EACH_FACT
def test_a_fact_is_named_in_the_past_tense_and_carries_no_free_text(fact: type[Fact]) -> None:
    assert not re.search(r"(Event|Updated|Message|Created|Deleted)$", fact.__name__)
    assert not set(fact.model_fields) & {"note", "notes", "text", "comment", "comments", "description", "body"}
    assert fact.about in fact.model_fields
    assert (fact.__doc__ or "").strip()
    for name, field in fact.model_fields.items():
        moment = "Moment" if name.endswith(("_at", "_by", "_until")) or name == "at" else ""
        assert not moment or "date" in str(schema(fact)["properties"][name]), f"{name} of {field}"


def test_a_speaker_tells_on_its_own_topic_only() -> None:
    for name, module in SPEAKERS.items():
        topics = {fact.speaker for fact in FACTS.values() if fact.__module__ == module.__name__}
        assert all(topic == name or topic.startswith(f"{name}.") for topic in topics)
    assert set(SERVICES) <= set(TOPICS)


@EACH_FACT
def test_every_fact_of_a_service_is_told_somewhere_in_it(fact: type[Fact]) -> None:
    """A fact that nobody tells is a promise that nobody keeps."""
    if fact.speaker in SERVICES:
        spoken = re.compile(rf"\b{fact.__name__}\(")
        assert any(spoken.search(source.text) for source in sources(f"services/{fact.speaker}"))


def test_what_was_released_holds() -> None:
    assert breaches(released(), contracts()) == []
    assert released().keys() == FACTS.keys(), "run `make docs`"


BILL: dict[str, Any] = {
    "topic": "billing",
    "key": "account_id",
    "schema": {
        "type": "object",
        "properties": {
            "account_id": {"type": "string", "format": "uuid"},
            "total_cents": {"type": "integer", "maximum": 100},
            "meter": {
                "anyOf": [{"properties": {"dials": {"type": "integer"}}, "required": ["dials"]}, {"type": "null"}]
            },
        },
        "required": ["account_id", "total_cents"],
    },
}


@pytest.mark.parametrize(
    ("path", "value", "breach"),
    [
        ("topic", "payments", "Bill has another topic: its order is lost"),
        ("key", "bill_id", "Bill has another key: its order is lost"),
        ("schema.properties.total_cents", None, "Bill.total_cents is gone: say it with a new fact"),
        ("schema.properties.total_cents.maximum", 50, "Bill.total_cents holds something else than before"),
        ("schema.properties.total_cents.type", "string", "Bill.total_cents holds something else than before"),
        ("schema.required", ["account_id"], "Bill.total_cents is required in one version"),
        ("schema.required", ["account_id", "total_cents", "meter"], "Bill.meter is required in one version"),
        ("schema.properties.meter.anyOf.0.properties.dials", None, "Bill.meter.dials is gone"),
        ("schema.properties.paid_on", {"type": "string"}, None),
        ("schema.properties.meter.anyOf.0.properties.maker", {"type": "string"}, None),
    ],
)
def test_a_released_fact_may_grow_by_a_field_with_a_default_and_change_in_no_other_way(
    path: str, value: Any, breach: str | None
) -> None:
    today = copy.deepcopy(BILL)
    *steps, last = path.split(".")
    place: Any = today
    for step in steps:
        place = place[int(step)] if step.isdigit() else place[step]
    if value is None:
        del place[last]
    else:
        place[last] = value
    found = breaches({"Bill": BILL}, {"Bill": today})
    assert any(breach in sentence for sentence in found) if breach else not found


def test_a_new_field_without_a_default_and_a_fact_that_is_gone_break_the_contract() -> None:
    today = copy.deepcopy(BILL)
    today["schema"]["properties"]["paid_on"] = {"type": "string"}
    today["schema"]["required"].append("paid_on")
    assert "no default" in breaches({"Bill": BILL}, {"Bill": today})[0]
    assert breaches({"Bill": BILL}, {"Note": today}) == ["Bill is gone: those who kept it can no longer be read"]


def test_the_documents_say_what_the_code_does() -> None:
    made = documents(all_towers())
    stale = [path for path in outdated(made) if path != "events/released.json"]
    assert stale == [], "run `make docs`"


@EACH_FACT
def test_a_schema_is_a_schema(fact: type[Fact]) -> None:
    Draft202012Validator.check_schema(schema(fact))


def test_the_asyncapi_document_is_one() -> None:
    document = asyncapi(all_towers())
    ApplicationSchema.model_validate(document)
    for _, part in parts(document):
        reference = part.get("$ref", "")
        if reference.startswith("#/"):
            place: Any = document
            for step in reference.removeprefix("#/").split("/"):
                place = place[step]
        elif reference:
            assert (DOCS / "events" / reference).is_file(), reference
    assert set(document["channels"]) == set(TOPICS)
    assert {operation["tags"][0]["name"] for operation in document["operations"].values()} == set(SERVICES)


def test_the_headers_and_the_examples_in_the_asyncapi_document_are_true() -> None:
    messages = asyncapi({})["components"]["messages"]
    for event_type, fact in FACTS.items():
        message, example = messages[event_type], messages[event_type]["examples"][0]["payload"]
        told = headers_of(fact.model_validate(example), new_id(), NOON, "c", "d", traceparent="00-0-0-00")
        Draft202012Validator(message["headers"]).validate({name: content.decode() for name, content in told})
        Draft202012Validator(schema(fact)).validate(example)
