"""A counter with nothing but the work: bare ASGI on uvicorn, and one commit for all requests that wait, or one each.

`python -m bench.kernels.counter PORT URL coalesced|single`. It believes everybody, checks nothing, and leaves
behind the same rows: receipt series, payment, entry, outbox, idempotency key, audit.
"""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import uvicorn

from shared.ids import new_id

SET_MAX = 200

TAKE = """
WITH counted AS (
    INSERT INTO receipt_series SELECT series, count(*) FROM unnest($2::text[]) AS s (series) GROUP BY series ORDER BY 1
    ON CONFLICT (series) DO UPDATE SET last_serial = receipt_series.last_serial + excluded.last_serial
    RETURNING series, last_serial
), held AS (
    SELECT account_id, account_number FROM accounts WHERE account_number = ANY($1::text[])
    ORDER BY account_id FOR NO KEY UPDATE
)
SELECT account_number AS name, account_id, NULL AS last_serial FROM held
UNION ALL SELECT series, NULL, last_serial FROM counted
"""

KEEP = """
WITH given AS (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::text[], $5::uuid[], $6::text[], $7::bytea[],
        $8::bytea[], $9::text[], $13::text[])
        AS g (payment_id, account_id, cents, receipt, event_id, headers, payload, answer, key, series)
), payments AS (
    INSERT INTO payments (payment_id, account_id, amount_cents, tender, receipt_series, receipt_number, received_on,
        posted_at, posted_by)
    SELECT payment_id, account_id, cents, 'cash', series, receipt, $10::date, $11::timestamptz, 'bench' FROM given
), entries AS (
    INSERT INTO entries (kind, payment_id, debit_book, credit_book, amount_cents, booked_on)
    SELECT 'posting', payment_id, 'on_hand.cash', 'clearing.accounts', cents, $10::date FROM given
), told AS (
    INSERT INTO outbox (event_id, topic, key, version, headers, payload)
    SELECT event_id, $12::text, account_id::text, 1, headers::jsonb, payload FROM given
), keys AS (
    INSERT INTO idempotency_keys (subject, operation, idempotency_key, fingerprint, status, headers, body, created_at)
    SELECT 'bench', 'post_payment', key, '\\x00', 201, '[]', answer, $11::timestamptz FROM given
)
INSERT INTO audit_log (at, subject, action, about, correlation_id)
SELECT $11::timestamptz, 'bench', 'post_payment', payment_id::text, key FROM given
"""

Waiting = tuple[dict[str, Any], str, asyncio.Future[bytes]]


class BareCounter:
    """Takes payments."""

    def __init__(self, pool: Any, set_max: int, topic: str) -> None:
        self._pool = pool
        self._topic = topic
        self.committed = asyncio.Event()
        self._set_max = set_max
        self._waiting: list[Waiting] = []
        self._woken = asyncio.Event()

    async def take(self, body: bytes, key: str) -> bytes:
        """One payment; its answer when it is committed."""
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        waiting = (json.loads(body), key, answer)
        if self._set_max == 1:
            await self._commit([waiting])
        else:
            self._waiting.append(waiting)
            self._woken.set()
        return await answer

    async def run(self) -> None:
        """Commit what waits, again and again."""
        while True:
            await self._woken.wait()
            self._woken.clear()
            while self._waiting:
                batch, self._waiting = self._waiting[: self._set_max], self._waiting[self._set_max :]
                await self._commit(batch)

    async def _commit(self, batch: list[Waiting]) -> None:
        now = datetime.now(UTC)
        drawers = [body["drawer"] for body, _, _ in batch]
        async with self._pool.acquire() as connection, connection.transaction():
            rows = await connection.fetch(TAKE, [body["account_number"] for body, _, _ in batch], drawers)
            accounts = {row["name"]: row["account_id"] for row in rows if row["account_id"]}
            serials = {
                row["name"]: row["last_serial"] - drawers.count(row["name"]) for row in rows if row["last_serial"]
            }
            made = []
            for body, key, _ in batch:
                serials[body["drawer"]] += 1
                made.append(_row(body, key, accounts[body["account_number"]], serials[body["drawer"]], now))
            columns = list(map(list, zip(*made, strict=True)))
            await connection.execute(KEEP, *columns, now.date(), now, self._topic, drawers)
        self.committed.set()
        for (_, _, answer), row in zip(batch, made, strict=True):
            answer.set_result(row[7])


def _row(body: dict[str, Any], key: str, account_id: UUID, serial: int, now: datetime) -> tuple[Any, ...]:
    payment_id, event_id = new_id(), new_id()
    receipt = f"{body['drawer']}-{serial:08d}"
    told = {
        "version": 1, "payment_id": str(payment_id), "account_id": str(account_id), "invoice_id": None,
        "amount_cents": body["amount_cents"], "tender": "cash", "receipt_number": receipt,
        "received_on": now.date().isoformat(), "posted_at": now.isoformat(),
    }  # fmt: skip
    headers = {
        "ce_id": str(event_id), "ce_source": "urn:curbstop:payments", "ce_specversion": "1.0",
        "ce_type": "payments.PaymentPosted", "ce_time": now.isoformat(), "ce_subject": str(account_id),
        "ce_dataschema": "urn:curbstop:payments.PaymentPosted", "ce_partitionkey": str(account_id),
        "ce_correlationid": key, "content-type": "application/json",
    }  # fmt: skip
    payload = json.dumps(told).encode()
    return (
        payment_id, account_id, body["amount_cents"], receipt, event_id, json.dumps(headers), payload, payload, key
    )  # fmt: skip


def app_of(url: str, set_max: int, topic: str, beside: Callable[[BareCounter], Awaitable[None]] | None = None) -> Any:
    """The ASGI app; `beside` runs in its process too."""
    counter: list[BareCounter] = []
    tasks: list[asyncio.Task[None]] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if not counter:
            pool = await asyncpg.create_pool(url, min_size=1, max_size=10, command_timeout=30)
            counter.append(BareCounter(pool, set_max, topic))
            tasks.append(asyncio.create_task(counter[0].run()))
            if beside is not None:
                tasks.append(asyncio.ensure_future(beside(counter[0])))
        status, answer = 200, b"{}"
        if scope["method"] == "POST":
            headers = dict(scope["headers"])
            body = (await receive())["body"]
            status, answer = 201, await counter[0].take(body, headers[b"idempotency-key"].decode())
        length = b"%d" % len(answer)
        said = [(b"content-type", b"application/json"), (b"content-length", length)]
        await send({"type": "http.response.start", "status": status, "headers": said})
        await send({"type": "http.response.body", "body": answer})

    return app


def main() -> None:
    """Serve until ended."""
    port, url, how = int(sys.argv[1]), sys.argv[2], sys.argv[3]
    serve(port, app_of(url, SET_MAX if how == "coalesced" else 1, "payments"))


def serve(port: int, app: Any) -> None:
    """As uvicorn serves best."""
    uvicorn.run(app, host="127.0.0.1", port=port, loop="uvloop", http="httptools", lifespan="off", log_config=None,
                access_log=False)  # fmt: skip


if __name__ == "__main__":
    main()
