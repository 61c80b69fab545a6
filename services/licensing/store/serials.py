"""Fresh numbers: of applications, invoices and licenses, each from its own sequence."""

from shared.ids import number_from
from shared.postgres import Tx


async def find_application_serials(tx: Tx, count: int) -> list[str]:
    """Fresh application numbers."""
    return await _fresh(tx, "application_serials", count)


async def find_invoice_serials(tx: Tx, count: int) -> list[str]:
    """Fresh invoice numbers; they begin with a nine."""
    return await _fresh(tx, "invoice_serials", count)


async def find_license_serials(tx: Tx, count: int) -> list[str]:
    """Fresh numbers for licenses, without the prefix of their type."""
    return await _fresh(tx, "license_serials", count)


async def _fresh(tx: Tx, sequence: str, count: int) -> list[str]:
    rows = await tx.fetch("SELECT nextval($1::text::regclass) FROM generate_series(1, $2)", sequence, count)
    return [number_from(row[0]) for row in rows]
