"""Facts as Hypothesis makes them: whatever a fact's own JSON Schema allows."""

import json
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from hypothesis import strategies as st
from pydantic import ValidationError

from shared.events import Fact
from town.contract import schema

FORMATS: dict[str, st.SearchStrategy[str]] = {
    "uuid": st.uuids().map(str),
    "date": st.dates(date(1900, 1, 1), date(2199, 12, 31)).map(str),
    "date-time": st.integers(-2_208_988_800, 7_258_118_399).map(
        lambda seconds: datetime.fromtimestamp(seconds, UTC).isoformat()
    ),
}


@cache
def told_by(fact: type[Fact]) -> st.SearchStrategy[Fact]:
    """Facts of one type, as they may be told."""
    made = schema(fact)
    return _value(made, made.get("$defs", {})).map(lambda data: _read(fact, data)).filter(bool).map(_certain)


def _read(fact: type[Fact], data: Any) -> Fact | None:
    """None where two fields exclude each other, which no schema says."""
    try:
        return fact.model_validate_json(json.dumps(data), strict=True)
    except ValidationError as error:
        if error.errors()[0]["loc"]:
            raise
        return None


def _certain(fact: Fact | None) -> Fact:
    assert fact is not None
    return fact


def _value(part: dict[str, Any], definitions: dict[str, Any]) -> st.SearchStrategy[Any]:
    if "$ref" in part:
        return _value(definitions[part["$ref"].rpartition("/")[2]], definitions)
    if "anyOf" in part:
        return st.one_of([_value(choice, definitions) for choice in part["anyOf"]])
    if "enum" in part or "const" in part:
        return st.sampled_from(part.get("enum") or [part["const"]])
    of_type = {"object": _object, "array": _array, "string": _string, "integer": _integer}.get(part["type"])
    return st.none() if of_type is None else of_type(part, definitions)


def _object(part: dict[str, Any], definitions: dict[str, Any]) -> st.SearchStrategy[Any]:
    fields = {name: _value(content, definitions) for name, content in part["properties"].items()}
    required = {name: fields.pop(name) for name in part.get("required", [])}
    return st.fixed_dictionaries(required, optional=fields)


def _array(part: dict[str, Any], definitions: dict[str, Any]) -> st.SearchStrategy[Any]:
    most = min(part["maxItems"], 5)
    return st.lists(_value(part["items"], definitions), min_size=part.get("minItems", 0), max_size=most)


def _string(part: dict[str, Any], _definitions: dict[str, Any]) -> st.SearchStrategy[Any]:
    if "format" in part:
        return FORMATS[part["format"]]
    least, most = part.get("minLength", 0), part.get("maxLength", 100)
    if "pattern" in part:
        return st.from_regex(part["pattern"], fullmatch=True).filter(lambda text: least <= len(text) <= most)
    return st.text(min_size=least, max_size=min(most, 100))


def _integer(part: dict[str, Any], _definitions: dict[str, Any]) -> st.SearchStrategy[Any]:
    least = part["exclusiveMinimum"] + 1 if "exclusiveMinimum" in part else part["minimum"]
    most = part["exclusiveMaximum"] - 1 if "exclusiveMaximum" in part else part["maximum"]
    return st.integers(least, most)
