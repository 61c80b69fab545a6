"""A tariff as a clerk writes it, in YAML or JSON: read without a float, and each thing with the line that it stands on.

A number is the text that was written, so 3.81 is 3.81 with quotes and without. JSON is read by the same rules.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any

import yaml
from pydantic import Field, ValidationError
from yaml.composer import ComposerError
from yaml.events import AliasEvent
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from services.billing.domain.tariffs.faults import Fault, Place, fault_of, faults_in
from services.billing.domain.tariffs.written import Part
from shared.events.fields import Code, Day

DOCUMENT_CHARACTERS_MAX = 50_000
HEAD = ("rate_code", "effective_on")
_NULL = "tag:yaml.org,2002:null"


class Head(Part):
    """Which rate code a tariff is of, and its first day."""

    rate_code: Annotated[Code, Field(max_length=40)]
    effective_on: Day


@dataclass(frozen=True, slots=True)
class Document:
    """What was read: a sound tariff with its head, or what is wrong, each with its line."""

    rate_code: str | None
    effective_on: date | None
    body: Mapping[str, Any]
    faults: tuple[tuple[int, Fault], ...]


class _WithoutAliases(yaml.SafeLoader):
    """YAML in which everything is said where it stands, so that a line is a line."""

    def compose_node(self, parent: Node | None, index: int) -> Node | None:
        """A node of the tree. Raises ComposerError for an alias."""
        events: Any = self  # the parser's own calls have no types
        if events.check_event(AliasEvent):
            raise ComposerError(None, None, "a tariff has no aliases (*name)", events.peek_event().start_mark)
        return super().compose_node(parent, index)


def read_document(text: str) -> Document:
    """Read and check a tariff as it is written."""
    lines: dict[Place, int] = {}
    faults: list[Fault] = []
    try:
        root = yaml.compose(text, Loader=_WithoutAliases)
        found = None if root is None else _value(root, (), lines, faults)
    except yaml.MarkedYAMLError as wrong:
        mark = wrong.problem_mark or wrong.context_mark
        return _unreadable(mark.line + 1 if mark else 1, f"this is neither YAML nor JSON: {wrong.problem}")
    except (yaml.YAMLError, RecursionError):
        return _unreadable(1, "this is neither YAML nor JSON")
    if not isinstance(found, dict):
        return _unreadable(1, 'a tariff is a list of what it has: "rate_code: …", "title: …", "components: …"')
    head = {name: found.pop(name) for name in HEAD if name in found}
    faults += [*_head_faults(head), *faults_in(found)]
    told = tuple(sorted(((_line(one.place, lines), one) for one in faults), key=lambda pair: pair[0]))
    if told:
        return Document(None, None, found, told)
    checked = Head.model_validate(head)
    return Document(checked.rate_code, checked.effective_on, found, ())


def _value(node: Node, place: Place, lines: dict[Place, int], faults: list[Fault]) -> Any:
    lines.setdefault(place, node.start_mark.line + 1)
    if isinstance(node, MappingNode):
        made: dict[str, Any] = {}
        for key, below in node.value:
            name = str(key.value)
            lines[*place, name] = key.start_mark.line + 1
            if name in made:
                faults.append(Fault((*place, name), None, f'"{name}" is said twice', "Keep one of the two."))
            made[name] = _value(below, (*place, name), lines, faults)
        return made
    if isinstance(node, SequenceNode):
        return [_value(below, (*place, n), lines, faults) for n, below in enumerate(node.value)]
    assert isinstance(node, ScalarNode)
    return None if node.tag == _NULL else node.value


def _head_faults(head: Mapping[str, Any]) -> Iterator[Fault]:
    try:
        Head.model_validate(head)
    except ValidationError as wrong:
        for one in wrong.errors(include_url=False, include_input=False):
            fault = fault_of(head, one)
            remedy = "Write a day that comes as year-month-day, such as 2026-07-01." if "date" in one["type"] else ""
            yield replace(fault, remedy=remedy or fault.remedy)


def _line(place: Place, lines: Mapping[Place, int]) -> int:
    """The line on which it stands, or what it is missing from."""
    while place not in lines and place:
        place = place[:-1]
    return lines.get(place, 1)


def _unreadable(line: int, rule: str) -> Document:
    return Document(None, None, {}, ((line, Fault((), None, rule, "Look at that line and the one above it.")),))
