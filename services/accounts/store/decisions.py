"""Decisions before a service starts: added, and the last one found."""

from collections.abc import Iterable, Sequence

from services.accounts.domain.decisions import Decision
from shared.ids import AccountId, PersonId
from shared.postgres import Tx

_ADD = """
INSERT INTO start_decisions (decision_id, account_id, subject, decision, reason_code, evidence, owing_account_id,
    amount_cents, decided_at, decided_by)
SELECT d.*, $9, $10 FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::uuid[],
    $8::bigint[]) AS d
"""
_LAST = """
SELECT DISTINCT ON (account_id) account_id, decision FROM start_decisions
WHERE account_id = ANY($1::uuid[]) AND subject = 'debt' ORDER BY account_id, decision_id DESC
"""


async def insert_decisions(tx: Tx, decisions: Sequence[Decision]) -> None:
    """Add decisions."""
    rows = [
        (one.decision_id, one.account_id, one.subject, one.decision, one.reason_code, one.evidence,
         one.owing_account_id, one.amount_cents)
        for one in decisions
    ]  # fmt: skip
    await tx.execute(_ADD, *map(list, zip(*rows, strict=True)), tx.now, tx.actor.subject)


async def find_debt_decisions(tx: Tx, account_ids: Iterable[AccountId]) -> dict[AccountId, str]:
    """The last decision about old debt of each account that has one."""
    rows = await tx.fetch(_LAST, sorted(set(account_ids)))
    return {row["account_id"]: row["decision"] for row in rows}


async def find_holders(tx: Tx, account_ids: Iterable[AccountId]) -> dict[AccountId, set[PersonId]]:
    """Who owns or rents, or did, by account: those who answer for its debt."""
    rows = await tx.fetch(
        "SELECT account_id, person_id FROM account_people"
        " WHERE account_id = ANY($1::uuid[]) AND role IN ('owner', 'tenant')",
        sorted(set(account_ids)),
    )
    holders: dict[AccountId, set[PersonId]] = {}
    for row in rows:
        holders.setdefault(row["account_id"], set()).add(row["person_id"])
    return holders
