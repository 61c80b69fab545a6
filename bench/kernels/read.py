"""Answering with nothing but the query: Starlette and asyncpg, the same SQL, the row as JSON.

`python -m bench.kernels.read PORT URL`. It believes everybody and explains nothing in words.
"""

import json
import sys
from typing import Any
from uuid import UUID

import asyncpg
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.billing.views import bills, ledger

BALANCE: str = vars(ledger)["_NOW"]
BILL: str = vars(bills)["_FIND"]


def main() -> None:
    """Serve until ended."""
    port, url = int(sys.argv[1]), sys.argv[2]
    pools: list[Any] = []

    async def pool() -> Any:
        if not pools:
            pools.append(await asyncpg.create_pool(url, min_size=1, max_size=10, init=_prepare))
        return pools[0]

    async def answer(sql: str, key: str) -> Response:
        async with (await pool()).acquire() as connection:
            row = await connection.fetchrow(sql, UUID(key))
        return Response(json.dumps(dict(row), default=str), media_type="application/json")

    async def balance(request: Request) -> Response:
        return await answer(BALANCE, request.path_params["account_id"])

    async def bill(request: Request) -> Response:
        return await answer(BILL, request.path_params["bill_id"])

    async def ready(_request: Request) -> Response:
        await pool()
        return Response(b"{}")

    app = Starlette(routes=[
        Route("/ready", ready), Route("/v1/accounts/{account_id}/balance", balance), Route("/v1/bills/{bill_id}", bill),
    ])  # fmt: skip
    uvicorn.run(app, host="127.0.0.1", port=port, loop="uvloop", http="httptools", lifespan="off", log_config=None,
                access_log=False)  # fmt: skip


async def _prepare(connection: Any) -> None:
    await connection.set_type_codec("jsonb", encoder=json.dumps, decoder=json.loads, schema="pg_catalog")


if __name__ == "__main__":
    main()
