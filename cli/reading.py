"""Facts in a file: CSV with a header, or one JSON object a line; what is no fact is told what is wrong with it."""

import csv
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from cli.lines import LINE_CHARACTERS_MAX, Line
from shared.events import Fact
from shared.plain_words import words_for
from town.trouble import Trouble

DELIMITERS = ",;\t|"
NOT_ASKED = frozenset({"version"})
COMPLETE = "Complete the line; put fields that hold commas or quotation marks in quotes."


@dataclass(frozen=True, slots=True)
class Refused:
    """A line that is no fact: which field, by which rule, and what to do about it."""

    line: int
    field: str
    rule: str
    remedy: str


Taken = Fact | list[Refused]
Parse = Callable[[Line, str], Taken]


def facts_in(lines: Iterator[Line], fact: type[Fact], encoding: str) -> Iterator[tuple[Line, Taken]]:
    """Every line that is not blank, with its fact or with all that is wrong with it.

    Raises Trouble where the file as a whole cannot be read: no header that fits, one JSON array.
    """
    first = next((line for line in lines if line.text is None or line.text.strip()), None)
    if first is None:
        return
    head = (first.text or "").lstrip()
    if head.startswith("["):
        raise Trouble("This is one JSON array; send one object a line: `jq -c '.[]' FILE | curbstop publish - …`.")
    parse: Parse = _json_of(fact)
    if not head.startswith("{"):
        parse = _csv_of(fact, first)
    else:
        yield first, _checked(first, parse, encoding)
    for line in lines:
        if line.text is None or line.text.strip():
            yield line, _checked(line, parse, encoding)


def _checked(line: Line, parse: Parse, encoding: str) -> Taken:
    if line.text is None:
        rule = f"A line has at most {LINE_CHARACTERS_MAX:,} characters."
        return [Refused(line.number, "line", rule, "Check where the line should have ended.")]
    if "\ufffd" in line.text:
        rule = f"The line is not text in {encoding}."
        return [Refused(line.number, "line", rule, "Name the file's encoding, for example `--encoding cp1252`.")]
    return parse(line, line.text)


def _json_of(fact: type[Fact]) -> Parse:
    moments = _moments_of(fact)

    def parse(line: Line, text: str) -> Taken:
        try:
            taken = fact.model_validate_json(text, strict=True)
        except ValidationError as wrong:
            return _refused(line, wrong)
        return _bare_numbers(line, json.loads(text), moments) or taken

    return parse


def _csv_of(fact: type[Fact], header: Line) -> Parse:
    text = header.text or ""
    delimiter = max(DELIMITERS, key=text.count)
    names = [name.strip().lower() for name in _cells(text, delimiter) or []]
    _check_header(fact, names)
    moments = _moments_of(fact)

    def parse(line: Line, text: str) -> Taken:
        cells = _cells(text, delimiter)
        if cells is None:
            return [Refused(line.number, "line", "A line is complete CSV: quotation marks are closed on it.", COMPLETE)]
        if len(cells) != len(names):
            rule = f"The line has as many fields as the header: {len(names)}, and not {len(cells)}."
            return [Refused(line.number, "line", rule, COMPLETE)]
        given = {name: cell.strip() for name, cell in zip(names, cells, strict=True) if cell.strip()}
        try:
            taken = fact.model_validate_strings(given)
        except ValidationError as wrong:
            return _refused(line, wrong)
        return _bare_numbers(line, given, moments) or taken

    return parse


def _moments_of(fact: type[Fact]) -> dict[str, str]:
    """The fields that are dates or times, and which of pydantic's findings says so."""
    kinds = {"date": "date_parsing", "date-time": "datetime_parsing"}
    fields = fact.model_json_schema()["properties"]
    return {name: kinds[field["format"]] for name, field in fields.items() if field.get("format") in kinds}


def _bare_numbers(line: Line, given: Mapping[str, Any], moments: Mapping[str, str]) -> list[Refused]:
    """Pydantic takes "2026" for 2,026 seconds after 1970; nobody who wrote it in a file meant that."""
    return [
        Refused(line.number, name, *words_for(kind, "", {}))
        for name, kind in moments.items()
        if name in given and str(given[name])[4:5] != "-"
    ]


def _cells(text: str, delimiter: str) -> list[str] | None:
    """The fields of one line; None where a quotation mark is left open."""
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return None


def _check_header(fact: type[Fact], names: Sequence[str]) -> None:
    known = {name: field for name, field in fact.model_fields.items() if name not in NOT_ASKED}
    needed = [name for name, field in known.items() if field.is_required()]
    for name in names:
        if name not in known:
            raise Trouble(f"The header names {name!r:.60}, which {fact.__name__} has not: it has {', '.join(known)}.")
        if names.count(name) > 1:
            raise Trouble(f"The header names {name!r} twice.")
    if missing := [name for name in needed if name not in names]:
        raise Trouble(f"The header lacks {', '.join(missing)}: {fact.__name__} needs {', '.join(needed)}.")


def _refused(line: Line, wrong: ValidationError) -> list[Refused]:
    refused = []
    for finding in wrong.errors(include_url=False, include_input=False):
        rule, remedy = words_for(finding["type"], finding["msg"], finding.get("ctx", {}))
        refused.append(Refused(line.number, ".".join(map(str, finding["loc"])) or "line", rule, remedy))
    return refused
