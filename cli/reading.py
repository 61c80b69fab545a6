"""Facts in a file: CSV with a header, or one JSON object a line; what is no fact is told what is wrong with it."""

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from cli.lines import LINE_CHARACTERS_MAX, Line
from shared.events import Fact
from shared.plain_words import words_for
from town.trouble import Trouble

DELIMITERS = ",;\t|"
NOT_ASKED = frozenset({"version"})


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
    def parse(line: Line, text: str) -> Taken:
        try:
            return fact.model_validate_json(text, strict=True)
        except ValidationError as wrong:
            return _refused(line, wrong)

    return parse


def _csv_of(fact: type[Fact], header: Line) -> Parse:
    text = header.text or ""
    delimiter = max(DELIMITERS, key=text.count)
    names = [name.strip().lower() for name in _cells(text, delimiter) or []]
    _check_header(fact, names)

    def parse(line: Line, text: str) -> Taken:
        cells = _cells(text, delimiter)
        if cells is None:
            return [
                Refused(
                    line.number,
                    "line",
                    "A line is complete CSV: quotation marks are closed on it.",
                    "Complete the line.",
                )
            ]
        if len(cells) != len(names):
            rule = f"The line has as many fields as the header: {len(names)}, and not {len(cells)}."
            return [Refused(line.number, "line", rule, "Complete the line; put fields that hold commas in quotes.")]
        given = {name: cell.strip() for name, cell in zip(names, cells, strict=True) if cell.strip()}
        try:
            return fact.model_validate_strings(given)
        except ValidationError as wrong:
            return _refused(line, wrong)

    return parse


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
