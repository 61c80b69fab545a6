"""What payments answered to crews, and what stands against a shut-off."""

from collections.abc import Collection, Sequence
from datetime import datetime

from services.payments.domain.shutoffs import Answer, Standing
from shared.ids import AccountId, AskId
from shared.postgres import Tx

_COLUMNS = (
    "ask_id, account_id, order_id, authorization_id, stage, asked_at, answered_at, state, valid_until, reason_code"
)


async def find_standing(tx: Tx, account_ids: Collection[AccountId], since: datetime) -> list[Standing]:
    """The unreversed payments on these accounts that billing was not heard to credit by a moment.

    Ask after the accounts are locked: whoever posts on one waits for the answer, or is seen by it.
    """
    rows = await tx.fetch(
        "SELECT p.payment_id, p.account_id, c.heard_at FROM payments p LEFT JOIN credits c USING (payment_id)"
        " WHERE p.account_id = ANY($1::uuid[]) AND (c.heard_at IS NULL OR c.heard_at > $2)"
        " AND NOT EXISTS (SELECT FROM reversals r WHERE r.payment_id = p.payment_id)",
        list(account_ids), since,
    )  # fmt: skip
    return [Standing(*row) for row in rows]


async def insert_answers(tx: Tx, answers: Sequence[Answer]) -> frozenset[AskId]:
    """Keep answers; which of them are the first to their ask."""
    rows = await tx.fetch(
        f"INSERT INTO shutoff_answers ({_COLUMNS})"
        " SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::timestamptz[],"
        "  $7::timestamptz[], $8::text[], $9::timestamptz[], $10::text[])"
        " ON CONFLICT (ask_id) DO NOTHING RETURNING ask_id",
        [each.ask_id for each in answers], [each.account_id for each in answers],
        [each.order_id for each in answers], [each.authorization_id for each in answers],
        [each.stage for each in answers], [each.asked_at for each in answers],
        [each.answered_at for each in answers], [each.state for each in answers],
        [each.valid_until for each in answers], [each.reason_code for each in answers],
    )  # fmt: skip
    return frozenset(row["ask_id"] for row in rows)


async def lock_confirmations(tx: Tx, account_ids: Collection[AccountId], now: datetime) -> list[Answer]:
    """The confirmations on these accounts that are still good. The accounts are locked before."""
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM shutoff_answers"
        " WHERE account_id = ANY($1::uuid[]) AND state = 'confirmed' AND valid_until > $2"
        " ORDER BY ask_id FOR NO KEY UPDATE",
        list(account_ids), now,
    )  # fmt: skip
    return [Answer(*row) for row in rows]


async def save_recalls(tx: Tx, recalled: Sequence[Answer]) -> None:
    """Keep that confirmations were recalled, when and why."""
    await tx.execute(
        "UPDATE shutoff_answers a SET state = 'recalled', reason_code = r.reason_code, recalled_at = r.recalled_at"
        " FROM unnest($1::uuid[], $2::text[], $3::timestamptz[]) AS r (ask_id, reason_code, recalled_at)"
        " WHERE a.ask_id = r.ask_id",
        [each.ask_id for each in recalled], [each.reason_code for each in recalled],
        [each.answered_at for each in recalled],
    )  # fmt: skip
