"""Partitions of the tables that only grow."""

from datetime import date

from shared.postgres import Tx


async def insert_partitions(tx: Tx, through: date) -> None:
    """Make the quarters up to and with that of a day; those that are there stay."""
    await tx.execute("SELECT make_payment_partitions($1)", through)
