"""The same request sent twice is done once: its first answer is kept with its key, in the transaction that did it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from pydantic_core import to_json

from shared.audit import ABOUT_LENGTH_MAX
from shared.errors import Refusal
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
# then does it all once more, and finds it. LATERAL with a LIMIT, since PostgreSQL would read the whole table for a
# set of some dozens.
_FIND = """
SELECT pg_try_advisory_xact_lock(asked.lock) AS mine, k.fingerprint, k.status, k.headers, k.body
FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[])
     WITH ORDINALITY AS asked (lock, subject, operation, idempotency_key, n)
LEFT JOIN LATERAL (
  SELECT fingerprint, status, headers, body FROM idempotency_keys
  WHERE subject = asked.subject AND operation = asked.operation AND idempotency_key = asked.idempotency_key LIMIT 1
) k ON true
ORDER BY asked.n
"""
_KEEP = """
WITH done AS (
  SELECT * FROM unnest($2::text[], $3::text[], $4::text[], $5::bytea[], $6::smallint[], $7::text[], $8::bytea[],
      $9::text[], $10::text[]) WITH ORDINALITY AS d (
      subject, operation, idempotency_key, fingerprint, status, headers, body, about, correlation_id, n)
), recorded AS (
  INSERT INTO audit_log (at, subject, action, about, correlation_id)
  SELECT $1::timestamptz, subject, operation, about, correlation_id FROM done ORDER BY n
)
INSERT INTO idempotency_keys (subject, operation, idempotency_key, fingerprint, status, headers, body, created_at)
SELECT subject, operation, idempotency_key, fingerprint, status, headers::jsonb, body, $1 FROM done
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

    subject: str
    operation: str
    key: str
    fingerprint: bytes

    @property
    def lock(self) -> int:
        """Whoever holds it answers this request; everybody else waits or is told to."""
        named = f"{self.subject}\0{self.operation}\0{self.key}".encode()
        return int.from_bytes(hashlib.blake2b(named, digest_size=8).digest(), "big", signed=True)


class Done(NamedTuple):
    """What is kept of a request that was done: its answer, what it was done to, and what else it led to."""

    request: Once
    answer: Answer
    about: str
    correlation_id: str


def once(subject: str, operation: str, headers: dict[bytes, bytes], said: tuple[bytes, ...]) -> Once:
    """The identity of a request. Raises IdempotencyKeyMissing where it has no usable key."""
    key = headers.get(b"idempotency-key", b"").decode("latin-1").strip()
    if not key or len(key) > KEY_LENGTH_MAX or not key.isascii() or not key.isprintable():
        raise IdempotencyKeyMissing(field=HEADER)
    digest = hashlib.sha256()
    for part in said:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return Once(subject, operation, key, digest.digest())


async def find_answers(tx: Tx, requests: Sequence[Once]) -> list[Answer | Refusal | None]:
    """For each the answer given before, or None; StillAtIt and IdempotencyKeyUsedOtherwise where there can be none."""
    columns = zip(*((each.lock, each.subject, each.operation, each.key) for each in requests), strict=True)
    rows = await tx.fetch(_FIND, *map(list, columns))
    return [_answer_in(row, request) for row, request in zip(rows, requests, strict=True)]


def _answer_in(row: Any, request: Once) -> Answer | Refusal | None:
    if row["fingerprint"] is None:
        return None if row["mine"] else StillAtIt(field=HEADER)
    if row["fingerprint"] != request.fingerprint:
        return IdempotencyKeyUsedOtherwise(field=HEADER)
    headers = [(name.encode(), value.encode()) for name, value in row["headers"]]
    return Answer(row["status"], row["body"], headers=[*headers, (b"idempotency-replayed", b"true")])


async def keep_answers(tx: Tx, done: Sequence[Done]) -> None:
    """Keep each answer with its key, and who did it on the audit log, in one statement."""
    await tx.execute(_KEEP, tx.now, *map(list, zip(*map(_kept, done), strict=True)))


def _kept(done: Done) -> tuple[Any, ...]:
    request, answer, about, correlation_id = done
    headers = to_json([[name.decode(), value.decode()] for name, value in answer.headers]).decode()
    kept = (answer.status, headers, answer.body, about[:ABOUT_LENGTH_MAX], correlation_id)
    return request.subject, request.operation, request.key, request.fingerprint, *kept


async def purge_idempotency_keys(tx: Tx, before: datetime, limit: int = 10_000) -> int:
    """Forget keys that were used before a moment (a week ago), at most `limit` at once; answers how many."""
    tag = await tx.execute(_PURGE, before, limit)
    return int(tag.rpartition(" ")[2])
