"""The partitions of the ledger: a quarter of a year each, made long before they are needed."""

from datetime import date

from shared.postgres import Tx


async def insert_partitions(tx: Tx, since: date, through: date) -> None:
    """Make the partitions of these quarters, as far as they are missing."""
    await tx.execute("SELECT make_ledger_partitions($1, $2)", since, through)
