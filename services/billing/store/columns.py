"""Rows as columns: a statement takes a set as one array a column, and unnest puts the rows together again."""

from collections.abc import Sequence
from typing import Any


def _says_nothing(column: Sequence[Any]) -> bool:
    return column[0] is None and not any(column)


def list_columns(rows: Sequence[tuple[Any, ...]], width: int) -> list[Sequence[Any]]:
    """One array a column. One of nulls is an empty array, which unnest fills up: what says nothing costs nothing."""
    if not rows:
        return [()] * width
    return [() if _says_nothing(column) else column for column in zip(*rows, strict=True)]
