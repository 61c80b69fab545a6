"""The files for data processing: which changes wait for one, and which file took them."""

from collections.abc import Iterable
from uuid import UUID

from services.accounts.domain.nightly import Line
from shared.postgres import Tx

_WAITING = """
SELECT a.account_number, c.mailing_address, c.former_address, c.effective_on, c.recorded_at, c.change_id
FROM data_processing_lines l JOIN address_changes c USING (change_id) JOIN accounts a USING (account_id)
WHERE l.file_number IS NULL ORDER BY c.change_id FOR NO KEY UPDATE OF l
"""
_MAKE = """
INSERT INTO data_processing_files (file_number, made_at, lines_count, sha256)
SELECT coalesce(max(file_number), 0) + 1, $1, $2, $3 FROM data_processing_files RETURNING file_number
"""


async def lock_waiting_lines(tx: Tx) -> list[Line]:
    """The changes of address that no file has taken yet."""
    return [Line(*row.values()) for row in await tx.fetch(_WAITING)]


async def insert_file(tx: Tx, change_ids: Iterable[UUID], sha256: str) -> None:
    """Put on record a file that takes these changes; its number is the next one."""
    taken = sorted(change_ids)
    file_number = await tx.fetchval(_MAKE, tx.now, len(taken), sha256)
    await tx.execute(
        "UPDATE data_processing_lines SET file_number = $1 WHERE change_id = ANY($2::uuid[])", file_number, taken
    )
