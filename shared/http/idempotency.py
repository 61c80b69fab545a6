"""The same request sent twice is done once: its first answer is kept with its key, in its own transaction."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.http.problems import (
    Answer,
    IdempotencyKeyMissing,
    IdempotencyKeyUsedOtherwise,
    StillAtIt,
)
from shared.postgres import Tx

HEADER = "Idempotency-Key"
KEPT_DAYS = 7
KEY_LENGTH_MAX = 255

# The lock is tried and the answer looked up in one statement, whose snapshot may be older than the lock: an answer
# committed in between is not seen, and the INSERT at the end fails on `idempotency_key_is_answered_once`. The door
# then does it all once more, and finds it.
_FIND = """
SELECT pg_try_advisory_xact_lock($1) AS mine, k.fingerprint, k.status, k.headers, k.body
FROM (VALUES (1)) AS one LEFT JOIN idempotency_keys k
  ON k.subject = $2 AND k.operation = $3 AND k.idempotency_key = $4
"""
_KEEP = """
WITH recorded AS (
  INSERT INTO audit_log (at, subject, action, about, correlation_id) VALUES ($1, $2, $3, $4, $5)
)
INSERT INTO idempotency_keys (subject, operation, idempotency_key, fingerprint, status, headers, body, created_at)
VALUES ($2, $3, $6, $7, $8, $9, $10, $1)
"""
_PURGE = """
DELETE FROM idempotency_keys WHERE (subject, operation, idempotency_key) IN (
  SELECT subject, operation, idempotency_key FROM idempotency_keys WHERE created_at < $1
  ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED
)
"""


@dataclass(frozen=True, slots=True)
class Once:
    """What makes two requests the same one: who, which operation, which key; and a fingerprint of all that was said."""

    operation: str
    key: str
    fingerprint: bytes


def once(operation: str, headers: dict[bytes, bytes], said: tuple[bytes, ...]) -> Once:
    """The identity of a request. Raises IdempotencyKeyMissing where it has no usable key."""
    key = headers.get(b"idempotency-key", b"").decode("latin-1").strip()
    if not key or len(key) > KEY_LENGTH_MAX or not key.isascii() or not key.isprintable():
        raise IdempotencyKeyMissing(field=HEADER)
    digest = hashlib.sha256()
    for part in said:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return Once(operation, key, digest.digest())


async def find_answer(tx: Tx, request: Once) -> Answer | None:
    """The answer given before, or None. Raises StillAtIt, IdempotencyKeyUsedOtherwise."""
    subject = tx.actor.subject
    row = await tx.fetchrow(_FIND, _lock_of(subject, request), subject, request.operation, request.key)
    if row["fingerprint"] is None:
        if not row["mine"]:
            raise StillAtIt(field=HEADER)
        return None
    if row["fingerprint"] != request.fingerprint:
        raise IdempotencyKeyUsedOtherwise(field=HEADER)
    headers = [(name.encode(), value.encode()) for name, value in row["headers"]]
    return Answer(row["status"], row["body"], headers=[*headers, (b"idempotency-replayed", b"true")])


async def keep_answer(tx: Tx, request: Once, answer: Answer, about: str) -> None:
    """Keep the answer with its key, and who did it on the audit log, in one statement."""
    headers: list[Any] = [[name.decode(), value.decode()] for name, value in answer.headers]
    await tx.execute(
        _KEEP, tx.now, tx.actor.subject, request.operation, about, tx.cause.correlation_id,
        request.key, request.fingerprint, answer.status, headers, answer.body,
    )  # fmt: skip


async def purge_idempotency_keys(tx: Tx, before: datetime, limit: int = 10_000) -> int:
    """Forget keys that were used before a moment (a week ago), at most `limit` at once; answers how many."""
    tag = await tx.execute(_PURGE, before, limit)
    return int(tag.rpartition(" ")[2])


def _lock_of(subject: str, request: Once) -> int:
    named = f"{subject}\0{request.operation}\0{request.key}".encode()
    return int.from_bytes(hashlib.blake2b(named, digest_size=8).digest(), "big", signed=True)
