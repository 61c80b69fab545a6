"""Changes of name and of mailing address: locked by their person or account, added, never rewritten."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from services.accounts.domain.accounts import Person
from services.accounts.domain.changes import Change
from shared.ids import AccountId, PersonId
from shared.postgres import Tx

_ADD_NAMES = """
INSERT INTO name_changes (person_id, change_id, effective_on, name, former_name, evidence, recorded_at, recorded_by)
SELECT c.*, $7, $8 FROM unnest($1::uuid[], $2::uuid[], $3::date[], $4::text[], $5::text[], $6::text[]) AS c
"""
_ADD_ADDRESSES = """
WITH added AS (
    INSERT INTO address_changes (account_id, change_id, effective_on, mailing_address, former_address, evidence,
        recorded_at, recorded_by)
    SELECT c.*, $7, $8 FROM unnest($1::uuid[], $2::uuid[], $3::date[], $4::text[], $5::text[], $6::text[]) AS c
    RETURNING change_id)
INSERT INTO data_processing_lines (change_id) SELECT change_id FROM added
"""
_SAVE_NAMES = """
UPDATE people p SET name = c.name, version = p.version + 1
FROM unnest($1::uuid[], $2::text[]) AS c (person_id, name) WHERE p.person_id = c.person_id
"""
_SAVE_ADDRESSES = """
UPDATE accounts a SET mailing_address = c.mailing_address
FROM unnest($1::uuid[], $2::text[]) AS c (account_id, mailing_address) WHERE a.account_id = c.account_id
"""
_SAVE_WORDS = """
UPDATE account_documents d SET document = d.document || ' ' || w.words
FROM (SELECT r.account_id, string_agg(DISTINCT c.words, ' ') AS words
      FROM unnest($1::uuid[], $2::text[]) AS c (person_id, words)
      JOIN account_people r USING (person_id) GROUP BY r.account_id) w
WHERE d.account_id = w.account_id
"""


async def lock_people(tx: Tx, person_ids: Iterable[PersonId]) -> dict[PersonId, Person]:
    """Lock people in the order of their ids; those who are not on record are not in the answer."""
    rows = await tx.fetch(
        "SELECT person_id, name, phone, email FROM people WHERE person_id = ANY($1::uuid[])"
        " ORDER BY person_id FOR NO KEY UPDATE",
        sorted(set(person_ids)),
    )
    return {row["person_id"]: Person(*row.values()) for row in rows}


async def find_held(tx: Tx, person_ids: Iterable[PersonId]) -> dict[AccountId, PersonId]:
    """The accounts that these people hold."""
    rows = await tx.fetch(
        "SELECT account_id, holder_id FROM accounts WHERE holder_id = ANY($1::uuid[])", sorted(set(person_ids))
    )
    return {row["account_id"]: row["holder_id"] for row in rows}


async def find_name_changes(tx: Tx, person_ids: Iterable[PersonId]) -> dict[PersonId, list[Change[str]]]:
    """All changes of these people's names."""
    rows = await tx.fetch(
        "SELECT person_id, change_id, effective_on, name, former_name, evidence FROM name_changes"
        " WHERE person_id = ANY($1::uuid[])",
        sorted(set(person_ids)),
    )
    return _grouped(rows)


async def find_address_changes(tx: Tx, account_ids: Iterable[AccountId]) -> dict[AccountId, list[Change[str]]]:
    """All changes of these accounts' mailing addresses."""
    rows = await tx.fetch(
        "SELECT account_id, change_id, effective_on, mailing_address, former_address, evidence FROM address_changes"
        " WHERE account_id = ANY($1::uuid[])",
        sorted(set(account_ids)),
    )
    return _grouped(rows)


async def find_changed_people(tx: Tx, change_ids: Sequence[UUID]) -> list[PersonId]:
    """Whose names these changes are about."""
    rows = await tx.fetch("SELECT DISTINCT person_id FROM name_changes WHERE change_id = ANY($1::uuid[])", change_ids)
    return [row["person_id"] for row in rows]


async def find_changed_accounts(tx: Tx, change_ids: Sequence[UUID]) -> list[AccountId]:
    """Which accounts' addresses these changes are about."""
    rows = await tx.fetch(
        "SELECT DISTINCT account_id FROM address_changes WHERE change_id = ANY($1::uuid[])", change_ids
    )
    return [row["account_id"] for row in rows]


async def insert_name_changes(tx: Tx, changes: Mapping[PersonId, Change[str]]) -> None:
    """Add changes of name."""
    await tx.execute(_ADD_NAMES, *_columns(changes), tx.now, tx.actor.subject)


async def insert_address_changes(tx: Tx, changes: Mapping[AccountId, Change[str]]) -> None:
    """Add changes of mailing address; each waits for the next file for data processing."""
    await tx.execute(_ADD_ADDRESSES, *_columns(changes), tx.now, tx.actor.subject)


async def save_names(tx: Tx, names: Mapping[PersonId, str]) -> None:
    """Keep the names that are in force now."""
    if names:
        await tx.execute(_SAVE_NAMES, *_pairs(names))


async def save_addresses(tx: Tx, addresses: Mapping[AccountId, str]) -> None:
    """Keep the mailing addresses that are in force now."""
    if addresses:
        await tx.execute(_SAVE_ADDRESSES, *_pairs(addresses))


async def save_words(tx: Tx, words: Mapping[PersonId, str]) -> None:
    """Find all accounts in which these people have a role by these words, too; the old words stay."""
    if words:
        await tx.execute(_SAVE_WORDS, *_pairs(words))


def _grouped(rows: Sequence[Any]) -> dict[Any, list[Change[str]]]:
    grouped: dict[Any, list[Change[str]]] = {}
    for row in rows:
        about, *values = row.values()
        grouped.setdefault(about, []).append(Change(*values))
    return grouped


def _columns(changes: Mapping[Any, Change[str]]) -> list[list[Any]]:
    rows = [
        (about, one.change_id, one.effective_on, one.value, one.former, one.evidence)
        for about, one in sorted(changes.items())
    ]
    return [list(column) for column in zip(*rows, strict=True)]


def _pairs(values: Mapping[Any, str]) -> tuple[list[Any], list[str]]:
    ordered = sorted(values.items())
    return [about for about, _ in ordered], [value for _, value in ordered]
