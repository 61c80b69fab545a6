"""What senders told of money that arrived elsewhere, each reference once, and what lies in suspense."""

from collections.abc import Collection, Sequence
from typing import Any

from services.payments.domain.debts import Named
from services.payments.domain.payments import Tendered
from services.payments.domain.remittances import Arrival, Key, Remittance
from shared.events.payments import Tender
from shared.ids import RemittanceId
from shared.postgres import Tx

_COLUMNS = (
    "remittance_id, source, reference, account_number, invoice_number, amount_cents, tender, received_on,"
    " state, reason_code, taken_at, scan_line"
)


async def find_arrivals(tx: Tx, keys: Collection[Key]) -> dict[Key, Arrival]:
    """What was taken before under these sources and references."""
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM remittances JOIN unnest($1::text[], $2::text[]) AS k (source, reference)"
        " USING (source, reference)",
        [source for source, _ in keys], [reference for _, reference in keys],
    )  # fmt: skip
    return {remittance.arrival.key: remittance.arrival for remittance in map(_remittance, rows)}


async def insert_remittances(tx: Tx, remittances: Sequence[Remittance]) -> None:
    """Keep what senders told, and whether it was posted or suspended."""
    arrivals = [each.arrival for each in remittances]
    await tx.execute(
        f"INSERT INTO remittances ({_COLUMNS})"
        " SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::text[],"
        "  $8::date[], $9::text[], $10::text[], $11::timestamptz[], $12::text[])",
        [each.remittance_id for each in remittances], [each.source for each in arrivals],
        [each.reference for each in arrivals], [each.named.account_number for each in arrivals],
        [each.named.invoice_number for each in arrivals], [each.amount_cents for each in arrivals],
        [each.tender for each in arrivals], [each.received_on for each in arrivals],
        [each.state for each in remittances], [each.reason_code for each in remittances],
        [each.taken_at for each in remittances], [each.named.scan_line for each in arrivals],
    )  # fmt: skip


async def lock_remittances(tx: Tx, remittance_ids: Collection[RemittanceId]) -> dict[RemittanceId, Remittance]:
    """These remittances, locked in key order."""
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM remittances WHERE remittance_id = ANY($1::uuid[])"
        " ORDER BY remittance_id FOR NO KEY UPDATE",
        list(remittance_ids),
    )
    return {row["remittance_id"]: _remittance(row) for row in rows}


async def lock_awaiting(tx: Tx, account_numbers: Collection[str], invoice_numbers: Collection[str]) -> list[Remittance]:
    """What lies in suspense under numbers that were unknown when it came, locked in the order in which it came."""
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM remittances WHERE state = 'suspended'"
        " AND ((account_number = ANY($1::text[]) AND reason_code = 'account_unknown')"
        "   OR (invoice_number = ANY($2::text[]) AND reason_code = 'invoice_unknown'))"
        " ORDER BY remittance_id FOR NO KEY UPDATE",
        list(account_numbers), list(invoice_numbers),
    )  # fmt: skip
    return [_remittance(row) for row in rows]


async def save_placements(tx: Tx, placed: Sequence[Tendered]) -> None:
    """Keep that suspended money found its debt, when, and by whom."""
    await tx.execute(
        "UPDATE remittances r SET state = 'placed', placed_at = p.placed_at, placed_by = p.placed_by"
        " FROM unnest($1::uuid[], $2::timestamptz[], $3::text[]) AS p (remittance_id, placed_at, placed_by)"
        " WHERE r.remittance_id = p.remittance_id",
        [each.remittance_id for each in placed], [each.posted_at for each in placed],
        [each.posted_by for each in placed],
    )  # fmt: skip


def _remittance(row: Any) -> Remittance:
    named = Named(row["account_number"], row["invoice_number"], row["scan_line"])
    arrival = Arrival(
        row["source"], row["reference"], named, row["amount_cents"], Tender(row["tender"]), row["received_on"]
    )
    return Remittance(row["remittance_id"], arrival, row["state"], row["reason_code"], row["taken_at"])
