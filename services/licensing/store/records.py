"""Domain values as rows of a set: one JSON document a statement, which PostgreSQL takes apart by columns."""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic_core import to_jsonable_python

from shared.postgres import Tx


async def save_records(tx: Tx, sql: str, records: Iterable[Mapping[str, Any]], *args: Any) -> None:
    """Run a statement on all records at once, as its `$1::jsonb`; nothing is run for none."""
    rows = [to_jsonable_python(record) for record in records]
    if rows:
        await tx.execute(sql, rows, *args)
