"""How an answer is shown: a table for people, JSON for programs."""

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

AsJson = Annotated[bool, typer.Option("--json", help="Answer as JSON, for programs.")]

console = Console(highlight=False)
errors = Console(stderr=True, highlight=False, soft_wrap=True)


def as_json(answer: Any) -> None:
    """The answer as JSON, and nothing else."""
    sys.stdout.write(json.dumps(answer, indent=2, default=str) + "\n")


def as_line(answer: Any) -> None:
    """One JSON document on one line, at once, so that a pipe can follow."""
    sys.stdout.write(json.dumps(answer, default=str) + "\n")
    sys.stdout.flush()


def table_of(title: str, columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> Table:
    """A table of these columns."""
    table = Table(title=title, title_justify="left", header_style="bold")
    for column in columns:
        table.add_column(column.replace("_", " "), overflow="fold")
    for row in rows:
        table.add_row(*(_shown(row.get(column)) for column in columns))
    return table


def _shown(value: Any) -> str:
    return "" if value is None else str(value).replace("[", r"\[")
