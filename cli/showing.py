"""How an answer is shown: a table for people, JSON for programs."""

import json
import re
import sys
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

AsJson = Annotated[bool, typer.Option("--json", help="Answer as JSON, for programs.")]

PIPED_COLUMNS = 200
_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})[.\d]*(Z|\+00:00)")

console = Console(highlight=False, width=None if sys.stdout.isatty() else PIPED_COLUMNS)
errors = Console(stderr=True, highlight=False, soft_wrap=True)


def as_json(answer: Any) -> None:
    """The answer as JSON, and nothing else."""
    sys.stdout.write(json.dumps(answer, indent=2, default=str) + "\n")


def as_line(answer: Any) -> None:
    """One JSON document on one line, at once, so that a pipe can follow."""
    sys.stdout.write(json.dumps(answer, default=str) + "\n")
    sys.stdout.flush()


def table_of(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> Table:
    """A table of these columns. Names and ids stay whole, so that they can be pasted; reasons may fold."""
    table = Table(box=None, pad_edge=False)
    for column in columns:
        count = column.endswith("_count") or column == "attempts"
        table.add_column(
            column.removesuffix("_count").replace("_", " "), justify="right" if count else "left",
            no_wrap=column.endswith(("_id", "key")), overflow="fold",
        )  # fmt: skip
    for row in rows:
        table.add_row(*(_shown(row.get(column)) for column in columns))
    return table


def _shown(value: Any) -> str:
    """As a person reads it: a moment without its fractions, nothing for nothing, and no markup."""
    return escape(_MOMENT.sub(r"\1 \2", "" if value is None else str(value)))
