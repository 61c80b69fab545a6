"""The process that asks: it gets requests to send, sends them, and answers with what it saw."""

import json
from typing import Any
from uuid import uuid4

from bench import load
from bench.child import Line

HOST = "127.0.0.1"
DRAWERS_COUNT = 16
"""Each cashier has a drawer: payments at one wait for each other, since receipts have no gaps."""


async def post_payments(
    line: Line, *, port: int, token: str, numbers: list[str], count: int, connections: int
) -> dict[str, Any]:
    """Post cash payments as fast as they are taken."""
    opened = await load.connect(HOST, port, connections)
    requests = [_payment(token, numbers[n % len(numbers)], n) for n in range(count)]
    await line.ready()
    return _answer(await load.closed_loop(opened, requests.__getitem__, count))


async def get_paths(
    line: Line, *, port: int, token: str, paths: list[str], count: int, connections: int
) -> dict[str, Any]:
    """Get these paths in turn, as fast as they are answered."""
    opened = await load.connect(HOST, port, connections)
    requests = [load.request("GET", path, token) for path in paths]
    await line.ready()
    return _answer(await load.closed_loop(opened, lambda n: requests[n % len(requests)], count))


async def post_payments_at(
    line: Line, *, port: int, token: str, numbers: list[str], per_second: float, seconds: float, connections: int
) -> dict[str, Any]:
    """Post cash payments at a steady rate; by payment, when it was accepted."""
    opened = await load.connect(HOST, port, connections)
    requests = [_payment(token, numbers[n % len(numbers)], n) for n in range(int(per_second * seconds))]
    await line.ready()
    loaded = await load.open_loop(opened, requests.__getitem__, per_second, seconds)
    said = ((json.loads(loaded.bodies[n]), at) for n, at in loaded.answered_ns.items())
    accepted = {answer["payment_id"]: at for answer, at in said if "payment_id" in answer}
    refused = [body.decode() for body in loaded.bodies.values() if b"payment_id" not in body]
    return {**_answer(loaded), "accepted_ns": accepted, "refused": refused[:1]}


def _payment(token: str, number: str, n: int) -> bytes:
    said = {
        "account_number": number,
        "amount_cents": 100 + n % 900,
        "tender": "cash",
        "drawer": f"DRAWER-{n % DRAWERS_COUNT}",
    }
    body = json.dumps(said).encode()
    return load.request("POST", "/v1/payments", token, body, idempotency_key=str(uuid4()))


def _answer(loaded: load.Loaded) -> dict[str, Any]:
    statuses = {str(status): count for status, count in loaded.statuses.items()}
    return {"seconds": loaded.seconds, "latencies_ms": loaded.latencies_ms, "statuses": statuses}
