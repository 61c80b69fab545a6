"""What was once told stays readable: a released fact may grow by a field with a default, and change in no other way."""

from collections.abc import Iterator, Mapping
from typing import Any

from shared.events import FACTS, Fact
from town.contract import schema

REMARKS = {"title", "description", "default", "examples", "$comment", "$schema", "$id"}
"""What a schema says to people; changing it breaks nobody."""


def contract_of(fact: type[Fact]) -> dict[str, Any]:
    """What others rely on: where a fact is told, what its key is, and what every field may hold."""
    return {"topic": fact.speaker, "key": fact.about, "schema": bare(schema(fact))}


def contracts() -> dict[str, dict[str, Any]]:
    """The contract of every fact of today, by event type."""
    return {event_type: contract_of(fact) for event_type, fact in FACTS.items()}


def breaches(released: Mapping[str, Any], today: Mapping[str, Any]) -> list[str]:
    """What of the released contracts today's no longer keep, a sentence each; what is new is no breach."""
    return [breach for event_type in released for breach in _breaches_of(event_type, released, today)]


def bare(schema_part: Any, definitions: Mapping[str, Any] | None = None) -> Any:
    """A schema without remarks, its definitions written where they are used: two that are equal allow the same."""
    if isinstance(schema_part, list):
        return [bare(part, definitions) for part in schema_part]
    if not isinstance(schema_part, dict):
        return schema_part
    definitions = schema_part.get("$defs", definitions) or {}
    if "$ref" in schema_part:
        return bare(definitions[schema_part["$ref"].rpartition("/")[2]], definitions)
    kept = {name: part for name, part in schema_part.items() if name not in REMARKS and name != "$defs"}
    return {
        name: {field: bare(content, definitions) for field, content in part.items()}
        if name == "properties"
        else bare(part, definitions)
        for name, part in kept.items()
    }


def _breaches_of(event_type: str, released: Mapping[str, Any], today: Mapping[str, Any]) -> Iterator[str]:
    if event_type not in today:
        yield f"{event_type} is gone: those who kept it can no longer be read"
        return
    then, now = released[event_type], today[event_type]
    for where in ("topic", "key"):
        if then[where] != now[where]:
            yield f"{event_type} has another {where}: its order is lost"
    yield from _breaches_in(event_type, then["schema"], now["schema"])


def _breaches_in(path: str, then: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    """The fields of an object, and of the objects in it."""
    was, is_now = then.get("properties", {}), now.get("properties", {})
    for field in was.keys() - is_now.keys():
        yield f"{path}.{field} is gone: say it with a new fact"
    for field in is_now.keys() - was.keys():
        if field in now.get("required", ()):
            yield f"{path}.{field} is new and has no default: what was told before cannot be read"
    for field in was.keys() & is_now.keys():
        yield from _breaches_at(f"{path}.{field}", was[field], is_now[field])
        if (field in then.get("required", ())) != (field in now.get("required", ())):
            yield f"{path}.{field} is required in one version and not in the other"


def _breaches_at(path: str, then: Any, now: Any) -> Iterator[str]:
    objects = [_object_in(then), _object_in(now)]
    if all(objects):
        yield from _breaches_in(path, *objects)
    elif then != now:
        yield f"{path} holds something else than before: say it with a new fact"


def _object_in(schema_part: Mapping[str, Any]) -> Mapping[str, Any]:
    """The object that a field holds, where it holds one (or none)."""
    choices = schema_part.get("anyOf", [schema_part])
    return next((choice for choice in choices if "properties" in choice), {})
