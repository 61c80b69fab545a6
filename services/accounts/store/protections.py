"""Protections and safety flags: added, ended, never removed."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from services.accounts.domain.protections import Protection, ProtectionKind
from services.accounts.domain.safety import Flag, Measure
from shared.ids import AccountId, ProtectionId
from shared.postgres import Tx

_COLUMNS = "protection_id, account_id, kind, from_on, through_on, evidence, ended_on"


async def find_protections(tx: Tx, account_ids: Iterable[AccountId]) -> dict[AccountId, list[Protection]]:
    """The protections of accounts that are not over today. Whoever asks holds the accounts' locks."""
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM protections WHERE account_id = ANY($1::uuid[]) AND through_on >= $2"
        " AND ended_on IS NULL",
        sorted(set(account_ids)),
        tx.today,
    )
    found: dict[AccountId, list[Protection]] = {}
    for row in rows:
        found.setdefault(row["account_id"], []).append(_protection(row))
    return found


async def lock_protection(tx: Tx, protection_id: ProtectionId) -> Protection | None:
    """One protection, locked."""
    row = await tx.fetchrow(
        f"SELECT {_COLUMNS} FROM protections WHERE protection_id = $1 FOR NO KEY UPDATE", protection_id
    )
    return _protection(row) if row is not None else None


async def insert_protections(tx: Tx, protections: Sequence[Protection]) -> None:
    """Add protections."""
    rows = [
        (one.protection_id, one.account_id, one.kind.value, one.from_on, one.through_on, one.evidence)
        for one in protections
    ]
    await tx.execute(
        "INSERT INTO protections (protection_id, account_id, kind, from_on, through_on, evidence, recorded_at,"
        " recorded_by) SELECT p.*, $7, $8 FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::date[], $5::date[],"
        " $6::text[]) AS p",
        *map(list, zip(*rows, strict=True)), tx.now, tx.actor.subject,
    )  # fmt: skip


async def save_protection_end(tx: Tx, protection_id: ProtectionId, on: date, reason_code: str) -> None:
    """Keep that a protection was ended, by whom and why."""
    await tx.execute(
        "UPDATE protections SET ended_on = $2, ended_by = $3, end_reason = $4 WHERE protection_id = $1",
        protection_id, on, tx.actor.subject, reason_code,
    )  # fmt: skip


async def find_flags(tx: Tx, account_ids: Iterable[AccountId]) -> dict[AccountId, Flag]:
    """The safety flags that stand on accounts. Whoever asks holds the accounts' locks."""
    rows = await tx.fetch(
        "SELECT flag_id, account_id, facts, measures, review_on FROM safety_flags"
        " WHERE account_id = ANY($1::uuid[]) AND ended_at IS NULL",
        sorted(set(account_ids)),
    )
    return {
        row["account_id"]: Flag(
            row["flag_id"], row["account_id"], row["facts"], tuple(map(Measure, row["measures"])), row["review_on"]
        )
        for row in rows
    }


async def insert_flag(tx: Tx, flag: Flag) -> None:
    """Add a safety flag."""
    await tx.execute(
        "INSERT INTO safety_flags (flag_id, account_id, facts, measures, review_on, recorded_at, recorded_by)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)",
        flag.flag_id, flag.account_id, flag.facts, [one.value for one in flag.measures], flag.review_on, tx.now,
        tx.actor.subject,
    )  # fmt: skip


async def save_flag_ends(tx: Tx, flag_ids: Sequence[UUID], reason_code: str) -> None:
    """Keep that safety flags ended, by whom and why; those that had ended stay as they are."""
    await tx.execute(
        "UPDATE safety_flags SET ended_at = $2, ended_by = $3, end_reason = $4"
        " WHERE flag_id = ANY($1::uuid[]) AND ended_at IS NULL",
        sorted(flag_ids), tx.now, tx.actor.subject, reason_code,
    )  # fmt: skip


def _protection(row: Any) -> Protection:
    protection_id, account_id, kind, *rest = row.values()
    return Protection(protection_id, account_id, ProtectionKind(kind), *rest)
