"""The form of a license type: a JSON Schema; what was answered, and what changed between two answers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from shared.errors import Invalid

ANSWER_DEPTH_MAX = 8
ERRORS_SHOWN_MAX = 20
FIELD_CHARACTERS_MAX = 80
UNREADABLE = frozenset(map(chr, (*range(9), 11, 12, *range(14, 32), 127, *range(0xD800, 0xE000))))
"""Control characters other than tab and line ends, and halves of characters: no text holds them."""

RULES = {
    "enum": "must be one of {}",
    "const": "must be {}",
    "type": "must be of type {}",
    "format": "must be a {}, such as 2026-05-31 for a date",
    "minLength": "must have at least {} characters",
    "maxLength": "must have at most {} characters",
    "minimum": "must be at least {}",
    "maximum": "must be at most {}",
    "pattern": "must look like {}",
    "minItems": "must name at least {}",
    "maxItems": "must name at most {}",
}


class AnswerDoesNotFitTheForm(Invalid):
    """Every answer fits the form of the license type."""

    remedy = "Correct the fields that are named; the license type's form says what each may hold."


class AnswerIsUnreadable(Invalid):
    """An answer is plain text, numbers and dates: no control characters, and nothing nested without end."""

    remedy = "Type the answer again instead of pasting it."


@dataclass(frozen=True, slots=True)
class Change:
    """One field that differs between two submissions; None where it was not answered."""

    field: str
    before: Any
    after: Any


def check_answers(schema: Mapping[str, Any], answers: Mapping[str, Any]) -> None:
    """Raise AnswerIsUnreadable, or AnswerDoesNotFitTheForm naming each wrong field."""
    _check_readable(answers, "answers", 0)
    validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    wrong = dict(pair for error in validator.iter_errors(answers) for pair in _wrong(error))
    if wrong:
        errors = [{"field": field, "rule": rule} for field, rule in sorted(wrong.items())[:ERRORS_SHOWN_MAX]]
        raise AnswerDoesNotFitTheForm(field=errors[0]["field"], errors=errors)


def has_field(schema: Mapping[str, Any], field: str) -> bool:
    """Whether the form asks this field (a dotted path)."""
    node: Any = schema
    for name in field.split("."):
        node = node.get("properties", {}).get(name)
        if node is None:
            return False
    return True


def diff(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    """What changed from one submission to the next, in the order of the fields' names."""
    old, new = dict(_leaves(before, "")), dict(_leaves(after, ""))
    return tuple(
        Change(field, old.get(field), new.get(field))
        for field in sorted(old.keys() | new.keys())
        if old.get(field) != new.get(field)
    )


def touches(changes: tuple[Change, ...], fields: tuple[str, ...]) -> bool:
    """Whether one of the fields, or something within one, is among the changes."""
    return any(change.field == field or change.field.startswith(f"{field}.") for change in changes for field in fields)


def _leaves(answers: Mapping[str, Any], path: str) -> Iterator[tuple[str, Any]]:
    for name, value in answers.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, f"{path}{name}.")
        else:
            yield f"{path}{name}", value


def _check_readable(value: Any, path: str, depth: int) -> None:
    if depth > ANSWER_DEPTH_MAX or (isinstance(value, str) and not UNREADABLE.isdisjoint(value)):
        raise AnswerIsUnreadable(field=path)
    if isinstance(value, float) and value - value != 0:
        raise AnswerIsUnreadable(field=path)
    if isinstance(value, Mapping):
        for name, inner in value.items():
            _check_readable(name, path, depth)
            _check_readable(inner, f"{path}.{name[:FIELD_CHARACTERS_MAX]}", depth + 1)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            _check_readable(inner, f"{path}.{index}", depth + 1)


def _wrong(error: ValidationError) -> Iterator[tuple[str, str]]:
    place = ".".join(["answers", *(str(part) for part in error.absolute_path)])
    answered: Any = error.instance
    wanted: Any = error.validator_value
    asked: Any = error.schema
    match error.validator:
        case "required":
            names = [name for name in wanted if name not in answered]
            yield from ((f"{place}.{name}", "must be answered") for name in names)
        case "additionalProperties":
            names = sorted(answered.keys() - asked.get("properties", {}).keys())
            yield from ((f"{place}.{name[:FIELD_CHARACTERS_MAX]}", "is not asked by this form") for name in names)
        case rule:
            yield place, RULES.get(str(rule), f"breaks the form's rule {rule}").format(wanted)
